import { createHash } from 'node:crypto'
import { readFile, realpath } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { toCentre } from '../config/build-centre.ts'
import type { CentreFile } from '../config/centre-schema.ts'
import { editYaml, readYamlAt } from '../config/edit-yaml.ts'
import { replaceFile } from '../config/replace-file.ts'
import type { RealSignal } from '../domain/abort.ts'
import type { Centre } from '../domain/centre.ts'
import { AppError } from '../domain/errors.ts'
import type { Log } from '../domain/log.ts'
import type { Clock } from '../domain/ports/clock.ts'
import type {
  ConfigurationChange,
  ConfigurationEditing,
  ConfigurationNow,
  ConfigurationResult
} from '../http/configuration-editing.ts'
import type { ConfigurationVersion } from '../records/configuration-versions.ts'

/** What is read once, by rooms that cannot be told of something else. */
const STARTED_WITH = ['demo', 'speech', 'http'] as const satisfies readonly (keyof CentreFile)[]

/** The centre of a changed file: with what the server was started with, where that cannot change before its next start. */
export function centreUntilRestart(file: CentreFile, { voices }: Centre): Centre {
  const { voices: _voices, ...next } = toCentre(file)
  return { ...next, ...(voices !== undefined && { voices }) }
}

const RETRY_MS = 10_000
const BROKEN_ON_DISK = 'the file on disk is not the one that is live: mend it, or replace it as a whole'
const NOT_APPLIED = 'the file could not be applied; the log says why'

export interface LiveConfigurationAround {
  readonly path: string
  /** The text that the server was started with. */
  readonly source: string
  /** Checks a text; throws an AppError whose `details.problems` say what is wrong. */
  read(text: string): { readonly file: CentreFile; readonly centre: Centre }
  /** Applies a centre unless it breaks live flows: the problems, a line each. */
  apply(centre: Centre, file: CentreFile): Promise<readonly string[]>
  /** Writes a version down; answers since when it has been live, also before this process. */
  keep(version: ConfigurationVersion): Promise<number>
  readonly clock: Pick<Clock, 'now'>
  readonly log: Log
  readonly rescanMs?: number
  /** How long until a text that was refused is tried again: the flow that it broke may have changed. */
  readonly retryMs?: number
}

/** The centre's file, live: what changes in it is checked with all flows and applied at once. What is wrong stays as it was, and is told. */
export class LiveConfiguration implements ConfigurationEditing {
  readonly #around: LiveConfigurationAround
  readonly #started: CentreFile
  #file: CentreFile
  #live: ConfigurationVersion
  #seen: string
  #problems: readonly string[] = []
  /** When what was seen is to be tried again; unset while it reads wrong, or is live. */
  #retryAt: number | undefined
  #isKept = false
  #turn: Promise<unknown> = Promise.resolve()

  constructor(around: LiveConfigurationAround) {
    const { source, clock } = around
    this.#around = around
    this.#started = around.read(source).file
    this.#file = this.#started
    this.#live = { version: versionOf(source), source, since: clock.now(), by: 'file' }
    this.#seen = source
  }

  /** Looks at the file again and again until closed: a file that an editor replaces is no longer the one that was watched. */
  watch(): { close(): Promise<void> } {
    const { rescanMs = 1_000 } = this.#around
    const stop = new AbortController()
    const looking = this.#look(rescanMs, stop.signal)
    return {
      close: async () => {
        stop.abort()
        await looking
        await this.#turn
      }
    }
  }

