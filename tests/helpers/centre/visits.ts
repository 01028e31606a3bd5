import type { DomainEvent, DomainEventOf, DomainEventType } from '../../../src/domain/events.ts'
import type { CallId } from '../../../src/domain/ids.ts'
import type { Termination } from '../../../src/domain/termination.ts'
import type { CallerOptions, TestCaller } from '../phones/test-caller.ts'
import { until } from '../until.ts'
import type { Centre } from './centre.ts'

/** Callers of one centre, each with the facts about their own call. */
export class Visits {
  /** Every fact since this was made, of all calls. */
  readonly history: DomainEvent[] = []
  readonly #centre: Centre
  #count = 0

  constructor(centre: Centre) {
    this.#centre = centre
    centre.server.bus.listen((event) => void this.history.push(event))
  }

  /** Dials; does not wait for the answer. */
  async dial(number: string, options: Partial<CallerOptions> = {}): Promise<Visit> {
    // The name tells calls apart that come from the same number.
    const name = `Visitor ${++this.#count}`
    const from = `137${String(this.#count).padStart(8, '0')}`
    return new Visit(await this.#centre.call(number, { from, ...options, fromName: name }), name, this.history)
  }

  /** Calls and is answered. */
  async call(number: string, options: Partial<CallerOptions> = {}): Promise<Visit> {
    const visit = await this.dial(number, options)
    await visit.caller.answered()
    return visit
  }

  /** The facts of calls that did not end exactly once, of which something was told after their end, or with a party that never left. */
  endedBadly(): string[] {
    const byCall = new Map<CallId, CallFact[]>()
    for (const fact of this.history.filter(isOfCall)) byCall.set(fact.callId, [...(byCall.get(fact.callId) ?? []), fact])
    return [...byCall.values()].filter((facts) => !endedWell(facts)).map((facts) => facts.map(({ type }) => type).join(' '))
  }
}

function endedWell(facts: readonly CallFact[]): boolean {
  const count = (type: CallFact['type']) => facts.filter((fact) => fact.type === type).length
  const pickedUp = facts.filter((fact) => fact.type === 'offer.ended' && fact.result === 'answered').length
  return (
    count('call.ended') === 1 &&
    isLast(facts, 'call.ended') &&
    count('offer.made') === count('offer.ended') &&
    count('call.queued') === count('call.dequeued') &&
    count('leg.ended') === count('leg.dialed') + pickedUp
  )
}

/** What flows do after their callers have left may follow. */
function isLast(facts: readonly CallFact[], type: CallFact['type']): boolean {
  const after: readonly CallFact['type'][] = ['step.left', 'call.tagged', 'call.data-changed', 'call.identified']
  return facts.slice(facts.findLastIndex((fact) => fact.type === type) + 1).every((fact) => after.includes(fact.type))
}

/** One caller and what is told about their call. */
export class Visit {
  readonly caller: TestCaller
  readonly #name: string
  readonly #history: readonly DomainEvent[]

  constructor(caller: TestCaller, name: string, history: readonly DomainEvent[]) {
    this.caller = caller
    this.#name = name
    this.#history = history
  }

  get callId(): CallId | undefined {
    return this.#history.filter(isOfCall).find((event) => event.type === 'call.started' && event.callerName === this.#name)
      ?.callId
  }

  facts(): DomainEvent[] {
    const { callId } = this
    return callId === undefined ? [] : this.#history.filter((event) => isOfCall(event) && event.callId === callId)
  }

  factsOf<Type extends DomainEventType>(type: Type): DomainEventOf<Type>[] {
    return this.facts().filter((event): event is DomainEventOf<Type> => event.type === type)
  }

  /** The first fact of that type that fits. */
  fact<Type extends DomainEventType>(
    type: Type,
    fits: (event: DomainEventOf<Type>) => boolean = () => true,
    ms = 5000
  ): Promise<DomainEventOf<Type>> {
    return until(() => this.factsOf(type).find(fits), { ms, what: () => `${type} of ${this.#name}, who came by ${this.path()}` })
  }

  /** Resolves when the step was left. */
  left(step: string, ms = 5000): Promise<DomainEventOf<'step.left'>> {
    return this.fact('step.left', ({ entry }) => entry.step === step, ms)
  }

  /** The steps left so far, each with its exit: `main:1`. */
  path(): string[] {
    return this.factsOf('step.left').map(({ entry: { step, exit } }) => (exit === undefined ? step : `${step}:${exit}`))
  }

  async termination(ms = 5000): Promise<Termination> {
    return (await this.fact('call.ended', undefined, ms)).termination
  }

  /** How the call ended, as `result reason`. */
  async ending(ms = 5000): Promise<string> {
    const { result, reason } = await this.termination(ms)
    return `${result} ${reason}`
  }
}

type CallFact = Extract<DomainEvent, { callId: CallId }>

function isOfCall(event: DomainEvent): event is CallFact {
  return 'callId' in event && event.callId !== undefined
}
