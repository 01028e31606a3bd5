import type { OfferId } from '../domain/ids.ts'
import type { OrderSettings, QueueSettings } from '../domain/queue.ts'
import { RoutingCore } from '../routing/routing-core.ts'

/** Makes the routing core of a replication: with another one the proof shows that a wrong core is caught. */
export type NewCore = (
  queues: ReadonlyMap<string, QueueSettings>,
  newOfferId: () => OfferId,
  order: OrderSettings | undefined
) => RoutingCore

/** The one that routes real calls. */
export const theRoutingCore: NewCore = (queues, newOfferId, order) => new RoutingCore(queues, newOfferId, order)
