import type { Strain } from '../domain/overload.ts'
import type { RestResponse } from './ari-json.ts'
import { ListeningTime } from './listening-time.ts'
import { type AriRequest, noReply, type Reply } from './reply.ts'

const ANSWER_MS = 5000

interface Waiting {
  /** By the time in which we were listening. */
  readonly sentAt: number
  /** By `performance.now()`. */
  readonly deadline: number
  /** A second time it does nothing. */
  readonly settle: (reply: Reply) => void
}

/**
 * Requests over the events websocket (22.4 on; `ari_websocket_requests.c`). Asterisk serves one after the other, so the order is kept,
 * and one that waits holds up all behind it: `stalledMs` tells.
 */
export class SocketRequests {
  /** In the order sent. One that timed out stays until Asterisk has answered it: it still blocks the others. */
  readonly #waiting = new Map<string, Waiting>()
  #send: ((text: string) => boolean) | undefined
  readonly #time = new ListeningTime(() => this.#noteDelay())
  #worstDelayMs = 0
  #number = 0
  /** One for all that are under way: each command of a call has five seconds, and hardly any needs a thousandth of them. */
  #timer: NodeJS.Timeout | undefined

  attach(send: (text: string) => boolean): void {
    this.#send = send
    this.#time.start()
  }

  /** The websocket is gone; what was under way has an unknown fate. */
  detach(): void {
    this.#send = undefined
    this.#time.stop()
    const lost = [...this.#waiting.values()]
    this.#waiting.clear()
    clearTimeout(this.#timer)
    this.#timer = undefined
    for (const { settle } of lost) settle(noReply('The connection to Asterisk was lost'))
  }

  get open(): boolean {
    return this.#send !== undefined
  }

  get pending(): number {
    return this.#waiting.size
  }

  /** For how long of the time that the oldest unanswered request has been under way we were listening. */
  stalledMs(): number {
    for (const { sentAt } of this.#waiting.values()) return this.#time.now() - sentAt
    return 0
  }

  /** How held up we were at the worst since this was last asked: our event loop, and the oldest request. */
  takeStrain(): Strain {
    this.#noteDelay()
    const strain = { loopDelayMs: this.#time.takeHoldUp(), commandDelayMs: this.#worstDelayMs }
    this.#worstDelayMs = 0
    return strain
  }

  request({ method, uri, body }: AriRequest): Promise<Reply> {
    const id = String(++this.#number)
    // The body travels as a string inside the JSON (events.json, RESTRequest).
    const content = body === undefined ? undefined : { content_type: 'application/json', message_body: JSON.stringify(body) }
    const text = JSON.stringify({ type: 'RESTRequest', transaction_id: id, request_id: id, method, uri, ...content })

    return new Promise((settle) => {
      if (this.#send?.(text) !== true) return settle(noReply('Asterisk is not connected'))
      this.#waiting.set(id, { sentAt: this.#time.now(), deadline: performance.now() + ANSWER_MS, settle })
      this.#timer ??= setTimeout(() => this.#giveUp(), ANSWER_MS)
    })
  }

  receive({ request_id, status_code, message_body = '' }: RestResponse): void {
    const waiting = this.#waiting.get(request_id)
    if (waiting === undefined) return
    this.#waiting.delete(request_id)
    waiting.settle({ status: status_code, body: message_body })
  }

  #noteDelay(): void {
    this.#worstDelayMs = Math.max(this.#worstDelayMs, this.stalledMs())
  }

  /** Those that have had their time; it looks again when the next one will have. */
  #giveUp(): void {
    this.#timer = undefined
    const now = performance.now()
    for (const { deadline, settle } of this.#waiting.values()) {
      if (deadline > now) {
        this.#timer = setTimeout(() => this.#giveUp(), deadline - now)
        return
      }
      settle(noReply('Asterisk did not answer in time'))
    }
  }
}
