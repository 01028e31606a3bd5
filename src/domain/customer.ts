import type { Signal } from './abort.ts'
import type { CustomerId } from './ids.ts'

/** The one view of a customer that flows, routing and the agent's screen share. */
export interface Customer {
  readonly id: CustomerId
  readonly name: string
  /** E.164 or national digits as they arrive from the trunk. */
  readonly numbers: readonly string[]
  readonly segment: string
  /** Marks set by other systems, e.g. `card-lost`. */
  readonly flags: readonly string[]
  readonly language?: string
  readonly profile: Readonly<Record<string, unknown>>
}

/** What somebody is looked for by. A field of the profile counts as equal whether it holds a text or the number it reads as. */
export type CustomerKey =
  | { readonly by: 'number'; readonly number: string }
  | { readonly by: 'id'; readonly id: string }
  | { readonly by: 'profile'; readonly field: string; readonly value: string | number | boolean }

/** What changes of a customer; what is left out stays. */
export interface CustomerChanges {
  readonly name?: string
  readonly segment?: string
  readonly language?: string
  readonly addFlags?: readonly string[]
  readonly removeFlags?: readonly string[]
  /** Merged; a null removes the field. */
  readonly profile?: Readonly<Record<string, unknown>>
}

/** All of it rejects when the store does not answer within its limit, or with the signal's reason. */
export interface Customers {
  /** The customer who has that number, if known; otherwise the caller is served as unknown. */
  findByNumber(number: string, signal: Signal): Promise<Customer | undefined>
  /** The one customer who fits. Nobody when several do: to guess would show one the other's data. */
  find(key: CustomerKey, signal: Signal): Promise<Customer | undefined>
  /** A new customer with that number. Whoever has it already stays as they are and is the answer, also when two calls ask at once. */
  create(
    number: string,
    changes: CustomerChanges,
    signal: Signal
  ): Promise<{ readonly customer: Customer; readonly created: boolean }>
  /** The customer as they are now; nobody when there is none of that id. Rejects with `CUSTOMER_TOO_LARGE` when they would hold too much. */
  update(id: CustomerId, changes: CustomerChanges, signal: Signal): Promise<Customer | undefined>
}
