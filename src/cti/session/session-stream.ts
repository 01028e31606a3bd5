/** One event as a session got it. The body is shared by all who got it; the number and the allowed actions are this session's. */
export interface StreamEntry {
  readonly seq: number
  readonly at: number
  /** The members of `params` after `seq`, as JSON without braces. */
  readonly body: string
}

/** Longest replay of one session, as the protocol promises. */
const ENTRIES_MAX = 10_000

/** The numbered events of one session: what it was sent, and what it missed while its connection was lost. */
export class SessionStream {
  #seq = 0
  #entries: StreamEntry[] = []
  #head = 0
  readonly #entriesMax: number

  constructor(entriesMax = ENTRIES_MAX) {
    this.#entriesMax = entriesMax
  }

  /** Number of the last event; 0 before the first. */
  get seq(): number {
    return this.#seq
  }

  /** Numbers one event and keeps it. */
  push(body: string, at: number): StreamEntry {
    const entry = { seq: ++this.#seq, at, body }
    this.#entries.push(entry)
    if (this.#entries.length - this.#head > this.#entriesMax) this.#head++
    this.#compact()
    return entry
  }

  /** Forgets what is older than that moment. */
  forgetBefore(moment: number): void {
    for (let entry = this.#entries[this.#head]; entry !== undefined && entry.at < moment; entry = this.#entries[this.#head])
      this.#head++
    this.#compact()
  }

  /** Forgets all, and counts on by one: whoever has not been told of that number needs a snapshot. Returns it. */
  breakOff(): number {
    this.#entries = []
    this.#head = 0
    return ++this.#seq
  }

  /** All events after that number, or undefined when some of them are no longer kept, are too many bytes, or were never sent. */
  after(seq: number, bytesMax: number): readonly StreamEntry[] | undefined {
    if (seq > this.#seq) return undefined
    const first = this.#entries[this.#head]?.seq ?? this.#seq + 1
    if (seq + 1 < first) return undefined

    const missed = this.#entries.slice(this.#head + seq + 1 - first)
    const bytes = missed.reduce((sum, { body }) => sum + body.length, 0)
    return bytes > bytesMax ? undefined : missed
  }

  /** Shifting an array by one costs its length; cutting off half of it now and then does not. */
  #compact(): void {
    if (this.#head < 256 || this.#head * 2 < this.#entries.length) return
    this.#entries = this.#entries.slice(this.#head)
    this.#head = 0
  }
}

/** The event as it goes over the wire. */
export function frameOf({ seq, body }: StreamEntry): string {
  return `{"jsonrpc":"2.0","method":"event","params":{"seq":${seq},${body}}}`
}
