import type { CallDoor } from '../call-phase.ts'
import type { Customer, CustomerChanges, CustomerKey } from '../customer.ts'
import type { CustomerId } from '../ids.ts'

/** Whose calls somebody may read. */
export interface CallReach {
  readonly agents: readonly string[]
  readonly queues: readonly string[]
}

/** A call of a customer, as whoever talks to them next wants to know of it. */
export interface PastCall {
  readonly callId: string
  readonly contactId: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** Unset while it goes on. */
  readonly endedAt?: number
  readonly caller?: string
  readonly dialed?: string
  readonly door?: CallDoor
  readonly intent?: string
  readonly queues: readonly string[]
  readonly agents: readonly string[]
  readonly tags: readonly string[]
  readonly result?: string
  /** What came of the contact, as whoever wrapped it up last said. */
  readonly disposition?: string
}

/** Customers and their calls, as desks ask for them. Rejects when the store does not answer in time. */
export interface CustomerDesk {
  find(key: CustomerKey): Promise<Customer | undefined>
  /** Rejects with `CUSTOMER_TOO_LARGE` when they would hold too much. */
  update(id: CustomerId, changes: CustomerChanges, by: string): Promise<Customer | undefined>
  /** Makes two customers one, with the id of the first. Undefined when one of them is not there. Rejects with `CUSTOMER_TOO_LARGE`. */
  merge(
    kept: CustomerId,
    other: CustomerId,
    by: string
  ): Promise<{ readonly mergeId: string; readonly customer: Customer } | undefined>
  /** Who was kept in a merge that has not been taken back. */
  keptBy(mergeId: string): Promise<CustomerId | undefined>
  /** Undefined when it was taken back already, or who was kept is gone. */
  unmerge(mergeId: string, by: string): Promise<{ readonly kept: Customer; readonly restored: Customer } | undefined>
  /** The newest calls that fit and are within reach; undefined: of everybody. */
  history(
    of: { readonly customer?: string | undefined; readonly contact?: string | undefined },
    reach: CallReach | undefined,
    limit: number
  ): Promise<readonly PastCall[]>
}
