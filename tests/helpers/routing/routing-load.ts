import type { AgentProfile } from '../../../src/domain/agent.ts'
import type { AgentId, CallId, ContactId, OfferId } from '../../../src/domain/ids.ts'
import { type Offer, type PriorityName, type QueueSettings, strategyNames, type WaitingCall } from '../../../src/domain/queue.ts'
import type { SkillNeed } from '../../../src/domain/skill-need.ts'
import { RoutingCore } from '../../../src/routing/routing-core.ts'
import type { RoutingEffect } from '../../../src/routing/routing-effect.ts'

const QUEUES = 20
const SKILLS = 50
const NEEDS = 400

export interface LoadOptions {
  readonly agents: number
  /** Callers who wait all the time. 0: agents wait for callers instead. */
  readonly waiting: number
  readonly decisions: number
  /** Only what a map of skills can say: no words, no relaxation, no preferred agents, one strategy. */
  readonly plain?: boolean
}

export interface LoadResult {
  readonly decisions: number
  /** CPU time of a decision, with all that belongs to it, microseconds. */
  readonly costUs: number
  readonly meanWaiting: number
  readonly meanFree: number
}

/**
 * A centre in full work: random agents (3 of 20 queues, 5 of 50 skills), callers with 400 different needs. Agents answer, talk
 * and come back; one caller comes for each who is served. Decisions are the commands that choose: a caller who comes or comes
 * back, and an agent who becomes free. One offer in fifty fails.
 */
export class RoutingLoad {
  readonly core: RoutingCore
  readonly #random = mulberry32(20_261_122)
  readonly #profiles: readonly AgentProfile[]
  readonly #needs: readonly SkillNeed[]
  readonly #easyNeeds: readonly SkillNeed[]
  readonly #plain: boolean
  readonly #busy: AgentId[] = []
  readonly #ringing: Offer[] = []
  #now = 1_000_000
  #calls = 0
  #free = 0
  #decisions = 0

