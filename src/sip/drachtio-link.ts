import type { Log } from '../domain/log.ts'
import { Session, type SessionEars, type SessionOptions } from './session.ts'

export interface LinkOptions extends SessionOptions, Pick<SessionEars, 'methods' | 'onRequest'> {
  readonly retryFirstMs: number
  readonly retryMostMs: number
  readonly log: Log
}

export interface LinkStatus {
  readonly connected: boolean
  /** Why it is not connected, for people. */
  readonly problem: string | undefined
  /** Where drachtio listens for SIP, e.g. `udp/127.0.0.1:5070`. */
  readonly contacts: readonly string[]
}

/**
 * Keeps a connection to drachtio, for ever:
 *
 *   connecting ──secret taken──▶ connected ──ended──▶ (waits, longer after each failure) ──▶ connecting
 */
export class DrachtioLink {
  readonly #options: LinkOptions
  #status: LinkStatus = { connected: false, problem: 'Connecting to drachtio for the first time', contacts: [] }
  #session: Session | undefined
  #retry: NodeJS.Timeout | undefined
  #connectedAt = 0
  #failures = 0
  #closed = false

  constructor(options: LinkOptions) {
    this.#options = options
  }

  get status(): LinkStatus {
    return this.#status
  }

  /** Resolves after the first attempt, whatever came of it; goes on trying. */
  start(): Promise<void> {
    return new Promise((resolve) => this.#connect(resolve))
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#retry)
    await this.#session?.leave()
  }

  #connect(tried: () => void): void {
    this.#session = new Session(this.#options, {
      methods: this.#options.methods,
      onRequest: this.#options.onRequest,
      onReady: (contacts, version) => {
        this.#connectedAt = performance.now()
        this.#status = { connected: true, problem: undefined, contacts }
        this.#options.log.info({ contacts, version }, 'The SIP edge is open')
        tried()
      },
      onEnd: (problem) => {
        this.#onEnd(problem)
        tried()
      }
    })
  }

  #onEnd(problem: string): void {
    const { retryFirstMs, retryMostMs, log } = this.#options
    const before = this.#status
    this.#status = { connected: false, problem, contacts: [] }
    if (this.#closed) return

    // A connection that drachtio ends soon each time is a failure as well.
    const lasted = before.connected && performance.now() - this.#connectedAt > retryMostMs
    this.#failures = lasted ? 0 : this.#failures + 1
    const delay = Math.min(retryFirstMs * 2 ** this.#failures, retryMostMs) * (0.75 + Math.random() / 4)
    if (before.problem !== problem) log.warn({ problem }, 'The SIP edge is not connected to drachtio; trying again and again')
    this.#retry = setTimeout(() => this.#connect(() => undefined), delay)
  }
}
