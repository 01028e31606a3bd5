import type { AgentProfile } from '../domain/agent.ts'
import type { AgentId } from '../domain/ids.ts'
import type { LevelOverTime } from './level-over-time.ts'
import type { AgentGroup } from './scenario.ts'

/** An agent in virtual time. Busy: ringing, talking or wrapping up. */
export class SimulatedAgent {
  readonly profile: AgentProfile
  readonly #busyInGroup: LevelOverTime
  #isBusy = false
  /** Since when they wait for a call. */
  idleSince = 0

  constructor(group: AgentGroup, number: number, busyInGroup: LevelOverTime) {
    const id = `${group.name}-${number}` as AgentId
    const { queues, queueLevels, skills } = group
    this.profile = { id, name: id, team: group.name, queues, skills, ...(queueLevels !== undefined && { queueLevels }) }
    this.#busyInGroup = busyInGroup
  }

  setBusy(isBusy: boolean, now: number): void {
    if (isBusy === this.#isBusy) return
    this.#isBusy = isBusy
    this.#busyInGroup.add(isBusy ? 1 : -1, now)
  }
}
