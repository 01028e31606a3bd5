import type { Api } from '../../remote/api.ts'
import { diffConfiguration, listConfigurationVersions, rollBackConfiguration } from '../../remote/configuration.ts'
import { textTable } from '../text-table.ts'

/** So many lines around each change. */
const CONTEXT = 3

/** What was configured on a running server, the newest first. */
export async function configurationHistory(api: Api, json = false): Promise<string> {
  const { items } = await listConfigurationVersions(api)
  if (json) return `${JSON.stringify(items, undefined, 2)}\n`
  const rows = items.map(({ version, since, by }) => [version, since.slice(0, 19).replace('T', ' '), by])
  return textTable(['version', 'live since (UTC)', 'by'], rows)
}

/** What changed from one version to another, or to what is live: changed lines with those around them, nothing where nothing changed. */
export async function configurationDiff(api: Api, from: string, to?: string): Promise<{ text: string; same: boolean }> {
  const { lines } = await diffConfiguration(api, from, to)
  const changed = lines.flatMap((line, at) => (line.startsWith(' ') ? [] : [at]))
  const shown = lines.flatMap((line, at) => (changed.some((one) => Math.abs(one - at) <= CONTEXT) ? [{ line, at }] : []))
  const text = shown.map(({ line, at }, index) => {
    const before = shown[index - 1]?.at
    return `${before !== undefined && before < at - 1 ? '…\n' : ''}${line}\n`
  })
  return { text: text.join(''), same: changed.length === 0 }
}

/** Puts an earlier version live again and tells it. */
export async function rollBackRemoteConfiguration(api: Api, version: string): Promise<string> {
  const { version: live, afterRestart } = await rollBackConfiguration(api, version)
  const later = afterRestart.length === 0 ? '' : `waits for the next start of the server: ${afterRestart.join(', ')}\n`
  return `configuration ${live} is live\n${later}`
}
