import type { CallId } from '../ids.ts'

/** What another process, or the next one, needs to know of a call in progress. JSON only. */
export interface LiveCall {
  readonly callId: CallId
  readonly startedAt: number
  readonly [key: string]: unknown
}

/** The calls in progress, kept where they survive this process. Writing never blocks a call. */
export interface LiveStore {
  put(call: LiveCall): void
  delete(callId: CallId): void
  /** All that is stored, also by an earlier process. */
  list(): Promise<readonly LiveCall[]>
  /** Resolves when everything put before is safe. */
  flush(): Promise<void>
  close(): Promise<void>
}
