import type { AgentProfile, AgentState, AgentStatus } from '../domain/agent.ts'
import type { AgentId } from '../domain/ids.ts'
import type { DeskResult } from '../domain/ports/desk.ts'
import { type AgentAction, nextAgentStatus } from './next-agent-status.ts'
import { type Staff, Staffing } from './staffing.ts'

/** A status that is new: what it was, and what it is. */
export interface Move {
  readonly profile: AgentProfile
  readonly previous: AgentStatus
  readonly status: AgentStatus
  readonly action: AgentAction
}

/** What was configured of an agent, and what is; `before` is unset for a new one. */
export interface Change {
  readonly before: AgentProfile | undefined
  readonly after: AgentProfile
}

/** What only those may do who are to stay. */
const byChoice: ReadonlySet<AgentAction['type']> = new Set(['logOn', 'setReady', 'setNotReady'])

/** Every agent of the centre and what they are doing. All start logged off. */
export class Roster {
  readonly #profiles: Map<string, AgentProfile>
  /** Not configured any more, and still with a caller. */
  readonly #leaving = new Set<AgentId>()
  readonly #statuses = new Map<AgentId, AgentStatus>()
  readonly #staffing = new Staffing()
  readonly #onMove: (move: Move) => void

  /** `onMove` is told of each change, and only of changes. */
  constructor(profiles: ReadonlyMap<string, AgentProfile>, now: number, onMove: (move: Move) => void) {
    this.#profiles = new Map(profiles)
    this.#onMove = onMove
    for (const { id } of profiles.values()) this.#statuses.set(id, { agentId: id, state: 'loggedOff', since: now })
  }

  act(agentId: AgentId, action: AgentAction, now: number): DeskResult<AgentStatus> {
    const previous = this.#statuses.get(agentId)
    const profile = this.#profiles.get(agentId)
    if (previous === undefined || profile === undefined) return { ok: false, code: 'AGENT_UNKNOWN' }
    const leaving = this.#leaving.has(agentId)
    if (leaving && byChoice.has(action.type)) return { ok: false, code: 'AGENT_UNKNOWN' }
    const asked = leaving && action.type === 'wrapUpDone' ? { ...action, next: { state: 'loggedOff' } as const } : action
    const result = nextAgentStatus(previous, asked, now)
    if (!result.ok || result.value === previous) return result
    this.#statuses.set(agentId, result.value)
    this.#staffing.moved(profile.queues, previous.state, result.value.state)
    if (result.value.state === 'loggedOff' && this.#leaving.delete(agentId)) this.#forget(agentId)
    this.#onMove({ profile, previous, status: result.value, action })
    // The move may have led on: a ready agent is reserved at once.
    return { ok: true, value: this.#statuses.get(agentId) ?? result.value }
  }

  /**
   * Other profiles. Whoever is new is logged off; whoever is gone logs off, after call and wrap-up when they talk.
   * Returns the profiles that are not as before.
   */
  update(profiles: ReadonlyMap<string, AgentProfile>, now: number): readonly Change[] {
    const changes: Change[] = []
    for (const profile of profiles.values()) {
      const { id } = profile
      const before = this.#profiles.get(id)
      this.#leaving.delete(id)
      if (before === profile) continue
      this.#profiles.set(id, profile)
      const { state } = this.#statuses.get(id) ?? {}
      if (state === undefined) this.#statuses.set(id, { agentId: id, state: 'loggedOff', since: now })
      else this.#staffing.moved(before?.queues ?? [], state, 'loggedOff')
      if (state !== undefined) this.#staffing.moved(profile.queues, 'loggedOff', state)
      changes.push({ before, after: profile })
    }
    for (const profile of [...this.#profiles.values()]) if (!profiles.has(profile.id)) this.#dismiss(profile, now)
    return changes
  }

  #dismiss({ id }: AgentProfile, now: number): void {
    this.act(id, { type: 'logOff' }, now)
    if (this.#statuses.get(id)?.state === 'loggedOff') this.#forget(id)
    else this.#leaving.add(id)
  }

  #forget(agentId: AgentId): void {
    this.#profiles.delete(agentId)
    this.#statuses.delete(agentId)
  }

  profile(agentId: AgentId): AgentProfile | undefined {
    return this.#profiles.get(agentId)
  }

  status(agentId: AgentId): AgentStatus | undefined {
    return this.#statuses.get(agentId)
  }

  list(): readonly AgentStatus[] {
    return [...this.#statuses.values()]
  }

  inState(state: AgentState): readonly AgentStatus[] {
    return this.list().filter((status) => status.state === state)
  }

  staffOf(queue: string): Staff {
    return this.#staffing.of(queue)
  }
}
