/** An event that has not the number that must follow. */
export interface WrongNumber {
  readonly session: string | undefined
  readonly after: number
  readonly came: number
}

interface Message {
  readonly result?: { readonly sessionId?: string; readonly seq?: number; readonly snapshot?: object | null }
  readonly method?: string
  readonly params?: { readonly seq: number; readonly type: string; readonly snapshot?: object }
}

/**
 * Reads what a client is sent, of all its connections, and finds what is missing or comes twice: the events of a session have consecutive numbers, also over
 * a lost connection. Only a snapshot may leave numbers out.
 */
export class EventNumbers {
  readonly wrong: WrongNumber[] = []
  /** How many connections went on with the session of the one before. */
  resumed = 0
  #session: string | undefined
  #last = 0

  read(text: string): void {
    const { result, method, params } = JSON.parse(text) as Message
    if (result?.seq !== undefined && result.snapshot !== undefined) this.#opened(result.sessionId, result.seq, result.snapshot)
    // It has no number of its own.
    if (method !== 'event' || params === undefined || params.type === 'session.health') return
    const { seq, snapshot } = params
    if (snapshot === undefined ? seq !== this.#last + 1 : seq <= this.#last) this.#wrong(seq)
    this.#last = seq
  }

  /** `session`: undefined when another view was asked for. */
  #opened(session: string | undefined, seq: number, snapshot: object | null): void {
    if (snapshot !== null) {
      this.#last = seq
      this.#session = session ?? this.#session
    } else if (session === this.#session) this.resumed++
    else this.#wrong(seq)
  }

  #wrong(came: number): void {
    this.wrong.push({ session: this.#session, after: this.#last, came })
  }
}