  now(): ConfigurationNow {
    return { ...this.#live, problems: this.#problems, afterRestart: this.#afterRestart(this.#file) }
  }

  problems(): readonly string[] {
    return this.#problems
  }

  read(path: readonly string[]): unknown {
    return readYamlAt(this.#live.source, path)
  }

  change(change: ConfigurationChange, by: string): Promise<ConfigurationResult> {
    const { path, log } = this.#around
    return this.#inTurn(async () => {
      // An edit of a moment ago is not to be lost.
      await this.#reload()
      // A part is changed in what is live: written, it would replace what somebody is in the middle of mending.
      if (change.kind === 'value' && this.#problems.length > 0 && this.#seen !== '')
        return { kind: 'wrong', problems: [BROKEN_ON_DISK, ...this.#problems] }
      const checked = unlessWrong(() => {
        const text = change.kind === 'source' ? change.source : editYaml(this.#live.source, change.path, change.value)
        return text === undefined ? undefined : { text, ...this.#around.read(text) }
      })
      if (checked === undefined) return { kind: 'nothing-there' }
      if ('problems' in checked) return { kind: 'wrong', problems: checked.problems }
      const { text } = checked
      let before: string
      let file: string
      try {
        // Before it is applied: what cannot be written would be gone at the next start.
        before = await readFile(path, 'utf8')
        // The operator's own link leads where they keep it.
        file = await realpath(path)
        await replaceFile(file, text)
      } catch (err) {
        log.error({ err, path }, 'The configuration cannot be written')
        return { kind: 'not-written' }
      }
      let problems: readonly string[] | undefined
      try {
        problems = await this.#apply(text, checked, by)
      } finally {
        if (problems?.length !== 0) await replaceFile(file, before)
      }
      if (problems.length > 0) return { kind: 'wrong', problems }
      this.#seen = text
      this.#problems = []
      this.#retryAt = undefined
      return { kind: 'live', version: this.#live.version, afterRestart: this.#afterRestart(checked.file) }
    })
  }

  async #look(everyMs: number, signal: RealSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#inTurn(() => this.#reload()).catch((err: unknown) => {
        this.#around.log.error({ err }, 'The configuration on disk could not be applied')
        this.#problems = [NOT_APPLIED]
      })
      await sleep(everyMs, undefined, { signal }).catch(() => {
        // Stopped: the only reason why a sleep rejects.
      })
    }
  }

  async #reload(): Promise<void> {
    await this.#keep()
    const { path, clock, read, retryMs = RETRY_MS } = this.#around
    let text: string
    try {
      text = await readFile(path, 'utf8')
    } catch (err) {
      this.#report([`${path}: ${String(err)}`])
      this.#seen = ''
      return
    }
    if (text === this.#seen && (this.#retryAt === undefined || clock.now() < this.#retryAt)) return
    this.#seen = text
    this.#retryAt = clock.now() + retryMs
    const checked = unlessWrong(() => read(text))
    const problems = 'problems' in checked ? checked.problems : await this.#apply(text, checked, 'file')
    this.#report(problems)
    // What reads wrong stays so until somebody edits it.
    if (problems.length === 0 || 'problems' in checked) this.#retryAt = undefined
  }

  /** The problems; none: it is live. */
  async #apply(text: string, { file, centre }: { file: CentreFile; centre: Centre }, by: string): Promise<readonly string[]> {
    const { apply, clock, log } = this.#around
    const version = versionOf(text)
    if (version === this.#live.version) return []
    const problems = await apply(centre, file)
    if (problems.length > 0) return problems
    this.#file = file
    this.#live = { version, source: text, since: clock.now(), by }
    this.#isKept = false
    log.info({ version, by, afterRestart: this.#afterRestart(file) }, 'The configuration has changed')
    await this.#keep()
    return []
  }

  /** A database that is away keeps no change from callers: it is tried again. */
  async #keep(): Promise<void> {
    if (this.#isKept) return
    try {
      const since = await this.#around.keep(this.#live)
      this.#live = { ...this.#live, since }
      this.#isKept = true
    } catch (err) {
      this.#around.log.warn({ err }, 'The version of the configuration could not be written down yet')
    }
  }

  /** Each problem is told once, and not again while it stays. */
  #report(problems: readonly string[]): void {
    const isNews = problems.length > 0 && problems.join('\n') !== this.#problems.join('\n')
    if (isNews) this.#around.log.error({ problems }, 'The configuration on disk is not live; what was live stays')
    this.#problems = problems
  }

  #afterRestart(file: CentreFile): readonly string[] {
    return STARTED_WITH.filter((key) => JSON.stringify(file[key]) !== JSON.stringify(this.#started[key]))
  }

  #inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const mine = this.#turn.then(work)
    // Whoever asked for the work is told of its fault; the next in turn does not mind.
    this.#turn = mine.catch(() => {})
    return mine
  }
}

/** What came of the work, or the problems that it told of; other faults are thrown on. */
function unlessWrong<Value>(work: () => Value): Value | { readonly problems: readonly string[] } {
  try {
    return work()
  } catch (error) {
    if (error instanceof AppError && Array.isArray(error.details.problems))
      return { problems: error.details.problems as string[] }
    throw error
  }
}

function versionOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}
