import type { EventNotification, Failure, Response, ResultOf } from './protocol.ts'
import type { SocketLike } from './socket.ts'

/** No answer to the opening within this time means that nobody is there. */
const OPENING_MS = 10_000
const NORMAL = 1000
/** What browsers tell of a connection that ended without a goodbye (RFC 6455 §7.1.5). */
const ABNORMAL = 1006
/** Of the range for applications (RFC 6455 §7.4.2). */
const NOT_UNDERSTOOD = 4000

export interface LinkEvents {
  /** The server has taken the token. What it replays comes after. */
  onOpened(result: ResultOf<'session.open'>): void
  onMessage(message: Response | EventNotification): void
  /** It is over, by that close code. Told once, and nothing after it. */
  onLost(code: number): void
  /** The server does not understand how we open a session, and will not the next time. Told instead of `onLost`. */
  onRefused(failure: Failure): void
}

/** One connection, from the first packet to the last. A dead one may take minutes to close by itself, so silence ends it. */
export class Link {
  readonly #socket: SocketLike
  readonly #events: LinkEvents
  #opened = false
  #over = false
  #silence: ReturnType<typeof setTimeout> | undefined

  /** Sends `opening` as soon as it can. */
  constructor(socket: SocketLike, opening: object, events: LinkEvents) {
    this.#socket = socket
    this.#events = events
    this.expectWithin(OPENING_MS)
    const request = { jsonrpc: '2.0', id: 'open', method: 'session.open', params: opening }
    socket.onopen = () => socket.send(JSON.stringify(request))
    socket.onmessage = ({ data }) => this.#receive(String(data))
    socket.onclose = ({ code }) => this.#lost(code)
    // What is wrong with it is told by its end, which follows.
    socket.onerror = () => undefined
  }

  send(text: string): void {
    this.#socket.send(text)
  }

  /** Ends the connection unless this is called again in time. */
  expectWithin(ms: number): void {
    clearTimeout(this.#silence)
    if (!this.#over) this.#silence = setTimeout(() => this.#giveUp(), ms)
  }

  /** Ends it; nothing more is told. */
  close(code = NORMAL): void {
    this.#over = true
    clearTimeout(this.#silence)
    this.#socket.close(code)
  }

  #receive(text: string): void {
    if (this.#over) return
    let message: Response | EventNotification
    try {
      message = JSON.parse(text)
    } catch {
      // Whatever is at the other end, it is not the server.
      this.close(NOT_UNDERSTOOD)
      this.#events.onLost(NOT_UNDERSTOOD)
      return
    }
    if (this.#opened || 'method' in message) this.#events.onMessage(message)
    else this.#open(message)
  }

  #open(answer: Response): void {
    if ('error' in answer) {
      this.close()
      this.#events.onRefused(answer.error)
      return
    }
    this.#opened = true
    this.#events.onOpened(answer.result as ResultOf<'session.open'>)
  }

  #giveUp(): void {
    // A goodbye would wait for an answer that will not come.
    if (this.#socket.terminate === undefined) this.#socket.close(NORMAL)
    else this.#socket.terminate()
    this.#lost(ABNORMAL)
  }

  #lost(code: number): void {
    if (this.#over) return
    this.#over = true
    clearTimeout(this.#silence)
    this.#events.onLost(code)
  }
}
