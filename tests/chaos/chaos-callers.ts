import { setTimeout as sleep } from 'node:timers/promises'
import { placeCall, type TestCaller } from '../helpers/phones/test-caller.ts'
import { SeededRandom } from '../helpers/seeded-random.ts'
import { exponential, pickByShare } from '../soak/plan.ts'
import type { ChaosCentre } from './chaos-centre.ts'

/** One call as its caller saw it. Times by the clock of this machine, milliseconds. */
export interface CallSeen {
  /** What the caller calls themselves: no other call has it. */
  readonly name: string
  readonly from: string
  readonly dialed: string
  readonly placedAt: number
  /** The call before, when the line died in it and they call again. */
  readonly after?: string
  answeredAt?: number
  endedAt?: number
  /** `line`: it died under them. `patience`: nobody ever answered. */
  endedBy?: 'caller' | 'server' | 'line' | 'patience'
  refusedWith?: number
}

const doors = [
  { dialed: '7701', share: 45 },
  { dialed: '7702', share: 25 },
  { dialed: '7703', share: 15 },
  { dialed: '7704', share: 15 }
] as const

/** Nobody waits longer for an answer, or stays longer on the line. */
const limitMs = { answer: 15_000, call: 45_000, home: 3_000 }

/** People who call at random moments, and again when the line died under them. */
export class ChaosCallers {
  readonly calls: CallSeen[] = []
  readonly #centre: ChaosCentre
  readonly #chance: SeededRandom
  readonly #open = new Map<CallSeen, TestCaller>()
  readonly #running = new Set<Promise<void>>()
  #over = false
  #homeAt = Number.POSITIVE_INFINITY
  #people = 0

  constructor(centre: ChaosCentre, seed: number) {
    this.#centre = centre
    this.#chance = new SeededRandom(seed)
  }

  /** Calls come until `stop`: as many a second on the average, at random. */
  start(callsPerSecond: number): void {
    const arrivals = async () => {
      while (!this.#over) {
        await sleep(exponential(this.#chance, 1000 / callsPerSecond))
        if (!this.#over) this.#arrive()
      }
    }
    this.#run(arrivals())
  }

  /** Asterisk has ended: all lines are silent, and so people hang up; nobody hears of it. Half of them call again soon. */
  lineDied(): void {
    for (const [call, caller] of this.#open) {
      call.endedAt = Date.now()
      call.endedBy = 'line'
      caller.vanish()
    }
  }

  /** Nobody calls any more, and whoever is on the line hangs up soon; resolves when all calls have ended. */
  async stop(): Promise<void> {
    this.#over = true
    this.#homeAt = Date.now() + limitMs.home
    while (this.#running.size > 0) await Promise.all(this.#running)
  }

  #arrive(): void {
    const from = `139${String(++this.#people).padStart(8, '0')}`
    const { dialed } = pickByShare(this.#chance, doors)
    const patienceMs = this.#chance.next() < 0.4 ? 500 + exponential(this.#chance, 5_000) : limitMs.call
    const pressesMs = 600 + exponential(this.#chance, 800)
    const callsAgain = this.#chance.next() < 0.5
    this.#run(this.#live({ name: `p${this.#people}`, from, dialed }, { patienceMs, pressesMs, callsAgain }))
  }

  #run(life: Promise<void>): void {
    this.#running.add(life)
    void life.finally(() => this.#running.delete(life))
  }

  async #live(
    who: Pick<CallSeen, 'name' | 'from' | 'dialed' | 'after'>,
    habits: { readonly patienceMs: number; readonly pressesMs: number; readonly callsAgain: boolean }
  ): Promise<void> {
    const call: CallSeen = { ...who, placedAt: Date.now() }
    this.calls.push(call)
    const caller = await placeCall({
      sip: this.#centre.asterisk.sipAddress,
      number: who.dialed,
      from: who.from,
      fromName: who.name
    })
    this.#open.set(call, caller)
    await this.#follow(call, caller, habits)
    this.#open.delete(call)
    // What crosses on the wire is still answered.
    await sleep(500)
    caller.close()
    if (call.endedBy !== 'line' || !habits.callsAgain || who.after !== undefined || this.#over) return
    await sleep(4_000)
    await this.#live({ ...who, dialed: '7701', name: `${who.name}b`, after: who.name }, { ...habits, patienceMs: limitMs.call })
  }

  async #follow(
    call: CallSeen,
    caller: TestCaller,
    habits: { readonly patienceMs: number; readonly pressesMs: number }
  ): Promise<void> {
    let pressed = call.dialed !== '7702'
    while (call.endedBy === undefined) {
      await sleep(20)
      if (caller.answeredAt !== undefined) call.answeredAt ??= caller.answeredAt
      const now = Date.now()
      const onLineMs = call.answeredAt === undefined ? 0 : now - call.answeredAt
      // The line may have died meanwhile.
      if (call.endedBy !== undefined) return
      if (caller.endedBy !== undefined) end(call, caller)
      else if (call.answeredAt === undefined && now - call.placedAt > limitMs.answer) {
        caller.hangup()
        Object.assign(call, { endedBy: 'patience', endedAt: now })
      } else if (onLineMs > habits.patienceMs || now > this.#homeAt) caller.hangup()
      else if (!pressed && onLineMs > habits.pressesMs) {
        pressed = true
        void caller.press('1')
      }
    }
  }
}

function end(call: CallSeen, { endedBy, endedAt, statuses }: TestCaller): void {
  const refusedWith = statuses.find((status) => status >= 300)
  Object.assign(call, { endedBy, endedAt, ...(refusedWith !== undefined && { refusedWith }) })
}
