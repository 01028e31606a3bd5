import type { AgentStatus } from './agent.ts'
import type { CallDoor, CallPhase } from './call-phase.ts'
import type { AgentId, BridgeId, CallId, ChannelId, ContactId, DeviceId, RecordingId } from './ids.ts'
import type { Interrupted } from './interrupted.ts'
import type { QueuePlace } from './queue.ts'
import type { Pause, RecordedBy } from './recording.ts'
import type { AttachedData } from './screen-pop.ts'
import type { SupervisionMode, Supervisor } from './supervision.ts'

/** How kept calls are written now. Those of another form are not gone on with. */
export const KEPT_FORM = 2

/** A call in progress as the next process needs it. JSON only, and no secret is in it. */
export interface KeptCall {
  readonly form: typeof KEPT_FORM
  readonly callId: CallId
  readonly contactId: ContactId
  readonly startedAt: number
  readonly answeredAt?: number
  readonly channelId: ChannelId
  readonly door: CallDoor
  /** The endpoint it came from. */
  readonly endpoint: string
  /** Empty when they show none. */
  readonly callerNumber: string
  readonly callerName: string
  readonly dialed: string
  /** The agent who is the caller, of a call from a desk to a colleague. */
  readonly callingAgent?: AgentId
  readonly languageKnown: boolean
  readonly story: AttachedData
  readonly totals: { readonly queuedMs: number; readonly talkedMs: number; readonly heldMs: number }
  readonly phase: CallPhase
  /** Whether the caller has talked to anybody. */
  readonly hasTalked: boolean
  /** Where in its flows it is; unset before the first step, and for a call without a flow. */
  readonly position?: Interrupted
  readonly interrupted?: Interrupted
  readonly place?: KeptStay
  readonly talk?: KeptTalk
  readonly recording?: KeptRecording
  /** Who listens to its agents. Unset: nobody. */
  readonly supervisions?: readonly KeptSupervision[]
}

/** A place in a queue with what has been waited in it. */
export interface KeptStay extends QueuePlace {
  /** When the stay began; unset once it is over. */
  readonly since?: number
  /** What the caller had waited in this call before they first took the place, milliseconds. */
  readonly waitedBeforeMs: number
  readonly visited: readonly string[]
}

/** Who was with the caller, and where. */
export interface KeptTalk {
  readonly bridgeId: BridgeId
  readonly isConference: boolean
  readonly since: number
  readonly parties: readonly KeptParty[]
  /** Unset: none. */
  readonly consultations?: readonly KeptConsultation[]
}

/** A consultation that was answered; whose phone only rang is rung no more. */
export interface KeptConsultation {
  readonly id: CallId
  /** The party of the talk who consults. */
  readonly by: DeviceId
  readonly party: KeptParty
  readonly bridgeId: BridgeId
  readonly isConference: boolean
  /** In whose line the agent waited for them. */
  readonly queue?: string
  readonly with: 'consulted' | 'talk'
  /** The second line of the agent's phone, when they called with it. */
  readonly ownLine?: ChannelId
}

/** A supervisor who listens, and by which channels and bridge beside the talk. */
export interface KeptSupervision {
  readonly supervisor: Supervisor
  readonly mode: SupervisionMode
  readonly agentId: AgentId
  readonly agentChannel: ChannelId
  readonly leg: ChannelId
  readonly snoop: ChannelId
  readonly bridgeId: BridgeId
}

export interface KeptParty {
  readonly device: DeviceId
  readonly channelId: ChannelId
  readonly agentId?: AgentId
  /** The queue whose contact an agent serves. */
  readonly queue?: string
  /** By their desk. */
  readonly held: boolean
  /** By their phone. */
  readonly phoneHolds: boolean
}

/** A recording of the call that is under way. */
export interface KeptRecording {
  readonly id: RecordingId
  readonly since: number
  readonly startedBy: RecordedBy
  /** To the end of the call, and not only of this talk. */
  readonly untilEnd: boolean
  readonly pauses: readonly Pause[]
  /** Why it is paused now; empty when it is not. */
  readonly pausedFor: readonly ('desk' | 'secret')[]
  readonly agents: readonly AgentId[]
  /** What Asterisk calls it, side by side, and the channels that record. */
  readonly sides: readonly { readonly name: string; readonly channelId: ChannelId }[]
}

/** What an agent was doing. */
export interface KeptAgent {
  readonly form: typeof KEPT_FORM
  readonly status: AgentStatus
  /** Whether a desk of theirs was connected. */
  readonly hasDesk: boolean
}
