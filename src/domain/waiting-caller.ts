import type { CallId, ContactId, DeviceId } from './ids.ts'
import type { PriorityName } from './queue.ts'

/** A caller who waits on the line, as supervisors see them. */
export interface WaitingCaller {
  readonly callId: CallId
  readonly contactId: ContactId
  readonly caller: DeviceId
  readonly queue: string
  readonly priority: PriorityName
  /** The first time, milliseconds since 1970. */
  readonly enqueuedAt: number
  /** 1 for who is served next. */
  readonly position: number
  /** How much longer it may take, milliseconds; left out while too little is known. */
  readonly estimateMs?: number
  /** The agent whose phone rings for them. */
  readonly ringing?: string
}
