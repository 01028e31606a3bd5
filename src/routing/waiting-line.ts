import { levelIn, QUEUE_LEVEL_MAX } from '../domain/agent.ts'
import type { Medium } from '../domain/medium.ts'
import type { QueueSettings, WaitingCall } from '../domain/queue.ts'
import { type RelaxStep, type Stage, stagesOf } from '../domain/relaxation.ts'
import type { SkillNeed } from '../domain/skill-need.ts'
import { NeedGroups } from './need-groups.ts'
import type { Place, Terms } from './place.ts'
import { QueueLead } from './queue-lead.ts'
import type { RoutedAgent } from './routed-agent.ts'
import type { SkillNumbers } from './skill-numbers.ts'
import { SortedList } from './sorted-list.ts'
import { byUrgency, type Urgency } from './urgency.ts'

type Entry = Pick<Place, 'call' | 'sequence'>

const noSteps: readonly RelaxStep[] = []

/** The callers of one queue. Those who wait without an offer, and for nobody in particular, are exposed to agents who become free. */
export class WaitingLine {
  readonly #numbers: SkillNumbers
  #settings: QueueSettings
  readonly lead = new QueueLead()
  readonly #all = new SortedList<Urgency, Place>(byUrgency)
  readonly #byTime = new SortedList<Entry, Place>(
    (one, other) => one.call.enqueuedAt - other.call.enqueuedAt || one.sequence - other.sequence
  )
  /** By the last level of agents who may take them, from 1. */
  readonly #exposed: (NeedGroups | undefined)[] = []
  /** Flows ask with the same objects again and again, so that each need is worked out once. */
  #stages = new WeakMap<SkillNeed, readonly Stage[]>()
  /** Of calls that bring their own steps. */
  #ownStages = new WeakMap<readonly RelaxStep[], WeakMap<SkillNeed, readonly Stage[]>>()

  constructor(settings: QueueSettings, numbers: SkillNumbers) {
    this.#numbers = numbers
    this.#settings = settings
  }

  get settings(): QueueSettings {
    return this.#settings
  }

  set settings(settings: QueueSettings) {
    this.#settings = settings
    this.#stages = new WeakMap()
    this.#ownStages = new WeakMap()
  }

  get medium(): Medium {
    return this.#settings.medium ?? 'voice'
  }

  /** All who wait, those included whose agent's phone is ringing. */
  get size(): number {
    return this.#all.size
  }

  enter(place: Place): void {
    this.#all.add(place)
    this.#byTime.add(place)
  }

  leave(place: Place): void {
    place.unshelve()
    this.#all.delete(place)
    this.#byTime.delete(place)
  }

  /** From now on an agent who becomes free may be given this caller. */
  expose(place: Place): void {
    const groups = this.#exposed[place.levelMax] ?? new NeedGroups(this.#numbers)
    this.#exposed[place.levelMax] = groups
    groups.add(place)
    place.shelf = groups
  }

  /** What the call asks for, and how that gives way. */
  termsFor(call: WaitingCall): Terms {
    const { levelAfterMs } = this.#settings
    return { stages: this.#stagesFor(call), ...(levelAfterMs !== undefined && { levelAfterMs }) }
  }

  #stagesFor({ skills, relax }: WaitingCall): readonly Stage[] {
    const { skills: ofQueue } = this.#settings
    if (relax === undefined) {
      const known = this.#stages.get(skills)
      if (known !== undefined) return known
      const stages = stagesOf({ ofQueue, ofCall: skills, steps: this.#settings.relax ?? noSteps, by: 'queue' })
      this.#stages.set(skills, stages)
      return stages
    }
    const ofSteps = this.#ownStages.get(relax) ?? new WeakMap<SkillNeed, readonly Stage[]>()
    this.#ownStages.set(relax, ofSteps)
    const stages = ofSteps.get(skills) ?? stagesOf({ ofQueue, ofCall: skills, steps: relax, by: 'call' })
    ofSteps.set(skills, stages)
    return stages
  }

  /** The most urgent exposed caller whom the agent fits and may take, if more urgent than `bar`. */
  mostUrgentFor(agent: RoutedAgent, mayTake: (place: Place) => boolean, bar: Urgency | undefined): Place | undefined {
    let best: Place | undefined
    for (let last = levelIn(agent.profile, this.#settings.name); last <= QUEUE_LEVEL_MAX; last++)
      best = this.#exposed[last]?.mostUrgentFor(agent, mayTake, best ?? bar) ?? best
    return best
  }

  /** 1 for the head. */
  positionOf(place: Place): number {
    return this.#all.rank(place) + 1
  }

  /** `enqueuedAt` of whoever has waited longest, whatever their priority. */
  get oldestSince(): number | undefined {
    return this.#byTime.first?.call.enqueuedAt
  }
}
