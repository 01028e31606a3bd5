import type { CallId } from './ids.ts'
import type { PriorityName } from './queue.ts'

/** The place in a queue of a caller who was cut off. JSON only. */
export interface KeptPlace {
  /** The call that broke off. */
  readonly callId: CallId
  /** When it did, milliseconds since 1970. */
  readonly at: number
  /** The queue they were in, and those they had come on from: they have their place back in each of these. */
  readonly queues: readonly string[]
  readonly priority: PriorityName
  /** The first time. */
  readonly enqueuedAt: number
}

/** Where the places outlive the process, by caller number; one for each number. */
export interface KeptPlaceStore {
  /** Replaces what is there; forgets all that is from before `notBefore`. */
  keep(callerNumber: string, place: KeptPlace, notBefore: number): Promise<void>
  forget(callerNumber: string): Promise<void>
  list(notBefore: number): Promise<readonly (readonly [callerNumber: string, place: KeptPlace])[]>
}
