import type { Callback, CallbackExit } from '../callback.ts'
import type { CallbackId, CallId, ContactId } from '../ids.ts'
import type { PriorityName } from '../queue.ts'

/** A callback as users of the API and of desks book it. */
export interface DeskCallbackRequest {
  readonly number: string
  readonly queue: string
  /** Milliseconds since 1970. Unset: as soon as it is their turn. */
  readonly at?: number | undefined
  /** Unset: the centre's limit. */
  readonly withinMs?: number | undefined
  readonly priority?: PriorityName | undefined
  readonly skills?: Readonly<Record<string, number>> | undefined
  readonly language?: string | undefined
  /** For the agent who will call. */
  readonly data?: Readonly<Record<string, unknown>> | undefined
}

/** What may be ordered about callbacks. Effects arrive as `callback.*` facts; who may order what is decided by the door (cti, http). */
export interface CallbackCommands {
  /** Resolves when it is safe in the store. Rejects when the store does not answer. */
  book(request: DeskCallbackRequest, by: string): Promise<CallbackExit>
  /** Also while the customer's phone rings. `over`: too late, they talk or it has ended. */
  cancel(id: CallbackId): Promise<'cancelled' | 'over' | 'unknown'>
  /** The callbacks that are not over. */
  open(): readonly Callback[]
  /** Also one that is over. */
  get(id: CallbackId): Promise<Callback | undefined>
  /** Newest first. */
  list(filter: CallbackFilter): Promise<readonly Callback[]>
}

/** Which callbacks a list is of. */
export interface CallbackFilter {
  readonly queues?: readonly string[]
  readonly number?: string
  /** Only those that are not over. */
  readonly open?: boolean
  readonly limit: number
}

/** Where callbacks outlive the process. */
export interface CallbackStore {
  /** Takes it in, unless one for that number and queue is open: then that one is the answer. */
  add(callback: Callback): Promise<Callback>
  /** Writes a changed callback. False when somebody else changed it first: `revision` must be one more than what is stored. */
  save(callback: Callback): Promise<boolean>
  get(id: string): Promise<Callback | undefined>
  /** Newest first. */
  list(filter: CallbackFilter): Promise<readonly Callback[]>
}

/** Everything that is known when a callback is booked in a call or for one. */
export interface CallbackDraft {
  readonly number: string
  readonly queue: string
  readonly priority: PriorityName
  readonly skills: Callback['skills']
  readonly routing?: NonNullable<Callback['routing']>
  /** The place to keep. Unset: from when it is due. */
  readonly enqueuedAt?: number | undefined
  readonly contactId: ContactId
  readonly language: string
  readonly data: Callback['data']
  readonly dialed: string
  readonly bookedBy: string
  readonly bookedIn?: CallId
  readonly at?: number | undefined
  readonly withinMs?: number | undefined
}
