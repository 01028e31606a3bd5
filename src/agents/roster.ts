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

/** Every agent of the centre and what they are doing. All start logged off. */
export class Roster {
  readonly #profiles: ReadonlyMap<string, AgentProfile>
  readonly #statuses = new Map<AgentId, AgentStatus>()
  readonly #staffing = new Staffing()
  readonly #onMove: (move: Move) => void

  /** `onMove` is told of each change, and only of changes. */
  constructor(profiles: ReadonlyMap<string, AgentProfile>, now: number, onMove: (move: Move) => void) {
    this.#profiles = profiles
    this.#onMove = onMove
    for (const { id } of profiles.values()) this.#statuses.set(id, { agentId: id, state: 'loggedOff', since: now })
  }

  act(agentId: AgentId, action: AgentAction, now: number): DeskResult<AgentStatus> {
    const previous = this.#statuses.get(agentId)
    const profile = this.#profiles.get(agentId)
    if (previous === undefined || profile === undefined) return { ok: false, code: 'AGENT_UNKNOWN' }
    const result = nextAgentStatus(previous, action, now)
    if (!result.ok || result.value === previous) return result
    this.#statuses.set(agentId, result.value)
    this.#staffing.moved(profile.queues, previous.state, result.value.state)
    this.#onMove({ profile, previous, status: result.value, action })
    // The move may have led on: a ready agent is reserved at once.
    return { ok: true, value: this.#statuses.get(agentId) ?? result.value }
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
