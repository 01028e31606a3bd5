import type { AgentId, CallId, ContactId, DeviceId } from '../ids.ts'

/** On every event about a call. */
export interface OfCall {
  readonly callId: CallId
  readonly contactId: ContactId
}

/** On facts about a party, when it takes part in a consultation: the call that agent and consulted party have with each other. */
export interface OfParty extends OfCall {
  readonly consultation?: CallId
}

/** On every event about somebody who listens to an agent. */
export interface OfSupervision extends OfCall {
  readonly supervisor: string
  readonly device: DeviceId
  /** Whom they listen to. */
  readonly agentId: AgentId
  /** The agent may know. */
  readonly isTold: boolean
}
