import type { ConsultationTarget, TransferTarget } from '../../domain/caller.ts'
import type { AgentId, BridgeId, CallId, ChannelId, DeviceId } from '../../domain/ids.ts'
import type { KeptTalk } from '../../domain/kept-call.ts'
import type { DeskResult } from '../../domain/ports/desk.ts'
import type { Channel } from '../../domain/ports/telephony.ts'
import type { WaitingCaller } from '../../domain/waiting-caller.ts'
import type { Party } from './party.ts'
import type { Alerting } from './rung-for.ts'

/** One party of a talk as others see it. The caller is not among them. */
export interface PartyView {
  readonly device: DeviceId
  readonly channelId: ChannelId
  readonly agentId?: AgentId
  /** Whether they and the caller hear each other now, as far as it is ours to say. */
  readonly present: boolean
}

/** An agent of the talk who waits in a queue for somebody to consult. */
export interface InLine {
  /** By the id of the consultation. */
  readonly caller: WaitingCaller
  withdraw(): void
}

/** What may be done to a talk while it goes on: it lasts as long as the caller and at least one other party are there. */
export interface TalkControl {
  /** Where caller and parties are joined; unset before they are. */
  readonly bridgeId: BridgeId | undefined
  parties(): readonly PartyView[]
  /** Somebody is about to snoop on one of them: from now on they are mixed; see BridgeKind. Resolves when they are, or cannot be. */
  mix(): Promise<void>
  /** As the next process needs it; undefined when there is nothing to go on with. */
  kept(): KeptTalk | undefined
  /** The consultation of the agent, if there is one, or the one of that id. */
  consultation(of: AgentId | CallId): { readonly id: CallId; readonly agentId: AgentId; readonly device: DeviceId } | undefined
  /** The phone of an agent that rings to join this talk, or to be consulted. */
  alerting(device: DeviceId): Alerting | undefined
  /** Who of it waits in queues for somebody to consult. */
  inLine(): readonly InLine[]
  hold(agentId: AgentId): Promise<DeskResult>
  retrieve(agentId: AgentId): Promise<DeskResult>
  transfer(agentId: AgentId, to: TransferTarget): Promise<DeskResult>
  consult(agentId: AgentId, to: ConsultationTarget): Promise<DeskResult<CallId>>
  /** As `consult`, by the call that the agent's phone makes beside the talk; it is the talk's from now on, and hung up when nobody can be consulted. */
  consultByPhone(agentId: AgentId, to: ConsultationTarget, own: Channel): Promise<void>
  alternate(agentId: AgentId): Promise<DeskResult>
  reconnect(agentId: AgentId): Promise<DeskResult>
  transferConsulted(agentId: AgentId): Promise<DeskResult>
  conference(agentId: AgentId): Promise<DeskResult>
  /**
   * One more party, already on a leg of ours, hears all others: barging in. From now on the talk lets go of them. Who joins them tells
   * the fact. `NOT_TALKING`: they or the caller have gone.
   */
  join(party: Party): Promise<DeskResult>
  /** Sends keys to whom the agent talks to: the caller, or whom they consult. */
  sendDigits(agentId: AgentId, digits: string, toneMs: number): Promise<DeskResult>
  /** Takes somebody out who joined, on their leg: it is theirs again who gave it to `join`. `NOT_TALKING`: the caller would be left alone. */
  release(device: DeviceId): Promise<DeskResult>
  /** Hangs up one party, talking, on hold, or being rung. */
  clear(device: DeviceId): Promise<DeskResult>
}
