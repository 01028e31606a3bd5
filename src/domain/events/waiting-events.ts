import type { AgentId, CallId, DeviceId, OfferId } from '../ids.ts'
import type { OfferResult } from '../queue.ts'
import type { AttachedData } from '../screen-pop.ts'
import type { Announced } from '../waiting.ts'
import type { OfCall, OfParty } from './of-call.ts'

/** A caller waits in a queue, and is offered to agents. */
export type WaitingEvent =
  | ({
      readonly type: 'call.queued'
      readonly queue: string
      readonly priority: string
      readonly enqueuedAt: number
      /** As they came: their place, and what was expected of the wait (milliseconds), where known. */
      readonly position?: number
      readonly estimateMs?: number
      /** The call in which this caller had the place before, and hung up. */
      readonly resumes?: CallId
      readonly data: AttachedData
    } & OfCall)
  | ({
      readonly type: 'call.dequeued'
      readonly queue: string
      /** `left` and `callback`: the caller's keys, or a shortcut's. `overflow`: goes on in another queue, with the same first time. */
      readonly exit:
        | 'answered'
        | 'timeout'
        | 'no_agents'
        | 'closed'
        | 'left'
        | 'callback'
        | 'withdrawn'
        | 'overflow'
        | 'deflected'
        | 'callerGone'
        | 'fault'
      readonly waitedMs: number
      /** The user who withdrew the caller, or the agent who deflected them. */
      readonly by?: string
      /** Where they were deflected to. */
      readonly to?: DeviceId
    } & OfCall)
  /** The caller was told something while they waited, or was to be. */
  | ({ readonly type: 'call.announced' } & Announced & OfCall)
  /** Leaves before the agent's phone is dialled: the screen pop. */
  | ({
      readonly type: 'offer.made'
      readonly offerId: OfferId
      readonly agentId: AgentId
      readonly device: DeviceId
      readonly caller: DeviceId
      /** The queue it comes from; unset for a transfer straight to the agent. */
      readonly queue?: string
      readonly deadline: number
      readonly data: AttachedData
    } & OfParty)
  /** The agent's phone confirmed that it rings. */
  | ({
      readonly type: 'offer.ringing'
      readonly offerId: OfferId
      readonly agentId: AgentId
      readonly device: DeviceId
    } & OfParty)
  | ({
      readonly type: 'offer.ended'
      readonly offerId: OfferId
      readonly agentId: AgentId
      readonly device: DeviceId
      readonly result: OfferResult
    } & OfParty)
  /** The desk asks the agent's browser phone to answer: CTI answerCall. */
  | ({ readonly type: 'offer.answer-requested'; readonly offerId: OfferId; readonly agentId: AgentId } & OfParty)
