import type { RestResponse } from './ari-json.ts'
import { ListeningTime } from './listening-time.ts'
import { type AriRequest, noReply, type Reply } from './reply.ts'

const ANSWER_MS = 5000

interface Waiting {
  readonly sentAt: number
  readonly timer: NodeJS.Timeout
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
  readonly #time = new ListeningTime()
  #number = 0

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
    for (const { timer, settle } of lost) {
      clearTimeout(timer)
      settle(noReply('The connection to Asterisk was lost'))
    }
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

  request({ method, uri, body }: AriRequest): Promise<Reply> {
    const id = String(++this.#number)
    // The body travels as a string inside the JSON (events.json, RESTRequest).
    const content = body === undefined ? undefined : { content_type: 'application/json', message_body: JSON.stringify(body) }
    const text = JSON.stringify({ type: 'RESTRequest', transaction_id: id, request_id: id, method, uri, ...content })

    return new Promise((settle) => {
      if (this.#send?.(text) !== true) return settle(noReply('Asterisk is not connected'))
      const timer = setTimeout(() => settle(noReply('Asterisk did not answer in time')), ANSWER_MS)
      this.#waiting.set(id, { sentAt: this.#time.now(), timer, settle })
    })
  }

  receive(response: RestResponse): void {
    const waiting = this.#waiting.get(response.request_id)
    if (waiting === undefined) return
    this.#waiting.delete(response.request_id)
    clearTimeout(waiting.timer)
    waiting.settle({ status: response.status_code, body: response.message_body ?? '' })
  }
}
