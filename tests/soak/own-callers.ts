import { setTimeout as sleep } from 'node:timers/promises'
import type { DomainEvent } from '../../src/domain/events.ts'
import type { Centre } from '../helpers/centre/centre.ts'
import { placeCall, type TestCaller } from '../helpers/phones/test-caller.ts'
import { until } from '../helpers/until.ts'
import type { CallerView } from './caller-view.ts'
import { NUMBERS, type PlannedCall } from './plan.ts'

/** No call lasts longer. */
const LONGEST_MS = 120_000

/** Callers of ours: each knows from the facts of their call at which moment they are, and hangs up in that. */
export class OwnCallers {
  readonly #centre: Centre
  readonly #numberOf = new Map<string, string>()
  readonly #told = new Map<string, (fact: DomainEvent) => void>()

  constructor(centre: Centre) {
    this.#centre = centre
    centre.server.bus.listen((fact) => {
      if (fact.type === 'call.started') this.#numberOf.set(fact.callId, fact.caller)
      const number = 'callId' in fact && fact.callId !== undefined ? this.#numberOf.get(fact.callId) : undefined
      if (number !== undefined) this.#told.get(number)?.(fact)
    })
  }

  /** Makes the call at its time; resolves when it is over. */
  async call(planned: PlannedCall, startedAt: number): Promise<CallerView> {
    await sleep(Math.max(0, startedAt + planned.atMs - Date.now()))
    const { from, number, habit, afterMs } = planned
    let caller: TestCaller | undefined
    this.#told.set(from, (fact) => {
      if (isMoment(planned, fact)) setTimeout(() => caller?.hangup(), afterMs)
    })
    try {
      caller = await placeCall({ sip: this.#centre.asterisk.sipAddress, from, number })
      if (habit === 'before the answer') await this.#cancel(caller, afterMs)
      else await answerAndGoOn(caller, planned)
      await caller.ended(LONGEST_MS)
      // For what crosses on the wire.
      await sleep(500)
      return viewOf(from, caller)
    } finally {
      this.#told.delete(from)
      caller?.close()
    }
  }

  /** RFC 3261 §9.1: not before the first provisional answer. Then it may be too late, and BYE follows the answer. */
  async #cancel(caller: TestCaller, afterMs: number): Promise<void> {
    await until(() => caller.statuses.length > 0, { what: 'the call is tried' })
    await sleep(afterMs)
    caller.hangup()
    await until(() => caller.statuses.some((status) => status >= 200), { what: 'the call has a final answer' })
  }
}

function isMoment({ habit }: PlannedCall, fact: DomainEvent): boolean {
  if (habit === 'as a phone rings') return fact.type === 'offer.made'
  if (habit === 'as an agent answers') return fact.type === 'offer.ended' && fact.result === 'answered'
  return habit === 'in the talk' && fact.type === 'call.established'
}

async function answerAndGoOn(caller: TestCaller, { number, habit, afterMs }: PlannedCall): Promise<void> {
  await caller.answered(10_000)
  if (number !== NUMBERS.menu) return
  if (habit === 'in the menu') {
    await sleep(afterMs)
    caller.hangup()
  } else {
    await sleep(400)
    await caller.press('1')
  }
}

function viewOf(from: string, { answeredAt, endedAt, endedBy, statuses }: TestCaller): CallerView {
  const refusedWith = statuses.find((status) => status >= 300)
  return {
    from,
    ...(answeredAt !== undefined && { answeredAt }),
    ...(endedAt !== undefined && { endedAt }),
    ...(endedBy !== undefined && { endedBy }),
    ...(refusedWith !== undefined && { refusedWith })
  }
}
