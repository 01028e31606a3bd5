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

export interface Customers {
  /** The customer who has that number, if known. Rejects when the store does not answer within its limit; the caller is then served as unknown. */
  findByNumber(number: string, signal: AbortSignal): Promise<Customer | undefined>
}