  constructor({ agents, plain = false }: LoadOptions) {
    this.#plain = plain
    let offers = 0
    const queues = Array.from({ length: QUEUES }, (_, index) => this.#queue(index))
    this.core = new RoutingCore(new Map(queues.map((queue) => [queue.name, queue])), () => `o${++offers}` as OfferId)
    this.#profiles = Array.from({ length: agents }, (_, index) => this.#agent(index))
    this.#needs = Array.from({ length: NEEDS }, () => this.#need())
    this.#easyNeeds = this.#needs.filter((need) => 'any' in need || Object.keys(need).length === 1)
    for (const profile of this.#profiles) {
      this.core.agentOn(profile)
      this.core.agentFree(profile.id, this.#now, this.#now)
    }
    this.#free = agents
  }

  /** Fills the centre, then measures. */
  run({ agents, waiting, decisions }: LoadOptions): LoadResult {
    if (waiting > 0) while (this.#free > 0.02 * agents || this.#waiting() < waiting) this.#arrive()
    else while (this.#free > agents / 2) this.#arrive()
    this.#settle()

    const before = this.#decisions
    const sums = { waiting: 0, free: 0, rounds: 0 }
    const cpu = process.cpuUsage()
    while (this.#decisions - before < decisions) {
      this.#round(waiting)
      sums.waiting += this.#calls - this.#served
      sums.free += this.#free
      sums.rounds++
    }
    const { user, system } = process.cpuUsage(cpu)
    const made = this.#decisions - before
    const mean = (sum: number) => Math.round(sum / sums.rounds)
    return { decisions: made, costUs: (user + system) / made, meanWaiting: mean(sums.waiting), meanFree: mean(sums.free) }
  }

  #served = 0

  #waiting(): number {
    return this.#calls - this.#served - this.#ringing.length
  }

  /** 10 ms go by: somebody answers, somebody's talk is over, somebody calls. */
  #round(waiting: number): void {
    this.#now += 10
    const wakeAt = this.core.wakeAt()
    if (wakeAt !== undefined && wakeAt <= this.#now) this.#keep(this.core.wake(this.#now))
    this.#settle()
    const agent = take(this.#busy, this.#random())
    if (agent !== undefined) this.#becomeFree(agent)
    if (waiting === 0 || this.#waiting() <= waiting) this.#arrive()
  }

  #becomeFree(agentId: AgentId): void {
    this.#decisions++
    const effects = this.core.agentFree(agentId, this.#now, this.#now)
    this.#free++
    this.#keep(effects)
  }

  #arrive(): void {
    this.#decisions++
    this.#keep(this.core.enqueue(this.#call(), this.#now))
  }

  /** Every ringing phone is answered, or in one of fifty cases not. */
  #settle(): void {
    for (let offer = this.#ringing.pop(); offer !== undefined; offer = this.#ringing.pop()) {
      if (this.#random() < 0.02) {
        this.#decisions++
        const effects = this.core.offerFailed(offer.id, 'missed', this.#now)
        this.#busy.push(offer.agentId)
        this.#keep(effects)
      } else if (this.core.offerAnswered(offer.id, this.#now)) {
        this.#served++
        this.#busy.push(offer.agentId)
      }
    }
  }

  #keep(effects: readonly RoutingEffect[]): void {
    for (const effect of effects) {
      if (effect.type !== 'offer-made') continue
      this.#free--
      this.#ringing.push(effect.offer)
    }
  }

  #call(): WaitingCall {
    const id = `c${++this.#calls}`
    const wish = this.#plain || this.#random() > 0.05 ? undefined : this.#any(this.#profiles).id
    const priorities: readonly PriorityName[] = ['high', 'normal', 'normal', 'normal', 'normal', 'normal', 'normal', 'low']
    return {
      callId: id as CallId,
      contactId: id as ContactId,
      queue: this.#any(this.#any(this.#profiles).queues),
      priority: this.#any(priorities),
      skills: this.#random() < 0.1 ? this.#any(this.#needs) : this.#any(this.#easyNeeds),
      enqueuedAt: this.#now,
      ...(wish !== undefined && { preferred: { agentId: wish, patienceMs: 20_000 } })
    }
  }

  /** Mostly one skill; two together in one of ten needs, for they are as rare among the agents. */
  #need(): SkillNeed {
    const one = this.#some(this.#random() < 0.1 ? 2 : 1, 2)
    const kind = this.#plain ? 0 : this.#random()
    if (kind < 0.7) return one
    if (kind < 0.9) return { any: [one, this.#some(1, 2)] }
    return { ...one, not: this.#some(1, 5) }
  }

  #some(count: number, highest: number): Record<string, number> {
    return Object.fromEntries(Array.from({ length: count }, () => [`s${this.#below(SKILLS)}`, 1 + this.#below(highest)]))
  }

  #agent(index: number): AgentProfile {
    const id = `a${index}` as AgentId
    const queues = new Set(Array.from({ length: 3 }, () => `q${this.#below(QUEUES)}`))
    return { id, name: id, team: 'one', queues: [...queues], skills: this.#some(5, 5), order: index }
  }

  #queue(index: number): QueueSettings {
    const basic = { skills: {}, ringMs: 20_000, wrapUpMs: 0, maxWaitMs: 600_000, maxLength: 1_000_000, music: 'default' }
    const more: Partial<QueueSettings> = this.#plain
      ? {}
      : {
          strategy: strategyNames[index % strategyNames.length] ?? 'longest-idle',
          relax:
            index % 2 === 0
              ? []
              : [
                  { afterMs: 30_000, lower: 1 },
                  { afterMs: 60_000, lower: 1 }
                ]
        }
    return { name: `q${index}`, title: `q${index}`, ...basic, ...more }
  }

  #any<Item>(items: readonly Item[]): Item {
    return items[this.#below(items.length)] as Item
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit)
  }
}

/** Removes and gives back one of the items, whichever `chance` says. */
function take<Item>(items: Item[], chance: number): Item | undefined {
  const index = Math.floor(chance * items.length)
  const last = items.pop()
  if (last === undefined || index === items.length) return last
  const taken = items[index]
  items[index] = last
  return taken
}

/** Chance that is the same each time: Tommy Ettinger's mulberry32. */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
