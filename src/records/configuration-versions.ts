import type { Database } from '../domain/ports/database.ts'

/** A text of the centre's file that was applied. */
export interface ConfigurationVersion {
  /** Content hash. */
  readonly version: string
  readonly source: string
  readonly since: number
  /** The user who changed it, or `file`. */
  readonly by: string
}

interface VersionRow {
  readonly version: string
  readonly source: string
  readonly since: Date
  readonly made_by: string
}

/** How many versions a listing goes back. */
const LISTED = 100

/** Writes down that a version was applied, unless it is the one that was; answers since when it has been. */
export async function keepConfigurationVersion(database: Database, kept: ConfigurationVersion): Promise<number> {
  const { version, source, since, by } = kept
  return database.transaction(async (query) => {
    await query("select pg_advisory_xact_lock(hashtext('configuration_versions'))")
    const [last] = await query<VersionRow>('select * from configuration_versions order by number desc limit 1')
    if (last?.version === version) return last.since.getTime()
    await query('insert into configuration_versions (version, source, since, made_by) values ($1, $2, $3, $4)', [
      ...[version, source, new Date(since), by]
    ])
    return since
  })
}

/** The versions that were applied, the newest first. */
export async function readConfigurationVersions(database: Database): Promise<readonly ConfigurationVersion[]> {
  const rows = await database.query<VersionRow>('select * from configuration_versions order by number desc limit $1', [LISTED])
  return rows.map(toVersion)
}

/** One of them, as it was last applied. */
export async function readConfigurationVersion(database: Database, version: string): Promise<ConfigurationVersion | undefined> {
  const [row] = await database.query<VersionRow>(
    'select * from configuration_versions where version = $1 order by number desc limit 1',
    [version]
  )
  return row && toVersion(row)
}

function toVersion({ version, source, since, made_by: by }: VersionRow): ConfigurationVersion {
  return { version, source, since: since.getTime(), by }
}
