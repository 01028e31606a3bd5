import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { openLog } from '../../assembly/open-log.ts'
import { addFolder, addRecordings } from '../../backup/add-files.ts'
import { ArchiveWriter } from '../../backup/archive-writer.ts'
import { dumpDatabase } from '../../backup/dump-database.ts'
import { type BackupHeader, FORMAT, HEADER } from '../../backup/manifest.ts'
import { type Config, loadConfig } from '../../config/load-config.ts'
import { textTable } from '../text-table.ts'
import { withDatabase } from '../with-database.ts'

/** Where things stand in an archive. */
export const archived = {
  configuration: 'configuration',
  configurationFile: 'configuration/switchboard.yaml',
  flows: 'flows',
  recordings: 'recordings'
} as const

/** A row of a large table may take a while on a busy server. */
const STATEMENT_MS = 120_000

/** Writes all that is kept into one file, while the server runs or not; answers what to tell. The keys are not in it. */
export async function makeBackup(file: string, config: Config = loadConfig(), now: () => number = Date.now): Promise<string> {
  const { environment } = config
  const path = resolve(file)
  const at = now()
  const archive = await ArchiveWriter.create(path, at)
  try {
    const dumped = await withDatabase(
      environment,
      { log: openLog('error'), name: 'switchboard-backup', statementTimeoutMs: STATEMENT_MS },
      (database) => dumpDatabase(database, archive, (migrations) => begin(archive, config, { migrations, at }))
    )
    const flows = await addFolder(archive, environment.FLOWS, archived.flows)
    const { folder, keys } = config.recordings
    const gone = await addRecordings(archive, folder, archived.recordings, dumped.recordings)
    await archive.finish({ tables: dumped.tables, counters: dumped.counters, gone })
    const counts = {
      ...dumped.tables,
      'files of flows': flows,
      'files of recordings': dumped.recordings.length - gone.length
    }
    return told(path, archive.bytes, counts, keys !== undefined)
  } catch (error) {
    await archive.discard()
    throw error
  }
}

async function begin(
  archive: ArchiveWriter,
  { version, environment }: Config,
  { migrations, at }: { readonly migrations: readonly string[]; readonly at: number }
): Promise<void> {
  const header: BackupHeader = {
    ...{ format: FORMAT, version, instance: environment.INSTANCE },
    ...{ at: new Date(at).toISOString(), migrations }
  }
  await archive.add(HEADER, Buffer.from(`${JSON.stringify(header, undefined, 1)}\n`))
  await archive.add(archived.configurationFile, await readFile(environment.CONFIG))
}

function told(path: string, bytes: number, counts: Readonly<Record<string, number>>, isSealed: boolean): string {
  const rows = Object.entries(counts).map(([what, count]) => [what, String(count)])
  const keys = isSealed ? 'RECORDINGS_KEY, without which nobody can hear the recordings, and ' : ''
  return `${textTable(['what', 'how many'], rows)}${path}: ${bytes} bytes
Not in it: ${keys}the variables of the environment and secrets.json. Keep these apart from the back-up, and the back-up from other eyes: it holds callers' numbers.
`
}
