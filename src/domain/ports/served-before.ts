import type { Signal } from '../abort.ts'
import type { AgentId, CustomerId } from '../ids.ts'

/** Whom a caller is known by. */
export interface KnownBy {
  readonly customerId: CustomerId | undefined
  /** Empty: none was shown. */
  readonly number: string
}

/** Who served a customer before. */
export interface ServedBefore {
  /** The agent who talked last to this customer, or to somebody from this number, in calls that began within that time; undefined also when the records do not answer. Rejects only with the signal's reason. */
  lastAgent(of: KnownBy, withinMs: number, signal: Signal): Promise<AgentId | undefined>
}
