/** How the centre's file is to be changed. */
export type ConfigurationChange =
  /** The whole text. */
  | { readonly kind: 'source'; readonly source: string }
  /** What stands at that place from now on; without a value it is removed. */
  | { readonly kind: 'value'; readonly path: readonly string[]; readonly value?: unknown }

/** What came of a change. All but `live` change nothing. */
export type ConfigurationResult =
  | {
      readonly kind: 'live'
      readonly version: string
      /** Parts of the file that differ from what the server was started with, and wait for its next start. */
      readonly afterRestart: readonly string[]
    }
  /** Each problem is a line with its place in the file, or in the flow that would be broken. */
  | { readonly kind: 'wrong'; readonly problems: readonly string[] }
  /** There is nothing at that place to be removed. */
  | { readonly kind: 'nothing-there' }
  | { readonly kind: 'not-written' }

export interface ConfigurationNow {
  readonly version: string
  readonly since: number
  readonly by: string
  /** What is live; the file reads otherwise while it has problems. */
  readonly source: string
  /** Why the file is not live as it reads, a line each. */
  readonly problems: readonly string[]
  readonly afterRestart: readonly string[]
}

/** The centre's file as the API shows and changes it. */
export interface ConfigurationEditing {
  now(): ConfigurationNow
  /** The part of the file at that place, as it is written; undefined when there is none. */
  read(path: readonly string[]): unknown
  /** Checks the file as it would be, with all live flows; when all is right it is written and applied. */
  change(change: ConfigurationChange, by: string): Promise<ConfigurationResult>
}
