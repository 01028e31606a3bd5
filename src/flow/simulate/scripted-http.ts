import type { Signal } from '../../domain/abort.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import type { HttpClient, HttpOutcome, HttpRequest } from '../../domain/ports/http-client.ts'
import type { CallScript } from './call-script.ts'
import type { Journal } from './journal.ts'

/** Answers requests by a script, in virtual time; an answer that takes longer than the request waits is a timeout. */
export class ScriptedHttp implements HttpClient {
  readonly #clock: Clock
  readonly #script: CallScript
  readonly #journal: Journal

  constructor(clock: Clock, script: CallScript, journal: Journal) {
    this.#clock = clock
    this.#script = script
    this.#journal = journal
  }

  async send(request: HttpRequest, signal: Signal): Promise<HttpOutcome> {
    this.#journal.add({ kind: 'request', method: request.method, url: request.url })
    const { afterMs, value } = await this.#script.http(request)
    const late = afterMs > request.timeoutMs || (!value.ok && value.problem === 'timeout')
    await this.#clock.sleep(late ? request.timeoutMs : afterMs, signal)
    return late ? { ok: false, problem: 'timeout' } : value
  }
}
