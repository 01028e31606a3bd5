import type { AgentStatus, Role } from '../agent.ts'
import type { Callback, CallbackAttempt } from '../callback.ts'
import type { Customer } from '../customer.ts'
import type { AgentId, ContactId, CustomerId, DeviceId, PromiseId } from '../ids.ts'
import type { GivenPromise, NotedPromise } from '../promise.ts'
import type { QueueStatus } from '../queue.ts'
import type { OfCall } from './of-call.ts'

/** What is not of one call alone: callbacks, agents, phones, desks, customers, queues, flows, users. */
export type CentreEvent =
  /** Is safe in the store. */
  | { readonly type: 'callback.booked'; readonly callback: Callback }
  /** Now waiting, due or reserved. The other moves have facts of their own. */
  | { readonly type: 'callback.changed'; readonly callback: Callback }
  /** The customer's phone is being called. */
  | ({ readonly type: 'callback.dialed'; readonly callback: Callback; readonly device: DeviceId } & OfCall)
  /** An attempt came to its end; `callback` shows what happens now. */
  | ({ readonly type: 'callback.attempted'; readonly callback: Callback; readonly attempt: CallbackAttempt } & OfCall)
  | { readonly type: 'callback.ended'; readonly callback: Callback }
  | { readonly type: 'agent.changed'; readonly status: AgentStatus; readonly previous: AgentStatus['state'] }
  | {
      readonly type: 'agent.wrapped-up'
      readonly agentId: AgentId
      readonly contactId: ContactId
      readonly disposition?: string
      readonly notes?: string
      readonly promises?: readonly (NotedPromise & { readonly id: PromiseId })[]
    }
  | { readonly type: 'phone.changed'; readonly device: DeviceId; readonly agentId?: AgentId; readonly inService: boolean }
  /** The first desk of an agent has connected, or the last one is gone. */
  | { readonly type: 'desk.changed'; readonly agentId: AgentId; readonly connected: boolean }
  /** Somebody is known by other facts now; `merged`: that one is them, and is gone. `by` is a user, or `flow`. */
  | { readonly type: 'customer.changed'; readonly customer: Customer; readonly merged?: CustomerId; readonly by: string }
  /** Somebody has said what became of a promise. `by` is a user. */
  | { readonly type: 'promise.changed'; readonly promise: GivenPromise; readonly by: string }
  | { readonly type: 'queue.changed'; readonly status: QueueStatus }
  | { readonly type: 'flow.reloaded'; readonly flow: string; readonly version: string }
  | { readonly type: 'user.signed-in'; readonly username: string; readonly role: Role }
