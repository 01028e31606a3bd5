import { type AttachedValues, withValues } from '../../domain/attached-values.ts'
import type { Customer } from '../../domain/customer.ts'
import { openCasesOf } from '../../domain/open-case.ts'
import type { AttachedData, CallbackNote, PathEntry } from '../../domain/screen-pop.ts'

/** The last steps are what an agent reads; a caller who loops through a menu for an hour must not grow the event. */
const PATH_MAX = 100

/** Characters of JSON: all of it goes to every desk with each change. */
const ATTACHED_MAX = 65_536

/** The same while it is put together, member by member. */
export type Growing<Whole> = { -readonly [Key in keyof Whole]: Whole[Key] }

/** What has become known about one call so far: the source of the agent's screen pop. */
export class CallStory {
  language: string
  /** Whether the language is the caller's, and not just the first flow's own. */
  languageKnown = false
  priority = 'normal'
  fastPath: string | undefined
  customer: Customer | undefined
  tags: readonly string[] = []
  callback: CallbackNote | undefined
  readonly #path: PathEntry[] = []
  #attached: AttachedValues = { collected: {} }
  readonly #queues: string[] = []
  #waitedMs = 0

  constructor(language: string) {
    this.language = language
  }

  /** What was known when a callback was booked. */
  restore({ path, collected, customer, waited, priority, intent, openCases, fastPath, tags = [] }: AttachedData): void {
    this.#path.push(...path)
    this.#attached = { ...(intent !== undefined && { intent }), ...(openCases !== undefined && { openCases }), collected }
    this.#queues.push(...waited.queues)
    this.customer = customer
    this.tags = tags
    this.priority = priority
    this.fastPath = fastPath
  }

  /** The same call, in another process. */
  goOn({ language, waited, callback }: AttachedData, languageKnown: boolean): void {
    this.language = language
    this.languageKnown = languageKnown
    this.callback = callback
    this.#waitedMs = waited.totalMs
  }

  stepLeft(entry: PathEntry): void {
    this.#path.push(entry)
    if (this.#path.length > PATH_MAX) this.#path.shift()
  }

  /** Merges; a null removes the key. `intent` and `openCases` have places of their own on the screen. False: it would be too much, and nothing has changed. */
  attach(values: Readonly<Record<string, unknown>>): boolean {
    // Another system may answer with more cases, and more of each, than anybody is shown.
    const shown = 'openCases' in values ? { ...values, openCases: openCasesOf(values.openCases) } : values
    // Of a key both texts count, so the sum is never less than what it comes to.
    if (JSON.stringify([this.#attached, shown]).length > ATTACHED_MAX) return false
    this.#attached = withValues(this.#attached, shown)
    return true
  }

  enteredQueue(queue: string): void {
    if (this.#queues.at(-1) !== queue) this.#queues.push(queue)
  }

  waited(ms: number): void {
    this.#waitedMs += ms
  }

  /** As it stands; `waitingSince` is set while the caller is in a queue. */
  attachedData(now: number, waitingSince?: number): AttachedData {
    const waiting = waitingSince === undefined ? 0 : now - waitingSince
    const { intent, openCases, collected } = this.#attached
    const data: Growing<AttachedData> = {
      path: [...this.#path],
      collected,
      waited: { totalMs: this.#waitedMs + waiting, queues: [...this.#queues] },
      language: this.language,
      priority: this.priority
    }
    if (intent !== undefined) data.intent = intent
    if (openCases !== undefined) data.openCases = openCases
    if (this.customer !== undefined) data.customer = this.customer
    if (this.fastPath !== undefined) data.fastPath = this.fastPath
    if (this.tags.length > 0) data.tags = this.tags
    if (this.callback !== undefined) data.callback = this.callback
    return data
  }
}
