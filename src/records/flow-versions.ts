import type { Database } from '../domain/ports/database.ts'

/** A version of a flow that went live. */
export interface FlowVersion {
  readonly name: string
  /** Content hash of the source. */
  readonly version: string
  readonly file: string
  readonly source: string
  readonly since: number
  /** The user who put it live, or `file`. */
  readonly by: string
}

interface VersionRow {
  readonly name: string
  readonly version: string
  readonly file: string
  readonly source: string
  readonly since: Date
  readonly made_by: string
}

/** How many versions a listing goes back. */
const LISTED = 100

/** Writes down that a version went live, unless it is the one that was; answers since when it has been. */
export async function keepFlowVersion(database: Database, kept: FlowVersion): Promise<number> {
  const { name, version, file, source, since, by } = kept
  return database.transaction(async (query) => {
    // Two servers that load the same flows write one row.
    await query("select pg_advisory_xact_lock(hashtext('flow_versions ' || $1))", [name])
    const [last] = await query<VersionRow>('select * from flow_versions where name = $1 order by number desc limit 1', [name])
    if (last?.version === version) return last.since.getTime()
    await query('insert into flow_versions (name, version, file, source, since, made_by) values ($1, $2, $3, $4, $5, $6)', [
      ...[name, version, file, source, new Date(since), by]
    ])
    return since
  })
}

/** The versions of a flow, the newest first. */
export async function readFlowVersions(database: Database, name: string): Promise<readonly FlowVersion[]> {
  const rows = await database.query<VersionRow>('select * from flow_versions where name = $1 order by number desc limit $2', [
    name,
    LISTED
  ])
  return rows.map(toVersion)
}

/** Of each flow the version that went live last. */
export async function readLastFlowVersions(database: Database): Promise<readonly FlowVersion[]> {
  const rows = await database.query<VersionRow>(
    'select * from (select distinct on (name) * from flow_versions order by name, number desc) as last order by number desc',
    []
  )
  return rows.map(toVersion)
}

/** One version of a flow, as it last went live. */
export async function readFlowVersion(database: Database, name: string, version: string): Promise<FlowVersion | undefined> {
  const [row] = await database.query<VersionRow>(
    'select * from flow_versions where name = $1 and version = $2 order by number desc limit 1',
    [name, version]
  )
  return row && toVersion(row)
}

function toVersion({ since, made_by, ...row }: VersionRow): FlowVersion {
  const { name, version, file, source } = row
  return { name, version, file, source, since: since.getTime(), by: made_by }
}
