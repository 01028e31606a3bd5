import type { Failure } from './protocol.ts'

/**
 * Why a request has no result. `code` is the server's (`AGENT_ON_CALL`), or one of ours:
 *
 * - TIMED_OUT: no answer came in time.
 * - OUTCOME_UNKNOWN: it was sent, and the server that got it is gone (it restarted, or has forgotten the session).
 * - CLOSED: the client was closed, or sent away for good.
 */
export class RequestFailed extends Error {
  readonly code: string
  /** Whether it may have been carried out all the same: look at the state before you ask again. */
  readonly uncertain: boolean
  /** The server's whole answer, if there was one; `data.allowed` says what may be done instead. */
  readonly failure: Failure | undefined

  constructor(code: string, { uncertain = false, failure }: { readonly uncertain?: boolean; readonly failure?: Failure } = {}) {
    super(`The request failed: ${code}`)
    this.name = 'RequestFailed'
    this.code = code
    this.uncertain = uncertain
    this.failure = failure
  }
}
