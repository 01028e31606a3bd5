import { readFile } from 'node:fs/promises'
import { AppError } from '../../domain/errors.ts'
import { type Saying, say } from '../../domain/saying.ts'
import { columnsOf } from '../../flow/compile/findings/code-frame.ts'
import { prettyFinding } from '../../flow/compile/findings/format-findings.ts'
import { knownLanguage, type ToldLanguage, toldIn } from '../../flow/words/told-in.ts'
import type { Api } from '../../remote/api.ts'
import { listFlows, listVersions, putFlow, type RemoteFinding, rollBack } from '../../remote/flows.ts'

/** The live flows of a running server. */
export async function listRemoteFlows(api: Api, json = false): Promise<string> {
  const { items, findings } = await listFlows(api)
  if (json) return `${JSON.stringify({ items, findings }, undefined, 2)}\n`
  const rows = items.map(({ name, version, since = '', numbers, problem }) => [
    ...[name, version, since.slice(0, 19).replace('T', ' '), numbers.join(', ')],
    problem === undefined ? '' : toldIn(languageOf(api), say`! its file has errors`)
  ])
  const errors = findings.filter(({ severity }) => severity === 'error').map((finding) => tell(finding, api))
  return `${table([say`flow`, say`version`, say`live since (UTC)`, say`numbers`, ''], rows, api)}${errors.length === 0 ? '' : `\n${errors.join('\n')}`}`
}

/** The versions of a flow that went live, the newest first. */
export async function listRemoteVersions(api: Api, name: string, json = false): Promise<string> {
  const { items } = await listVersions(api, name)
  if (json) return `${JSON.stringify(items, undefined, 2)}\n`
  const rows = items.map(({ version, since, by, file }) => [version, since.slice(0, 19).replace('T', ' '), by, file])
  return table([say`version`, say`live since (UTC)`, say`by`, say`file`], rows, api)
}

/** Puts a flow file live on the server, under the name that it gives itself. */
export async function putRemoteFlow(api: Api, file: string): Promise<string> {
  const source = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AppError('FLOW_FILE_UNKNOWN', 'client', 'There is no such flow file', { details: { file }, cause })
  })
  const name = /^flow:\s*["']?([\w-]+)/m.exec(source)?.[1]
  if (name === undefined) throw new AppError('FLOW_WRONG', 'client', 'The file does not say `flow: name`', { details: { file } })
  return told(name, await readable(putFlow(api, name, source), api), api)
}

/** Puts an earlier version live again. */
export async function rollBackRemoteFlow(api: Api, name: string, version: string): Promise<string> {
  return told(name, await readable(rollBack(api, name, version), api), api)
}

function told(
  name: string,
  { version, findings }: { readonly version: string; readonly findings: readonly RemoteFinding[] },
  api: Api
): string {
  const live = toldIn(languageOf(api), say`${name} ${version} is live: the next call hears it`)
  return [...findings.map((finding) => tell(finding, api)), live, ''].join('\n')
}

/** The findings of a refusal as lines, with their frames. */
async function readable<Value>(asked: Promise<Value>, api: Api): Promise<Value> {
  try {
    return await asked
  } catch (error) {
    if (!(error instanceof AppError) || !Array.isArray(error.details.findings)) throw error
    const findings = error.details.findings as readonly RemoteFinding[]
    const problems = findings.flatMap((finding) => tell(finding, api).trimEnd().split('\n'))
    throw new AppError(error.code, error.blame, error.message, { details: { problems } })
  }
}

/** In the language that the server was asked for. */
function tell(finding: RemoteFinding, api: Api): string {
  return prettyFinding(finding, languageOf(api))
}

function languageOf({ language }: Api): ToldLanguage {
  return knownLanguage(language) ?? 'en'
}

function table(head: readonly (Saying | '')[], rows: readonly (readonly string[])[], api: Api): string {
  const all = [head.map((title) => (title === '' ? title : toldIn(languageOf(api), title))), ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => columnsOf(row[column] ?? ''))))
  return all
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - columnsOf(cell))))
          .join('  ')
          .trimEnd()}\n`
    )
    .join('')
}
