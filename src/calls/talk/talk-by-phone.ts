import type { ConsultationTarget, TransferTarget } from '../../domain/caller.ts'
import type { AgentId, ChannelId } from '../../domain/ids.ts'
import type { DeskResult } from '../../domain/ports/desk.ts'
import type { Channel } from '../../domain/ports/telephony.ts'
import { refuse } from '../call/desk-result.ts'
import { Leg } from '../line/leg.ts'
import type { Consultations } from './consultations.ts'
import type { Agreed } from './join-consulted.ts'
import type { Member } from './talk-member.ts'
import type { TalkParties } from './talk-parties.ts'
import type { TransferAsked } from './talk-phones.ts'
import { transferTargetOf } from './transfer-target-of.ts'

/** The orders of a desk that a phone can give, too. */
export interface OrdersByPhone {
  /** Refuses an agent who is not in the talk, or whose talk is over. */
  as<Value>(agentId: AgentId, order: (member: Member) => Promise<DeskResult<Value>>): Promise<DeskResult<Value>>
  transfer(agentId: AgentId, to: TransferTarget, agreed: Agreed): Promise<DeskResult>
}

/** What agents order by the keys of their phones: the same as from the desk, to the same targets. */
export class TalkByPhone {
  readonly #parties: TalkParties
  readonly #consultations: Consultations
  readonly #orders: OrdersByPhone

  constructor(parties: TalkParties, consultations: Consultations, orders: OrdersByPhone) {
    this.#parties = parties
    this.#consultations = consultations
    this.#orders = orders
  }

  /** The transfer key. */
  async transfer(member: Member, { to, replaces }: TransferAsked, line: Channel): Promise<void> {
    const { agentId } = member.party
    const agreed = () => line.answerTransfer('done')
    const result =
      agentId === undefined ? refuse('TARGET_UNKNOWN') : await this.#asked(member, agentId, to, replaces, line, agreed)
    if (result.ok) return
    const { call, office } = this.#parties
    office.log.info({ callId: call.callId, agentId, code: result.code }, 'A transfer by phone was declined')
    await line.answerTransfer('declined')
  }

  async #asked(
    member: Member,
    agentId: AgentId,
    to: string,
    replaces: ChannelId | undefined,
    line: Channel,
    agreed: Agreed
  ): Promise<DeskResult> {
    const own = member.consultation?.ownLine?.channel.id
    const lines = own === undefined ? [] : [own, member.party.leg.channel.id]
    if (replaces !== undefined && replaces !== line.id && lines.includes(replaces))
      return await this.#orders.as(agentId, () => this.#consultations.transfer(member, agreed))
    const target = replaces === undefined && line.id !== own ? transferTargetOf(to, this.#parties.office) : undefined
    return target === undefined ? refuse('TARGET_UNKNOWN') : await this.#orders.transfer(agentId, target, agreed)
  }

  /** A call that the phone makes beside the talk; the line is the talk's from now on. */
  async consult(agentId: AgentId, to: ConsultationTarget, own: Channel): Promise<void> {
    const { office, call } = this.#parties
    const line = new Leg(own, office.clock)
    const result = await this.#orders.as(agentId, async (member) => {
      this.#parties.phones.hearOwnLine(member, line)
      // The agent's phone holds the caller; the caller's music is ours (see planSeats).
      await this.#parties.mix()
      return await this.#consultations.begin(member, to, line)
    })
    if (!result.ok) {
      office.log.info({ callId: call.callId, agentId, code: result.code }, 'A call beside a talk was refused')
      return await line.drop(result.code === 'TARGET_NOT_AVAILABLE' ? 'busy' : 'rejected')
    }
    this.#consultations.endsWith(line, result.value)
  }
}
