import type { AgentStatus } from '../../src/domain/agent.ts'
import type { DomainEvent } from '../../src/domain/events.ts'
import type { CustomerRing } from './called-customers.ts'
import type { CallerView } from './caller-view.ts'
import type { PlannedCall } from './plan.ts'
import type { PhoneRing } from './soak-agents.ts'
import type { StallWatch } from './stall-watch.ts'

/** What is left of a day, from every side: who called, what was seen on the wire, what was told, and what was written. */
export interface Evidence {
  readonly plan: readonly PlannedCall[]
  readonly views: ReadonlyMap<string, CallerView>
  readonly sipp: { readonly successful: number; readonly failed: number; readonly errors: string }
  readonly rings: readonly PhoneRing[]
  readonly customerRings: readonly CustomerRing[]
  readonly facts: readonly DomainEvent[]
  readonly stalls: StallWatch
  readonly rows: readonly WrittenCall[]
  readonly legs: readonly WrittenOffer[]
  /** When the last call was over. */
  readonly agents: readonly AgentStatus[]
  /** Offers that each agent's desk was told of, and what it was told came of them. */
  readonly deskOffers: ReadonlyMap<string, readonly { readonly offerId: string; readonly result: string }[]>
  /** Calls that the administrator's desk was told are over, each as `result reason`. */
  readonly cleared: readonly { readonly callId: string; readonly outcome: string }[]
}

/** A row of `calls`. */
export interface WrittenCall {
  readonly call_id: string
  readonly caller: string
  readonly result: string | null
  readonly reason: string | null
  readonly queued_ms: number | null
}

/** A row of `legs` that is an agent's. */
export interface WrittenOffer {
  readonly offer_id: string
  readonly result: string | null
}

/** Something that must not be, and what is known of it. */
export interface Violation {
  readonly what: string
  readonly about: unknown
}
