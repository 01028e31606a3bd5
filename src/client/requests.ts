import { Pace } from './pace.ts'
import type { Response } from './protocol.ts'
import { RequestFailed } from './request-failed.ts'

/** Unanswered requests at once; the others wait here. */
const IN_FLIGHT_MAX = 64

export interface RequestOptions {
  /** Within which the answer must come, lost connections included; 10 s when left out. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

interface Open {
  readonly id: string
  readonly text: string
  resolve(result: unknown): void
  reject(reason: unknown): void
  /** Whether a server may have got it. */
  sent: boolean
  /** Whether it was sent over the connection of now. */
  inFlight: boolean
}

/**
 * Requests that have no answer yet. Each settles exactly once: by its answer, or by what RequestFailed tells. After a lost connection
 * those that were sent are sent again, word for word under the same id, so that the server of the same session carries none out twice.
 */
export class Requests {
  readonly #name = crypto.getRandomValues(new Uint32Array(2)).reduce((name, part) => name + part.toString(36), '')
  readonly #timeoutMs: number
  /** In the order they were made. */
  readonly #open = new Map<string, Open>()
  #unsent: Open[] = []
  #count = 0
  #inFlight = 0
  #send: ((text: string) => void) | undefined
  #pace = new Pace(Date.now())
  #later: ReturnType<typeof setTimeout> | undefined

  constructor(timeoutMs = 10_000) {
    this.#timeoutMs = timeoutMs
  }

  /** Sends it as soon as there is a connection. Rejects with RequestFailed, or the signal's reason. */
  ask(method: string, params: object, { timeoutMs = this.#timeoutMs, signal }: RequestOptions = {}): Promise<unknown> {
    if (signal?.aborted === true) return Promise.reject(signal.reason)
    const id = `${this.#name}-${++this.#count}`
    const text = JSON.stringify({ jsonrpc: '2.0', id, method, params })
    return new Promise((resolve, reject) => {
      const fail = (reason: unknown) => {
        this.#drop(id)?.reject(reason)
        this.#pump()
      }
      const timer = setTimeout(() => fail(new RequestFailed('TIMED_OUT', { uncertain: request.sent })), timeoutMs)
      const onAbort = () => fail(signal?.reason)
      signal?.addEventListener('abort', onAbort)
      const settled = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
      }
      const request: Open = {
        id,
        text,
        sent: false,
        inFlight: false,
        resolve(result) {
          settled()
          resolve(result)
        },
        reject(reason) {
          settled()
          reject(reason)
        }
      }
      this.#open.set(id, request)
      this.#unsent.push(request)
      this.#pump()
    })
  }

  /** Takes an answer; one to a request that was given up is ignored. */
  answer(response: Response): void {
    const request = this.#drop(String(response.id))
    if (request === undefined) return
    if ('result' in response) request.resolve(response.result)
    else {
      const { error: failure } = response
      request.reject(new RequestFailed(failure.data?.code ?? String(failure.code), { failure }))
    }
    this.#pump()
  }

  /** There is a connection. `sameSession`: its server remembers what it has answered. */
  connect(send: (text: string) => void, sameSession: boolean): void {
    this.#send = send
    this.#pace = new Pace(Date.now())
    this.#inFlight = 0
    for (const request of [...this.#open.values()]) {
      request.inFlight = false
      if (!sameSession && request.sent) this.#drop(request.id)?.reject(new RequestFailed('OUTCOME_UNKNOWN', { uncertain: true }))
    }
    this.#unsent = [...this.#open.values()]
    this.#pump()
  }

  /** The connection is gone. */
  disconnect(): void {
    this.#send = undefined
    clearTimeout(this.#later)
    this.#later = undefined
  }

  /** None will come any more: all that is open fails. */
  close(): void {
    this.disconnect()
    for (const { id, sent } of [...this.#open.values()]) this.#drop(id)?.reject(new RequestFailed('CLOSED', { uncertain: sent }))
  }

  #pump(): void {
    while (this.#send !== undefined && this.#later === undefined && this.#inFlight < IN_FLIGHT_MAX) {
      const request = this.#unsent[0]
      if (request === undefined) return
      if (!this.#open.has(request.id)) {
        this.#unsent.shift()
        continue
      }
      const waitMs = this.#pace.waitFor(Date.now())
      if (waitMs > 0) {
        this.#later = setTimeout(() => {
          this.#later = undefined
          this.#pump()
        }, waitMs)
        return
      }
      this.#unsent.shift()
      request.sent = true
      request.inFlight = true
      this.#inFlight++
      this.#send(request.text)
    }
  }

  #drop(id: string): Open | undefined {
    const request = this.#open.get(id)
    this.#open.delete(id)
    if (request?.inFlight === true) this.#inFlight--
    return request
  }
}
