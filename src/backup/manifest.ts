/** Counts up when archives change so that an older program could not restore them. */
export const FORMAT = 1
export const HEADER = 'switchboard-backup.json'
export const MANIFEST = 'manifest.json'

/** The first file of an archive. */
export interface BackupHeader {
  readonly format: number
  /** Of the program that wrote it. */
  readonly version: string
  readonly instance: string
  /** ISO 8601: the moment that the database is of. */
  readonly at: string
  /** What the database had been brought up to date by, in order. */
  readonly migrations: readonly string[]
}

export interface ArchivedFile {
  readonly path: string
  readonly bytes: number
  readonly sha256: string
}

/** The last file of an archive: what must be in it. Without it the archive is cut off. */
export interface Manifest {
  readonly files: readonly ArchivedFile[]
  /** Rows by table, referenced tables before those that refer to them. */
  readonly tables: Readonly<Record<string, number>>
  /** Last values of the columns that count by themselves: TABLE.COLUMN. */
  readonly counters: Readonly<Record<string, string>>
  /** Recordings that were thrown away while the archive was written. */
  readonly gone: readonly string[]
}
