import type { AgentProfile } from '../domain/agent.ts'
import type { AgentId } from '../domain/ids.ts'
import type { LevelOverTime } from './level-over-time.ts'
import type { AgentGroup } from './scenario.ts'

/** An agent in virtual time. At work: ringing, talking, wrapping up, or with messages in hand. */
export class SimulatedAgent {
  readonly profile: AgentProfile
  readonly #busyInGroup: LevelOverTime
  #isBusy = false
  #messages = 0
  /** Since when they wait for a call. */
  idleSince = 0

  constructor(group: AgentGroup, number: number, busyInGroup: LevelOverTime) {
    const id = `${group.name}-${number}` as AgentId
    const { queues, queueLevels, skills, capacity } = group
    const more = { ...(queueLevels !== undefined && { queueLevels }), ...(capacity !== undefined && { capacity }) }
    this.profile = { id, name: id, team: group.name, queues, skills, ...more }
    this.#busyInGroup = busyInGroup
  }

  /** Rung, or with a caller. */
  setBusy(isBusy: boolean, now: number): void {
    this.#become(isBusy, this.#messages, now)
  }

  /** One message more or less in hand. */
  hold(change: 1 | -1, now: number): void {
    this.#become(this.#isBusy, this.#messages + change, now)
  }

  #become(isBusy: boolean, messages: number, now: number): void {
    const change = Number(isBusy || messages > 0) - Number(this.#isBusy || this.#messages > 0)
    this.#isBusy = isBusy
    this.#messages = messages
    if (change !== 0) this.#busyInGroup.add(change, now)
  }
}
