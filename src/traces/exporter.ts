import type { Log } from '../domain/log.ts'
import type { Clock } from '../domain/ports/clock.ts'
import type { HttpPost, PostClient, PostOutcome } from '../domain/ports/http-post.ts'
import { type Resource, toOtlp } from './otlp.ts'
import type { Span } from './span.ts'

/** Some megabytes at most: spans that do not fit are lost, and counted. */
const WAITING_MAX = 8_192
const BATCH_MAX = 512
const GATHER_MS = 1_000
const TIMEOUT_MS = 10_000
const RETRY_MS = { first: 1_000, max: 30_000 }
/** A batch that was refused so often is given up, so that a collector with one bad taste does not stop all. */
const ATTEMPTS_MAX = 5
/** How long a server that stops waits for what is left to be taken. */
const LAST_MS = 2_000

export interface ExporterAround {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly resource: Resource
  readonly client: PostClient
  readonly clock: Clock
  readonly log: Log
}

/** Sends spans to a collector by OTLP/HTTP in the background. Nothing waits for it: while the collector is away or slow, a bounded number is kept. */
export class Exporter {
  readonly #around: ExporterAround
  readonly #stop = new AbortController()
  readonly #sending: Promise<void>
  #waiting: Span[] = []
  #wake: (() => void) | undefined
  readonly #closing = new AbortController()
  #sent = 0
  #lost = 0
  #isTroubled = false

  constructor(around: ExporterAround) {
    this.#around = around
    this.#sending = this.#sendAll()
  }

  add(span: Span): void {
    if (this.#waiting.length >= WAITING_MAX) this.#lost++
    else if (this.#waiting.push(span) === BATCH_MAX) this.#wake?.()
  }

  figures(): { readonly sent: number; readonly lost: number; readonly waiting: number } {
    return { sent: this.#sent, lost: this.#lost, waiting: this.#waiting.length }
  }

  /** Sends what is left, within two seconds. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('The server stops'))
    this.#wake?.()
    const limit = setTimeout(() => this.#stop.abort(), LAST_MS)
    await this.#sending
    clearTimeout(limit)
    await this.#around.client.close()
  }

  async #sendAll(): Promise<void> {
    while (!this.#closing.signal.aborted || (this.#waiting.length > 0 && !this.#stop.signal.aborted)) {
      if (this.#waiting.length < BATCH_MAX) await this.#gather()
      const batch = this.#waiting.splice(0, BATCH_MAX)
      if (batch.length > 0) await this.#send(batch)
    }
    this.#lost += this.#waiting.length
  }

  async #send(batch: readonly Span[]): Promise<void> {
    const { url, headers, resource, clock } = this.#around
    const post = { url, timeoutMs: TIMEOUT_MS, body: toOtlp(batch, resource) }
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#post({ ...post, headers: { ...headers, 'content-type': 'application/json' } })
      if (outcome?.kind === 'answered' && outcome.status >= 200 && outcome.status < 300) {
        this.#sent += batch.length
        this.#tell(undefined)
        return
      }
      this.#tell(outcome ?? { kind: 'failed', problem: 'timeout' })
      if (!mayPass(outcome) || attempt === ATTEMPTS_MAX || this.#closing.signal.aborted) {
        this.#lost += batch.length
        return
      }
      // Closing ends the pause; what is left has one more chance.
      await clock.sleep(pauseAfter(outcome, attempt), this.#closing.signal).catch(() => {})
    }
  }

  /** Undefined: the server stops. */
  async #post(post: HttpPost): Promise<PostOutcome | undefined> {
    const { signal } = this.#stop
    try {
      return await this.#around.client.send(post, signal)
    } catch (error) {
      if (signal.aborted) return undefined
      throw error
    }
  }

  /** Waits until there is enough to send, or for a second. */
  async #gather(): Promise<void> {
    if (this.#closing.signal.aborted) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, GATHER_MS)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#wake = undefined
  }

  /** Each change is told once. */
  #tell(outcome: PostOutcome | undefined): void {
    const { log, url } = this.#around
    if (outcome !== undefined && !this.#isTroubled) log.warn({ url: new URL(url).origin, outcome }, 'Traces cannot be exported')
    if (outcome === undefined && this.#isTroubled) log.info({ lost: this.#lost }, 'Traces are exported again')
    this.#isTroubled = outcome !== undefined
  }
}

/** https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
function mayPass(outcome: PostOutcome | undefined): boolean {
  if (outcome?.kind === 'answered') return [429, 502, 503, 504].includes(outcome.status)
  return outcome?.kind === 'failed' && outcome.problem !== 'not-allowed'
}

function pauseAfter(outcome: PostOutcome | undefined, attempt: number): number {
  const asked = outcome?.kind === 'answered' ? (outcome.retryAfterMs ?? 0) : 0
  return Math.min(RETRY_MS.max, Math.max(asked, RETRY_MS.first * 2 ** (attempt - 1)))
}
