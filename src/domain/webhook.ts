/** Where events are sent to over HTTP, and which. Times in milliseconds. */
export interface WebhookSettings {
  readonly name: string
  readonly url: string
  /** Variables of the environment that hold its secrets: one, or while it is changed the new and the old one. */
  readonly secretVariables: readonly string[]
  /** Names of CTI events. Unset: all. */
  readonly events?: readonly string[]
  readonly queues?: readonly string[]
  readonly agents?: readonly string[]
  /** What it may see at all; none: what is of all teams. */
  readonly teams: readonly string[]
  /** For one attempt, from connecting to the answer. */
  readonly timeoutMs: number
  readonly attemptsMax: number
  /** How long after it was told an event is given up. */
  readonly maxAgeMs: number
  readonly keepDeliveredMs: number
  readonly keepDeadMs: number
}

/** Waiting for its turn or its next attempt; taken by the receiver; given up, until somebody has it replayed. */
export const deliveryStates = ['waiting', 'delivered', 'dead'] as const
export type DeliveryState = (typeof deliveryStates)[number]

/** Why an attempt came to nothing. `gave-up`: too old before its turn came. */
export type DeliveryProblem = 'status' | 'timeout' | 'unreachable' | 'not-allowed' | 'gave-up'

/** One event on its way to one webhook. Times in milliseconds since 1970. */
export interface Delivery {
  readonly id: string
  readonly webhook: string
  readonly seq: number
  readonly type: string
  /** What it is about, such as one call. */
  readonly lane: string
  readonly toldAt: number
  readonly state: DeliveryState
  readonly attempts: number
  readonly nextAt?: number
  readonly lastAt?: number
  readonly lastStatus?: number
  readonly lastProblem?: DeliveryProblem
  readonly endedAt?: number
}

/** How a webhook stands. */
export interface WebhookStatus {
  readonly webhook: string
  readonly url: string
  readonly events?: readonly string[]
  /** Unset while it is at work. `gone`: the receiver answered 410; else the user who stopped it. */
  readonly stopped?: { readonly at: number; readonly why: string }
  readonly waiting: number
  /** When the oldest of those that wait became true. */
  readonly oldestAt?: number
  readonly dead: number
  /** Since this process began. */
  readonly delivered: number
  readonly failed: number
  readonly last?: { readonly at: number; readonly status?: number; readonly problem?: DeliveryProblem }
}
