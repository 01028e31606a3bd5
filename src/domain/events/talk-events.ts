import type { ConsultationResult, ConsultationWaitEnd } from '../consultation.ts'
import type { AgentId, CallId, DeviceId } from '../ids.ts'
import type { SupervisionMode } from '../supervision.ts'
import type { OfCall, OfParty, OfSupervision } from './of-call.ts'

/** Parties of a talk: who hears whom, who is on hold, consulted, transferred, listened to. */
export type TalkEvent =
  /** Caller and agent hear each other. `joins`: the caller has talked already; they were consulted, or sent the caller. */
  | ({
      readonly type: 'call.established'
      readonly agentId: AgentId
      readonly device: DeviceId
      readonly queue?: string
      readonly joins?: true
      readonly waitedMs: number
    } & OfCall)
  | ({ readonly type: 'call.held'; readonly device: DeviceId; readonly by: 'desk' | 'phone' | 'consultation' } & OfParty)
  | ({ readonly type: 'call.retrieved'; readonly device: DeviceId; readonly by: 'desk' | 'phone' | 'consultation' } & OfParty)
  /** The device sent keys to the other party. Which ones is nobody's business: they may be a secret. */
  | ({ readonly type: 'call.digits-sent'; readonly device: DeviceId; readonly count: number } & OfParty)
  /** An agent (or a flow's `transfer` step: `from` unset) sent the caller on; `consultation`: to whom the agent was consulting in it. */
  | ({ readonly type: 'call.transferred'; readonly from?: DeviceId; readonly to: DeviceId } & OfParty)
  /** One more party hears all others of the talk; `consultation`: the agent was consulting them in it. `agentId`: it is an agent's device. */
  | ({
      readonly type: 'call.conferenced'
      readonly by: DeviceId
      readonly device: DeviceId
      readonly agentId?: AgentId
    } & OfParty)
  /** An agent in a talk calls somebody else about the caller, who is on hold meanwhile. `consultation` is the call of the two. */
  | ({
      readonly type: 'consultation.started'
      readonly consultation: CallId
      readonly agentId: AgentId
      readonly device: DeviceId
      readonly to: DeviceId
      /** `to` is this queue: whichever of its agents is free first is meant. */
      readonly queue?: string
    } & OfCall)
  /** The agent waits in a queue for somebody to consult. */
  | ({
      readonly type: 'consultation.queued'
      readonly consultation: CallId
      readonly queue: string
      readonly enqueuedAt: number
      readonly position?: number
      readonly estimateMs?: number
    } & OfCall)
  /** They wait no more. `left`: nobody waits for the end of it; else as a caller leaves a queue. */
  | ({
      readonly type: 'consultation.dequeued'
      readonly consultation: CallId
      readonly queue: string
      readonly exit: ConsultationWaitEnd
    } & OfCall)
  /** That call is over; who was transferred or conferenced is in the caller's call now. */
  | ({
      readonly type: 'consultation.ended'
      readonly consultation: CallId
      readonly agentId: AgentId
      readonly device: DeviceId
      readonly to: DeviceId
      readonly result: ConsultationResult
    } & OfCall)
  /** A supervisor listens to an agent, or does so in another way now; what `active` changes for the caller is `call.conferenced`. */
  | ({ readonly type: 'supervision.changed'; readonly mode: SupervisionMode } & OfSupervision)
  /** `unreached`: the supervisor's phone did not answer. */
  | ({ readonly type: 'supervision.ended'; readonly result: 'left' | 'talk-over' | 'unreached' | 'fault' } & OfSupervision)
  /** An outside or other party was called by a `transfer` step. */
  | ({ readonly type: 'leg.dialed'; readonly device: DeviceId } & OfParty)
  | ({ readonly type: 'leg.connected'; readonly device: DeviceId } & OfParty)
  /** One party other than the caller has left. Q.850 `cause`. */
  | ({ readonly type: 'leg.ended'; readonly device: DeviceId; readonly cause: number } & OfParty)
