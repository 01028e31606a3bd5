import type { Customer, CustomerChanges, CustomerKey } from '../customer.ts'
import type { CallId, CustomerId } from '../ids.ts'
import type { PastContact } from '../past-contact.ts'
import type { GivenPromise, OpenPromise, PromiseState } from '../promise.ts'

/** Whose calls somebody may read. */
export interface CallReach {
  readonly agents: readonly string[]
  readonly queues: readonly string[]
}

/** A customer, a contact, or that contact of that customer. */
export interface PastOf {
  readonly customer?: string | undefined
  readonly contact?: string | undefined
  /** All but this call. */
  readonly notCall?: string | undefined
}

/** Customers and their contacts, as desks ask for them. Rejects when the store does not answer in time. */
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
  /** The newest contacts that fit, and are within reach by a call of theirs or their queue; undefined: of everybody. */
  history(of: PastOf, reach: CallReach | undefined, limit: number): Promise<readonly PastContact[]>
  /** What a customer had before that call, of everybody, and the last call of each older contact in which a promise is open; of those as many at most. */
  pastOf(customer: CustomerId, notCall: CallId, limit: number): Promise<readonly PastContact[]>
  /** Whether a call of theirs is within reach. */
  mayRead(of: Omit<PastOf, 'notCall'>, reach: CallReach): Promise<boolean>
  /** Undefined when there is none of that id. */
  promise(id: string): Promise<GivenPromise | undefined>
  /** The open ones of contacts of which a call is within reach, undefined: of everybody; by the day they are due, those without one last. */
  openPromises(reach: CallReach | undefined, limit: number): Promise<readonly OpenPromise[]>
  /** As it stands then; undefined when there is none of that id. */
  markPromise(id: string, state: PromiseState, by: string): Promise<GivenPromise | undefined>
}
