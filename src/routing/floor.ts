import { type AgentProfile, levelIn } from '../domain/agent.ts'
import { AppError } from '../domain/errors.ts'
import type { AgentId, CallId } from '../domain/ids.ts'
import { defaultOrder, type OrderSettings, type QueueSettings } from '../domain/queue.ts'
import { meets } from '../domain/requirement.ts'
import { AgentIndex } from './agent-index.ts'
import { Alarms } from './alarms.ts'
import { FreeAgents } from './free-agents.ts'
import type { Place } from './place.ts'
import { byId, RoutedAgent } from './routed-agent.ts'
import { SkillNumbers } from './skill-numbers.ts'
import { byUrgency, shifted } from './urgency.ts'
import { WaitingLine } from './waiting-line.ts'

/** Who waits and who works now: the state that matching reads. It changes only through RoutingCore. */
export class Floor {
  order: OrderSettings = defaultOrder
  readonly lines = new Map<string, WaitingLine>()
  readonly places = new Map<CallId, Place>()
  readonly agents = new Map<AgentId, RoutedAgent>()
  readonly free = new FreeAgents()
  readonly alarms = new Alarms()
  /** Callers who are being spared somebody. */
  readonly sparing = new Set<Place>()
  readonly #numbers = new SkillNumbers()
  readonly #standIns = new Map<AgentId, RoutedAgent>()
  /** Everybody who is logged on, by queue. */
  readonly #staff = new Map<string, AgentIndex>()

  /** Lines for all of them, and new settings for those there are. A queue that is gone stays until its callers have left. */
  follow(queues: ReadonlyMap<string, QueueSettings>): void {
    for (const [name, line] of this.lines) if (!queues.has(name) && line.size === 0) this.lines.delete(name)
    for (const settings of queues.values()) {
      const line = this.lines.get(settings.name)
      if (line === undefined) this.lines.set(settings.name, new WaitingLine(settings, this.#numbers))
      else line.settings = settings
      this.free.follow(settings, this.agents.values())
    }
  }

  lineOf(queue: string): WaitingLine {
    const line = this.lines.get(queue)
    if (line === undefined)
      throw new AppError('QUEUE_UNKNOWN', 'server', 'There is no queue of that name', { details: { queue } })
    return line
  }

  logOn(profile: AgentProfile): void {
    const agent = new RoutedAgent(profile, this.#numbers)
    this.agents.set(profile.id, agent)
    this.#enrol(agent)
  }

  /** Somebody with a phone who serves no queue: in no index, and reserved only for whom they take themselves. */
  standIn(id: AgentId): RoutedAgent {
    const known = this.#standIns.get(id)
    if (known !== undefined) return known
    const made = new RoutedAgent({ id, name: id, team: '', queues: [], skills: {} }, this.#numbers)
    this.#standIns.set(id, made)
    return made
  }

  logOff(agent: RoutedAgent): void {
    this.agents.delete(agent.profile.id)
    this.#strike(agent)
  }

  /** Another profile for an agent who is logged on; what they are doing stays. */
  change(agent: RoutedAgent, profile: AgentProfile): void {
    if (agent.free) this.free.delete(agent)
    this.#strike(agent)
    agent.follow(profile)
    this.#enrol(agent)
    if (agent.free) this.free.add(agent)
  }

  /** The free agent for this caller, as the strategy of the queue chooses. */
  agentFor(place: Place, now: number): RoutedAgent | undefined {
    const { requirement, levelMax } = place
    return this.free.choose({ queue: place.call.queue, requirement, levelMax }, (agent) => this.mayTake(agent, place, now))
  }

  /** Whether a caller of that place's queue can be offered to the agent at once, as far as the agent is concerned. */
  isReadyFor({ call }: Place, agent: RoutedAgent): boolean {
    return agent.free && agent.hasRoomFor(this.lineOf(call.queue).medium)
  }

  /** The most urgent caller for this agent, over all their queues. */
  placeFor(agent: RoutedAgent, now: number): Place | undefined {
    let best: Place | undefined
    let bestLead = 0
    for (const queue of agent.profile.queues) {
      const line = this.lines.get(queue)
      if (line === undefined || !agent.hasRoomFor(line.medium)) continue
      const lead = line.lead.ms(line.settings, this.order)
      const bar = best === undefined || lead === bestLead ? best : shifted(best, lead - bestLead)
      const awaiting = agent.awaitedBy.get(queue)?.first
      const first = awaiting !== undefined && (bar === undefined || byUrgency(awaiting, bar) < 0) ? awaiting : undefined
      const found = line.mostUrgentFor(agent, (place) => this.mayTake(agent, place, now), first ?? bar) ?? first
      if (found === undefined) continue
      best = found
      bestLead = lead
    }
    return best
  }

  /** Callers, the most urgent first; those of several queues with the leads of these. */
  inOrder(places: Iterable<Place>): Place[] {
    const byLead = [...places].map((place) => ({ place, urgency: shifted(place, -this.#leadOf(place)) }))
    return byLead.sort((one, other) => byUrgency(one.urgency, other.urgency)).map(({ place }) => place)
  }

  /** The agent whom the caller waits for; undefined, for good, when that has become vain. */
  awaited(place: Place): RoutedAgent | undefined {
    const agent = place.preferred && this.agents.get(place.preferred.agentId)
    if (agent !== undefined && !agent.occupancy.away && fits(agent, place)) return agent
    place.preferred = undefined
    return undefined
  }

  /** Whether a caller need not be spared this agent: it was long ago, or nobody else could come. */
  mayTake(agent: RoutedAgent, place: Place, now: number): boolean {
    return place.spared.size === 0 || !place.isSpared(agent.profile.id, now) || !this.#canAnother(place, now)
  }

  /** Whether somebody is logged on whom the caller need not be spared. */
  #canAnother(place: Place, now: number): boolean {
    const another = (agent: RoutedAgent) => isOpenTo(place, agent) && !place.isSpared(agent.profile.id, now)
    return this.#staff.get(place.call.queue)?.first(place.requirement, another) !== undefined
  }

  #enrol(agent: RoutedAgent): void {
    for (const queue of agent.profile.queues) {
      const staff = this.#staff.get(queue) ?? new AgentIndex(byId)
      this.#staff.set(queue, staff)
      staff.add(agent)
    }
  }

  #strike(agent: RoutedAgent): void {
    for (const queue of agent.profile.queues) this.#staff.get(queue)?.delete(agent)
  }

  #leadOf(place: Place): number {
    const line = this.lines.get(place.call.queue)
    return line === undefined ? 0 : line.lead.ms(line.settings, this.order)
  }
}

/** Whether the caller has waited long enough for agents of that one's level. */
export function isOpenTo({ call, levelMax }: Place, { profile }: RoutedAgent): boolean {
  return levelIn(profile, call.queue) <= levelMax
}

export function fits({ profile }: RoutedAgent, { call, requirement }: Place): boolean {
  return profile.queues.includes(call.queue) && meets(profile.skills, requirement)
}
