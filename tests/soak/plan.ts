import { SeededRandom } from '../helpers/seeded-random.ts'

/** When a caller hangs up. */
export type Habit =
  /** Never. */
  | 'stays'
  /** So long after the answer, wherever they are then. */
  | 'some time'
  /** Before the answer, or in the same moment. */
  | 'before the answer'
  | 'in the menu'
  | 'as a phone rings'
  | 'as an agent answers'
  | 'in the talk'

export interface PlannedCall {
  readonly number: string
  /** The caller's number: nobody else has it. */
  readonly from: string
  /** Since the beginning. */
  readonly atMs: number
  readonly habit: Habit
  /** How long after that moment they hang up. */
  readonly afterMs: number
  /** Who makes the call: SIPp, or a caller of ours who knows at which moment they are. */
  readonly by: 'sipp' | 'caller'
}

export interface PlanOptions {
  readonly durationMs: number
  readonly callsPerSecond: number
  readonly seed: number
}

/** Straight to all agents, by the menu, to half of the agents, to half and then to all, to be called back. */
export const NUMBERS = { everybody: '7901', menu: '7902', cards: '7903', overflow: '7904', callback: '7905' } as const

const sippNumbers = [
  { number: NUMBERS.everybody, share: 50 },
  { number: NUMBERS.cards, share: 25 },
  { number: NUMBERS.overflow, share: 25 }
] as const

/** Habits of our own callers by how many of 100 have them. */
const habits: readonly { readonly habit: Habit; readonly share: number; readonly meanMs: number }[] = [
  { habit: 'before the answer', share: 12, meanMs: 25 },
  { habit: 'in the menu', share: 10, meanMs: 500 },
  { habit: 'as a phone rings', share: 22, meanMs: 300 },
  { habit: 'as an agent answers', share: 18, meanMs: 25 },
  { habit: 'in the talk', share: 18, meanMs: 2_000 },
  { habit: 'stays', share: 20, meanMs: 0 }
]

/** Who calls when and how they end it, by chance: a Poisson process of arrivals, and exponential times. */
export function planCalls({ durationMs, callsPerSecond, seed }: PlanOptions): PlannedCall[] {
  const chance = new SeededRandom(seed)
  const plan: PlannedCall[] = []
  for (let atMs = gap(); atMs < durationMs; atMs += gap()) {
    const from = `138${String(plan.length + 1).padStart(8, '0')}`
    const rest = chance.next() < 0.6 ? bySipp() : byCaller()
    plan.push({ from, atMs: Math.round(atMs), ...rest })
  }
  return plan

  function gap(): number {
    return exponential(chance, 1000 / callsPerSecond)
  }

  function bySipp(): Omit<PlannedCall, 'from' | 'atMs'> {
    const { number } = pickByShare(chance, sippNumbers)
    const leaves = chance.next() < 0.5
    const afterMs = Math.round(exponential(chance, 4_000))
    return { number, by: 'sipp', habit: leaves ? 'some time' : 'stays', afterMs: leaves ? afterMs : 0 }
  }

  function byCaller(): Omit<PlannedCall, 'from' | 'atMs'> {
    if (chance.next() < 0.15) return { number: NUMBERS.callback, by: 'caller', habit: 'stays', afterMs: 0 }
    const { habit, meanMs } = pickByShare(chance, habits)
    const inMenu = habit === 'in the menu' || chance.next() < 0.2
    const afterMs = Math.round(exponential(chance, meanMs))
    return { number: inMenu ? NUMBERS.menu : NUMBERS.everybody, by: 'caller', habit, afterMs }
  }
}

/** A time by chance with that mean, memoryless. */
export function exponential(chance: SeededRandom, meanMs: number): number {
  return -meanMs * Math.log(1 - chance.next())
}

/** One of the items, each as often as its share says. */
export function pickByShare<Item extends { readonly share: number }>(chance: SeededRandom, items: readonly Item[]): Item {
  let point = chance.next() * items.reduce((sum, { share }) => sum + share, 0)
  for (const item of items) {
    point -= item.share
    if (point < 0) return item
  }
  throw new Error('Nothing to pick from')
}
