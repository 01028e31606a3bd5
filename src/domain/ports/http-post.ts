import type { Signal } from '../abort.ts'

export interface HttpPost {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Sent as it is. */
  readonly body: string
  readonly timeoutMs: number
}

/** `unreachable` covers refused, reset and unresolved. What the answer says beside its status is not read. */
export type PostOutcome =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfterMs?: number }
  | { readonly kind: 'failed'; readonly problem: 'timeout' | 'unreachable' | 'not-allowed' }

/** Tells another system something. Never throws but the signal's reason. */
export interface PostClient {
  send(post: HttpPost, signal: Signal): Promise<PostOutcome>
  /** Breaks off what is under way. */
  close(): Promise<void>
}
