import type { AgentStatus, PendingState } from '../agent.ts'
import type { ConsultationTarget, TransferTarget } from '../caller.ts'
import type { AgentId, CallId, ContactId, DeviceId } from '../ids.ts'
import type { NotedPromise } from '../promise.ts'
import type { SupervisionMode, Supervisor } from '../supervision.ts'
import type { WaitingCaller } from '../waiting-caller.ts'

/** Why a command was not carried out. Stable: clients switch on it. */
export type DeskProblem =
  | 'AGENT_UNKNOWN'
  | 'AGENT_LOGGED_OFF'
  | 'AGENT_ON_CALL'
  | 'AGENT_NOT_IN_WRAP_UP'
  | 'WRAP_UP_LIMIT'
  | 'REASON_UNKNOWN'
  | 'DISPOSITION_UNKNOWN'
  | 'PHONE_CANNOT_ANSWER'
  /** The data attached to a call would be more than 64 Ki characters of JSON. */
  | 'DATA_TOO_LARGE'
  | 'CALL_UNKNOWN'
  | 'NOT_ON_THIS_CALL'
  | 'NOT_ALERTING'
  | 'NOT_TALKING'
  | 'NOT_HELD'
  | 'NOT_WAITING'
  /** The agent does not serve that queue, or lacks the skills that the caller needs. */
  | 'NOT_QUALIFIED'
  | 'ALREADY_HELD'
  | 'CONSULTING'
  | 'NOT_CONSULTING'
  | 'NOT_ANSWERED'
  | 'OTHERS_IN_TALK'
  | 'TARGET_UNKNOWN'
  | 'TARGET_NOT_AVAILABLE'
  /** No phone of the agent is registered. */
  | 'PHONE_OUT_OF_SERVICE'
  | 'SERVER_DRAINING'
  /** The supervisor is in another talk. */
  | 'SUPERVISING'
  | 'ALREADY_RECORDING'
  | 'NOT_RECORDING'
  | 'RECORDING_NOT_ALLOWED'
  | 'RECORDING_FAILED'
  | 'ASTERISK_UNAVAILABLE'

/** What may be done about the recording of a call. */
export type RecordOrder = 'start' | 'stop' | 'pause' | 'resume'

export type DeskResult<Value = undefined> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly code: DeskProblem }

/** What an agent notes of a contact. */
export interface WrapUpNotes {
  readonly disposition?: string
  readonly notes?: string
  readonly promises?: readonly NotedPromise[]
}

/** What may be ordered about agents. Effects arrive as `agent.changed`. */
export interface AgentCommands {
  logOn(agentId: AgentId): DeskResult<AgentStatus>
  logOff(agentId: AgentId): DeskResult<AgentStatus>
  /** On a call the choice is kept as pending; in wrap-up it ends it. */
  setState(agentId: AgentId, wanted: PendingState): DeskResult<AgentStatus>
  /** Ends the wrap-up; the contact is recorded with what the agent noted. `next`: what they do then, instead of what was pending. */
  wrapUp(agentId: AgentId, result: WrapUpNotes & { readonly next?: PendingState; readonly by?: string }): DeskResult<AgentStatus>
  /** Makes the wrap-up longer, as far as its queue allows. */
  extendWrapUp(agentId: AgentId): DeskResult<AgentStatus>
  status(agentId: AgentId): AgentStatus | undefined
  list(): readonly AgentStatus[]
}

/** A call that an agent makes from the desk. */
export interface WantedCall {
  readonly to: string
  /** For their screen, and that of whoever the call is sent on to. */
  readonly data?: Readonly<Record<string, unknown>> | undefined
  /** Unset: there is no wrap-up. */
  readonly queue?: string | undefined
}

