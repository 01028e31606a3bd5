import type { Signal } from '../abort.ts'
import type { CallId, ContactId } from '../ids.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly json?: unknown
  /** Sent as `Idempotency-Key`: the same for the same request when it is made again, after a failure or by another process. */
  readonly key?: string
  readonly timeoutMs: number
  /** The call that it is asked for. */
  readonly about?: { readonly callId: CallId; readonly contactId: ContactId }
}

/** `unreachable` covers refused, reset and unresolved; `bad-body` is an answer that is not the JSON it claims to be, or too long or too deep. */
export type HttpOutcome =
  | { readonly ok: true; readonly status: number; readonly body: unknown }
  | {
      readonly ok: false
      readonly problem: 'timeout' | 'unreachable' | 'status' | 'bad-body' | 'not-allowed'
      readonly status?: number
      readonly body?: unknown
    }

/** Asks another system something. Never throws but the signal's reason. */
export interface HttpClient {
  send(request: HttpRequest, signal: Signal): Promise<HttpOutcome>
}
