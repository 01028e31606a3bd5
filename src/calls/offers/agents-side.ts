import type { AgentAction } from '../../agents/next-agent-status.ts'
import type { Absence, AgentProfile, AgentStatus, PendingState } from '../../domain/agent.ts'
import { type Choices, isDisposition, isReason } from '../../domain/choice.ts'
import type { AgentId, CallId } from '../../domain/ids.ts'
import type { AgentCommands, DeskResult } from '../../domain/ports/desk.ts'
import type { Pairing } from './pairing.ts'

/** The agents' half of the distribution: what they and their supervisors choose, and what becomes of them without asking. */
export class AgentsSide implements AgentCommands {
  readonly #pairing: Pairing
  #choices: Choices

  constructor(pairing: Pairing, choices: Choices) {
    this.#pairing = pairing
    this.#choices = choices
  }

  /** The agent's talk has ended: on to the wrap-up of that queue, without a queue to the next call. Told twice, it counts once. */
  talkOver(agentId: AgentId, callId: CallId, queue: string | undefined): void {
    const wrapUpMs = queue === undefined ? 0 : (this.#pairing.core.settings(queue)?.wrapUpMs ?? 0)
    this.#act(agentId, { type: 'talkOver', callId, wrapUpMs })
  }

  /** Who was consulted in the call `from` takes part in the caller's own; `queue`: whose contact they serve from now on. */
  joined(agentId: AgentId, from: CallId, callId: CallId, queue: string | undefined): void {
    this.#act(agentId, { type: 'joined', from, callId, ...(queue !== undefined && { queue }) })
  }

  /** They are as an earlier process left them. False when there is no such agent any more, or they have logged on already. */
  restore(status: AgentStatus): boolean {
    return status.state !== 'loggedOff' && this.#act(status.agentId, { type: 'restore', status }).ok
  }

  logOn(agentId: AgentId): DeskResult<AgentStatus> {
    return this.#act(agentId, { type: 'logOn' })
  }

  /** At once, also while the phone rings; after call and wrap-up for who is with a caller. */
  logOff(agentId: AgentId): DeskResult<AgentStatus> {
    return this.#act(agentId, { type: 'logOff' })
  }

  setState(agentId: AgentId, { state, ...why }: PendingState): DeskResult<AgentStatus> {
    if (!isReason(why.reason, this.#choices)) return { ok: false, code: 'REASON_UNKNOWN' }
    const types = { ready: 'setReady', notReady: 'setNotReady', loggedOff: 'logOff' } as const
    return this.#act(agentId, { type: types[state], ...why })
  }

  wrapUp(agentId: AgentId, noted: Parameters<AgentCommands['wrapUp']>[1]): DeskResult<AgentStatus> {
    const { disposition, next } = noted
    if (!isReason(next?.reason, this.#choices)) return { ok: false, code: 'REASON_UNKNOWN' }
    const queue = this.#pairing.roster.status(agentId)?.queue
    if (!isDisposition(disposition, queue, this.#choices)) return { ok: false, code: 'DISPOSITION_UNKNOWN' }
    return this.#act(agentId, { type: 'wrapUpDone', ...noted })
  }

  extendWrapUp(agentId: AgentId): DeskResult<AgentStatus> {
    const { byMs, maxMs } = this.#pairing.settingsFor(agentId)?.wrapUpExtension ?? { byMs: 0, maxMs: 0 }
    return this.#act(agentId, { type: 'extendWrapUp', byMs, maxMs })
  }

  /** Their phone or desk is gone: a free agent is not ready from now on. Everybody else is left alone. */
  sendAway(agentId: AgentId, reason: Absence): void {
    this.#act(agentId, { type: 'away', reason })
  }

  /** It is there again: ready, if that was why they were not. */
  bringBack(agentId: AgentId, reason: Absence | 'phone-unreachable'): void {
    this.#act(agentId, { type: 'back', reason })
  }

  /** Logs off who has been away for too long. Not while they are with a caller: false. */
  dismiss(agentId: AgentId, reason: Absence): boolean {
    const state = this.#pairing.roster.status(agentId)?.state
    if (state !== 'ready' && state !== 'notReady') return false
    return this.#act(agentId, { type: 'logOff', reason }).ok
  }

  /** Other agents, or others' queues and skills: at once. Nobody loses a place, a ring or a talk; who is gone logs off after their call. */
  updateAgents(agents: ReadonlyMap<string, AgentProfile>): void {
    this.#pairing.command(() => {
      const now = this.#pairing.now()
      const changes = this.#pairing.roster.update(agents, now)
      this.#pairing.board.touch(changes.flatMap(({ before, after }) => [...(before?.queues ?? []), ...after.queues]))
      this.#pairing.carryOut(
        this.#pairing.core.updateAgents(
          changes.map(({ after }) => after),
          now
        )
      )
    })
  }

  /** Other words to choose from. What was chosen stays. */
  updateChoices(choices: Choices): void {
    this.#choices = choices
  }

  profileOf(agentId: AgentId): AgentProfile | undefined {
    return this.#pairing.roster.profile(agentId)
  }

  status(agentId: AgentId): AgentStatus | undefined {
    return this.#pairing.roster.status(agentId)
  }

  list(): readonly AgentStatus[] {
    return this.#pairing.roster.list()
  }

  #act(agentId: AgentId, action: AgentAction): DeskResult<AgentStatus> {
    return this.#pairing.command(() => this.#pairing.act(agentId, action))
  }
}
