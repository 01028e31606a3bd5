import { AppError } from '../domain/errors.ts'
import type { AgentId, CallId, ContactId, OfferId } from '../domain/ids.ts'
import type { Offer } from '../domain/queue.ts'
import type { RoutingCore } from '../routing/routing-core.ts'
import type { RoutingEffect } from '../routing/routing-effect.ts'
import { type CallSource, callSource, type SimulatedCall } from './call-source.ts'
import { type CallFigures, CallTally } from './call-tally.ts'
import { EventHeap } from './event-heap.ts'
import { LevelOverTime } from './level-over-time.ts'
import { type NewCore, theRoutingCore } from './new-core.ts'
import type { Random } from './random.ts'
import type { Scenario } from './scenario.ts'
import { SimulatedAgent } from './simulated-agent.ts'

/** What one replication showed, in the order of the scenario. */
export interface ReplicationFigures {
  readonly calls: readonly CallFigures[]
  /** All calls together. */
  readonly all: CallFigures
  /** By group: share of the agents' time that they ring, talk, wrap up or have messages in hand. Undefined without agents. */
  readonly occupancy: readonly (number | undefined)[]
}

type Happening =
  | { readonly type: 'arrival'; readonly source: CallSource }
  | { readonly type: 'leave'; readonly call: SimulatedCall }
  | { readonly type: 'answer' | 'miss'; readonly offer: Offer }
  | { readonly type: 'talk-over'; readonly call: SimulatedCall; readonly agent: SimulatedAgent }
  | { readonly type: 'agent-free' | 'message-done'; readonly agent: SimulatedAgent }
  | { readonly type: 'wake' }

/** One run of a centre in virtual time: callers and agents by chance, the decisions by the routing core itself. */
export class Replication {
  readonly #scenario: Scenario
  readonly #core: RoutingCore
  readonly #heap = new EventHeap<Happening>()
  readonly #sources: readonly CallSource[]
  readonly #busy: readonly LevelOverTime[]
  readonly #agents = new Map<AgentId, SimulatedAgent>()
  /** The calls that wait. */
  readonly #calls = new Map<CallId, SimulatedCall>()
  readonly #countUntil: number
  #now = 0
  #callCount = 0
  #offerCount = 0
  #linesTaken = 0
  /** Calls that are counted and still wait. */
  #open = 0
  #wakeAt = Number.POSITIVE_INFINITY

