import { Agent } from 'undici'
import { type AsteriskOptions, authorization } from './asterisk-options.ts'
import { type AriRequest, noReply, type Reply } from './reply.ts'

const ANSWER_MS = 5000

/** Requests over a small pool of HTTP connections: each waits alone. */
export class HttpLane {
  readonly #agent = new Agent({
    connections: 32,
    connect: { timeout: 2000 },
    headersTimeout: ANSWER_MS,
    bodyTimeout: ANSWER_MS,
    // Shorter than http.conf's session_keep_alive, so that we never write to a connection Asterisk is closing.
    keepAliveTimeout: 10_000
  })
  readonly #origin: string
  readonly #authorization: string
  #pending = 0

  constructor(options: AsteriskOptions) {
    this.#origin = `http://${options.address}`
    this.#authorization = authorization(options)
  }

  get pending(): number {
    return this.#pending
  }

  async request({ method, uri, body }: AriRequest, answerMs = ANSWER_MS): Promise<Reply> {
    this.#pending++
    try {
      const response = await this.#agent.request({
        origin: this.#origin,
        path: `/ari/${uri}`,
        method,
        headers: { authorization: this.#authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        body: body === undefined ? null : JSON.stringify(body),
        headersTimeout: answerMs,
        bodyTimeout: answerMs
      })
      return { status: response.statusCode, body: await response.body.text() }
    } catch (error) {
      // Refused, reset, timed out: to the caller it is all the same, Asterisk did not answer.
      return noReply(error instanceof Error ? error.message : String(error))
    } finally {
      this.#pending--
    }
  }

  /** A file, as it comes. The pool is free for others once it is read to its end or given up. */
  async download(uri: string): Promise<{ readonly status: number; readonly body: AsyncIterable<Uint8Array> | string }> {
    try {
      const headers = { authorization: this.#authorization }
      const { statusCode, body } = await this.#agent.request({
        origin: this.#origin,
        path: `/ari/${uri}`,
        method: 'GET',
        headers
      })
      return { status: statusCode, body: statusCode === 200 ? body : await body.text() }
    } catch (error) {
      // As above: Asterisk did not answer.
      return noReply(error instanceof Error ? error.message : String(error))
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy()
  }
}
