import type { Callback, CallbackOutcome, CallbackState } from './callback.ts'

/** A callback as clients of the API and of CTI see it. Times in milliseconds. */
export interface CallbackView {
  readonly callbackId: string
  readonly contactId: string
  readonly number: string
  readonly queue: string
  readonly priority: string
  readonly enqueuedAt: number
  readonly dueAt: number
  readonly expiresAt: number
  readonly bookedAt: number
  readonly bookedBy: string
  readonly state: CallbackState
  readonly attempts: readonly {
    readonly at: number
    readonly callId: string
    readonly agentId: string
    readonly result?: string
  }[]
  readonly outcome?: CallbackOutcome
  readonly endedAt?: number
  readonly customer?: { readonly id: string; readonly name: string; readonly segment: string }
}

/** What of a callback leaves the server: what is attached for the agent comes with their call. */
export function viewOfCallback(callback: Callback): CallbackView {
  const { id, contactId, number, queue, priority, enqueuedAt, dueAt, expiresAt, bookedAt, bookedBy, state, attempts } = callback
  const { outcome, endedAt, data } = callback
  const { customer } = data
  return {
    callbackId: id,
    ...{ contactId, number, queue, priority, enqueuedAt, dueAt, expiresAt, bookedAt, bookedBy, state, attempts },
    ...(outcome !== undefined && { outcome }),
    ...(endedAt !== undefined && { endedAt }),
    ...(customer !== undefined && { customer: { id: customer.id, name: customer.name, segment: customer.segment } })
  }
}