  /** `random` is used up: the streams of this replication are taken from it. */
  constructor(scenario: Scenario, random: Random, newCore: NewCore = theRoutingCore) {
    this.#scenario = scenario
    this.#countUntil = scenario.warmUpMs + scenario.lengthMs
    this.#core = newCore(scenario.queues, () => `o${++this.#offerCount}` as OfferId, scenario.order)
    this.#sources = scenario.calls.map((kind) => {
      const settings = scenario.queues.get(kind.queue)
      if (settings === undefined)
        throw new AppError('QUEUE_UNKNOWN', 'client', 'There is no queue of that name', { details: { queue: kind.queue } })
      return callSource(kind, settings, scenario, random)
    })
    this.#busy = scenario.groups.map((group) => {
      const busy = new LevelOverTime(scenario.warmUpMs, this.#countUntil)
      for (let number = 1; number <= group.count; number++) this.#logOn(new SimulatedAgent(group, number, busy))
      return busy
    })
  }

  run(): ReplicationFigures {
    for (const source of this.#sources) this.#awaitArrival(source)
    while (this.#now < this.#countUntil || this.#open > 0) {
      const next = this.#heap.pop()
      if (next === undefined) break
      this.#now = next.at
      this.#happen(next.item)
      this.#planWake()
    }
    if (this.#open > 0) throw this.#unservable()

    const end = Math.max(this.#now, this.#countUntil)
    const tallies = this.#sources.map(({ tally }) => tally)
    return {
      calls: tallies.map((tally) => tally.figures(end)),
      all: CallTally.figuresOfAll(tallies, end),
      occupancy: this.#scenario.groups.map(({ count }, index) =>
        count === 0 ? undefined : (this.#busy[index]?.average(end) ?? 0) / count
      )
    }
  }

  #logOn(agent: SimulatedAgent): void {
    this.#agents.set(agent.profile.id, agent)
    this.#core.agentOn(agent.profile)
    this.#apply(this.#core.agentFree(agent.profile.id, 0, 0))
  }

  #awaitArrival(source: CallSource): void {
    const at = source.arrivals.next()
    // The last counted calls see the load they would see for ever; twice the time is enough even where it is too much.
    if (at !== undefined && at < this.#countUntil + this.#scenario.lengthMs) this.#heap.push(at, { type: 'arrival', source })
  }

  #planWake(): void {
    const due = this.#core.wakeAt() ?? Number.POSITIVE_INFINITY
    if (due >= this.#wakeAt) return
    this.#wakeAt = Math.max(due, this.#now)
    this.#heap.push(this.#wakeAt, { type: 'wake' })
  }

  #happen(happening: Happening): void {
    if (happening.type === 'arrival') {
      this.#awaitArrival(happening.source)
      this.#arrive(happening.source)
    } else if (happening.type === 'leave') this.#leave(happening.call)
    else if (happening.type === 'answer') this.#answer(happening.offer)
    else if (happening.type === 'miss') this.#apply(this.#core.offerFailed(happening.offer.id, 'missed', this.#now))
    else if (happening.type === 'talk-over') this.#endTalk(happening.call, happening.agent)
    else if (happening.type === 'agent-free') this.#free(happening.agent)
    else if (happening.type === 'message-done') this.#messageDone(happening.agent)
    else {
      this.#wakeAt = Number.POSITIVE_INFINITY
      this.#apply(this.#core.wake(this.#now))
    }
  }

  #arrive(source: CallSource): void {
    const { kind, settings, tally } = source
    const now = this.#now
    const isCounted = now >= this.#scenario.warmUpMs && now < this.#countUntil
    // Drawn even for a call that is blocked, so that every later call is the same in another what-if.
    const [handleMs, patienceMs] = [source.handleMs(), source.patienceMs()]
    if (isCounted) tally.offered()
    const isFull = (this.#core.status(kind.queue)?.waiting ?? 0) >= settings.maxLength
    const { lines = Number.POSITIVE_INFINITY } = this.#scenario
    if (isFull || (needsLine(source) && this.#linesTaken >= lines)) {
      if (isCounted) tally.blocked()
      return
    }

    const id = `c${++this.#callCount}` as CallId
    const leavesAt = now + Math.min(patienceMs, settings.maxWaitMs)
    const leaves = patienceMs <= settings.maxWaitMs ? 'abandoned' : 'timedOut'
    const call = { id, source, arrivedAt: now, handleMs, leavesAt, leaves, isCounted, isWaiting: true } as const
    this.#enqueue({ ...call })
  }

  #enqueue(call: SimulatedCall): void {
    const { id, source, leavesAt, isCounted } = call
    const { queue, priority, skills } = source.kind
    this.#calls.set(id, call)
    if (needsLine(source)) this.#linesTaken++
    source.tally.waiting.add(1, this.#now)
    if (isCounted) this.#open++
    const contactId = `${id}` as ContactId
    const effects = this.#core.enqueue({ callId: id, contactId, queue, priority, skills, enqueuedAt: this.#now }, this.#now)
    if (isCounted && effects.length === 0) source.tally.delayed()
    this.#apply(effects)
    if (call.isWaiting && leavesAt < Number.POSITIVE_INFINITY) this.#heap.push(leavesAt, { type: 'leave', call })
  }

  #apply(effects: readonly RoutingEffect[]): void {
    for (const effect of effects) {
      const agent = this.#agentOf(effect.offer)
      if (effect.type === 'offer-made') this.#ring(effect.offer, agent)
      else if (effect.result === 'callerGone') this.#stopRinging(agent, agent.idleSince)
      else {
        agent.setBusy(false, this.#now)
        this.#apply(this.#core.agentBusy(agent.profile.id, this.#now))
        this.#heap.push(this.#now + this.#scenario.awayAfterMissMs, { type: 'agent-free', agent })
      }
    }
  }

  #ring(offer: Offer, agent: SimulatedAgent): void {
    agent.setBusy(true, this.#now)
    const delayMs = this.#callOf(offer).source.answerDelayMs()
    if (delayMs === 0) this.#answer(offer)
    else if (this.#now + delayMs < offer.deadline) this.#heap.push(this.#now + delayMs, { type: 'answer', offer })
    else this.#heap.push(offer.deadline, { type: 'miss', offer })
  }

  /** Waits for a call again: since now, or as if nothing had been when the caller gave up while it rang. */
  #stopRinging(agent: SimulatedAgent, idleSince: number): void {
    agent.setBusy(false, this.#now)
    agent.idleSince = idleSince
    this.#apply(this.#core.agentFree(agent.profile.id, idleSince, this.#now))
  }

  #free(agent: SimulatedAgent): void {
    this.#stopRinging(agent, this.#now)
  }

  #answer(offer: Offer): void {
    // An offer that is not open any more ended while it rang.
    if (!this.#core.offerAnswered(offer.id, this.#now)) return
    const call = this.#callOf(offer)
    const agent = this.#agentOf(offer)
    this.#stopWaiting(call, 'answered')
    if (needsLine(call.source)) this.#heap.push(this.#now + call.handleMs, { type: 'talk-over', call, agent })
    else this.#takeMessage(call, agent)
  }

  /** It is in hand until its wrap-up is over, and the agent is ready for more meanwhile. */
  #takeMessage({ handleMs, source }: SimulatedCall, agent: SimulatedAgent): void {
    agent.hold(1, this.#now)
    this.#heap.push(this.#now + handleMs + source.settings.wrapUpMs, { type: 'message-done', agent })
    this.#free(agent)
  }

  #messageDone(agent: SimulatedAgent): void {
    agent.hold(-1, this.#now)
    this.#apply(this.#core.messageDone(agent.profile.id, this.#now))
  }

  #endTalk(call: SimulatedCall, agent: SimulatedAgent): void {
    this.#linesTaken--
    const { wrapUpMs } = call.source.settings
    if (wrapUpMs === 0) this.#free(agent)
    else this.#heap.push(this.#now + wrapUpMs, { type: 'agent-free', agent })
  }

  #leave(call: SimulatedCall): void {
    if (!call.isWaiting) return
    if (needsLine(call.source)) this.#linesTaken--
    const effects = this.#core.withdraw(call.id, this.#now)
    this.#stopWaiting(call, call.leaves)
    this.#apply(effects)
  }

  #stopWaiting(call: SimulatedCall, exit: 'answered' | 'abandoned' | 'timedOut'): void {
    call.isWaiting = false
    this.#calls.delete(call.id)
    call.source.tally.waiting.add(-1, this.#now)
    if (!call.isCounted) return
    this.#open--
    call.source.tally.ended(exit, this.#now - call.arrivedAt)
  }

  #callOf({ callId }: Offer): SimulatedCall {
    const call = this.#calls.get(callId)
    if (call === undefined)
      throw new AppError('SIMULATION_OUT_OF_STEP', 'server', 'Routing offers a call that does not wait', { details: { callId } })
    return call
  }

  #agentOf({ agentId }: Offer): SimulatedAgent {
    const agent = this.#agents.get(agentId)
    if (agent === undefined)
      throw new AppError('SIMULATION_OUT_OF_STEP', 'server', 'Routing offers to an agent who is not there', {
        details: { agentId }
      })
    return agent
  }

  /** Nothing happens any more and callers still wait: nobody has their queue and skills, and they neither give up nor time out. */
  #unservable(): AppError {
    const calls = new Set([...this.#calls.values()].map(({ source }) => source.kind.name))
    return new AppError('CALLS_UNSERVABLE', 'client', 'No agent can take these calls, and they would wait for ever', {
      details: { calls: [...calls] }
    })
  }
}

/** Messages take no line. */
function needsLine({ settings }: CallSource): boolean {
  return settings.medium !== 'message'
}