/** What may be ordered about calls. Effects arrive as events; who may order what is decided by the door (cti, http). */
export interface CallCommands {
  /** Asks the agent's browser phone to answer the ringing offer. */
  answer(callId: CallId, agentId: AgentId): DeskResult
  /** Ends one party's part: an alerting agent rejects, a talking agent hangs up, the caller is hung up. */
  clearConnection(callId: CallId, device: DeviceId): Promise<DeskResult>
  /** Ends it for everybody: the caller is hung up. Of a consultation, whom the agent consults is. */
  clearCall(callId: CallId): Promise<DeskResult>
  hold(callId: CallId, agentId: AgentId): Promise<DeskResult>
  retrieve(callId: CallId, agentId: AgentId): Promise<DeskResult>
  /** Sends the caller on; the agent is released to wrap-up at once. A target that does not answer returns the caller to the queue they came from, at the head. */
  singleStepTransfer(callId: CallId, agentId: AgentId, to: TransferTarget): Promise<DeskResult>
  /**
   * Sends a caller on whom the agent is being offered, without answering; they stay ready. A target that does not answer returns the caller to
   * their place; who was in no queue goes on as if the first one had not answered.
   */
  deflect(callId: CallId, agentId: AgentId, to: TransferTarget): DeskResult
  /**
   * Lets a supervisor listen to an agent of the call, whisper to them, or join; again, it changes how. Their phone is rung first and answers by
   * itself. Resolves when it is rung, or changed. `agents`: whom they may listen to; the first who is in the talk is taken.
   */
  supervise(callId: CallId, by: Supervisor, agents: readonly AgentId[], mode: SupervisionMode): Promise<DeskResult>
  /** The supervisor listens, whispers or takes part no more, or their phone stops ringing for that. `NOT_ON_THIS_CALL`: they do not. */
  stopSupervising(callId: CallId, username: string): DeskResult
  /** Sends keys to whom the agent talks to. */
  sendDigits(callId: CallId, agentId: AgentId, digits: string, toneMs: number): Promise<DeskResult>
  /**
   * Gives a caller who waits in a queue, or for whom a phone rings, to an agent who asks for them; a colleague's phone that rings for them stops.
   * Also to somebody who is no agent and has a phone: they are the agent of that talk. Who is not answered keeps their place.
   */
  pickUp(callId: CallId, agentId: AgentId): DeskResult
  /**
   * Calls somebody for an agent: their own phone rings first and answers by itself, then whom they want. `to` is a colleague's extension, a
   * number or a SIP address that the dial rules allow; `queue`: whose wrap-up follows. Resolves when the agent is reserved.
   */
  makeCall(agentId: AgentId, wanted: WantedCall): DeskResult<CallId>
  /**
   * Calls somebody else about the caller, who hears music meanwhile. The value is the call of agent and consulted party: a call of its own,
   * for the same contact. The four below take the id of either call.
   */
  consult(callId: CallId, agentId: AgentId, to: ConsultationTarget): Promise<DeskResult<CallId>>
  /** Back to the one on hold; the other one is on hold then. */
  alternate(callId: CallId, agentId: AgentId): Promise<DeskResult>
  /** Lets the consulted party go, or stops ringing them, and takes the caller back. */
  reconnect(callId: CallId, agentId: AgentId): Promise<DeskResult>
  /** Joins caller and consulted party and lets the agent go. Who still rings is waited for; nobody answering leads the caller back to the queue, at the head. */
  transferConsulted(callId: CallId, agentId: AgentId): Promise<DeskResult>
  /** Joins all: the consulted party becomes one more in the caller's call. */
  conference(callId: CallId, agentId: AgentId): Promise<DeskResult>
  /** Merges into the attached data; a null removes the key. */
  associateData(callId: CallId, by: AgentId, values: Readonly<Record<string, unknown>>): DeskResult
  /** What the caller says and hears is recorded, paused (silence is recorded), gone on with, or ended. `by` is a user. */
  record(callId: CallId, order: RecordOrder, by: string): Promise<DeskResult>
  contactOf(callId: CallId): ContactId | undefined
  /** Who waits on the line in that queue, the next one first. */
  waitingIn(queue: string): readonly WaitingCaller[]
  /** Takes a caller out of the queue they wait in; their flow goes on with `withdrawn`. `by` is a user. */
  withdraw(callId: CallId, by: string): DeskResult
}
