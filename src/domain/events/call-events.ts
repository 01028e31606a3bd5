import type { CallDoor, CallPhase } from '../call-phase.ts'
import type { Customer } from '../customer.ts'
import type { AgentId, CallId, DeviceId } from '../ids.ts'
import type { OutsideCap } from '../outside-tally.ts'
import type { RecordedBy } from '../recording.ts'
import type { AttachedData, PathEntry } from '../screen-pop.ts'
import type { Termination } from '../termination.ts'
import type { OfCall, OfParty } from './of-call.ts'

/** A call as such: where it comes from, what its flow does, how it ends. */
export type CallEvent =
  | ({
      readonly type: 'call.started'
      readonly caller: DeviceId
      readonly callerName: string
      readonly dialed: string
      /** Where the call came from; `callback` and `desk`: we call the customer, for `desk` because an agent wants it. */
      readonly door: CallDoor
      /** The agent who makes a call from the desk: `caller` is whom they call outside, or themselves when they call a colleague. */
      readonly by?: AgentId
      readonly language: string
    } & OfCall)
  /**
   * This process has to do with a call that an earlier one had to leave; how it stands now. What happened before was told by that one. Of a
   * forgotten call its end follows at once.
   */
  | ({
      readonly type: 'call.restored'
      readonly caller: DeviceId
      readonly callerName: string
      readonly dialed: string
      readonly door: CallDoor
      readonly by?: AgentId
      readonly startedAt: number
      readonly answeredAt?: number
      readonly phase: CallPhase
      readonly flow?: string
      /** The last queue that they came to. */
      readonly queue?: string
      readonly priority?: string
      readonly enqueuedAt?: number
      readonly talkingSince?: number
      readonly recording?: { readonly state: 'on' | 'paused'; readonly by: RecordedBy }
      readonly parties?: readonly { readonly device: DeviceId; readonly agentId?: AgentId; readonly isHolding: boolean }[]
      /** Of its agents, with somebody who has picked up. `isHolding`: the agent is with the caller meanwhile. */
      readonly consultations?: readonly {
        readonly consultation: CallId
        readonly agentId: AgentId
        readonly device: DeviceId
        readonly to: DeviceId
        readonly toAgent?: AgentId
        readonly queue?: string
        readonly isHolding: boolean
      }[]
      readonly data: AttachedData
    } & OfCall)
  /** Whom an agent calls from the desk: their phone is being called. */
  | ({ readonly type: 'call.dialed'; readonly device: DeviceId } & OfCall)
  /** Nobody was called outside: the configuration does not allow the address (any more), or there were too many such calls of late. */
  | ({
      readonly type: 'call.dial-refused'
      readonly device: DeviceId
      readonly why: 'not-allowed' | OutsideCap
    } & OfParty)
  /** They did not answer. Q.850 `cause`, 0 when Asterisk told none. */
  | ({
      readonly type: 'call.unreached'
      readonly device: DeviceId
      readonly result: 'busy' | 'no-answer' | 'rejected' | 'unreachable'
      readonly cause: number
    } & OfCall)
  | ({ readonly type: 'call.answered' } & OfCall)
  | ({ readonly type: 'call.identified'; readonly customer: Customer } & OfCall)
  /** A flow took the call; `version` is its content hash. `runBy`: the step of the flow before that waits for it to come back. */
  | ({ readonly type: 'flow.started'; readonly flow: string; readonly version: string; readonly runBy?: string } & OfCall)
  | ({ readonly type: 'shortcut.taken'; readonly flow: string; readonly shortcut: string } & OfCall)
  /** A step was left; secrets are already removed. */
  | ({ readonly type: 'step.left'; readonly flow: string; readonly entry: PathEntry; readonly tookMs: number } & OfCall)
  | ({ readonly type: 'call.data-changed'; readonly data: AttachedData; readonly by: 'flow' | AgentId } & OfCall)
  /** `tags` are all that the call has now. */
  | ({ readonly type: 'call.tagged'; readonly tags: readonly string[] } & OfCall)
  | ({ readonly type: 'call.language-changed'; readonly language: string } & OfCall)
  /** Once for each call. Only what its flow does after the caller has left may follow: steps, tags, data, the customer. */
  | ({
      readonly type: 'call.ended'
      readonly termination: Termination
      readonly startedAt: number
      readonly answeredAt?: number
      /** Sums over the whole call, milliseconds. */
      readonly totals: { readonly queuedMs: number; readonly talkedMs: number; readonly heldMs: number }
    } & OfCall)
