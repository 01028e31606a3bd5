import { commandArguments } from '../read-arguments.ts'
import { contestantNames } from './contestants.ts'

/** What is measured; each part by itself, all contestants in the same run. */
export const parts = ['cost', 'capacity', 'key', 'growth', 'queue', 'overload'] as const
export type Part = (typeof parts)[number]

export interface BenchOptions {
  readonly parts: readonly Part[]
  readonly only: readonly string[]
  readonly rounds: number
  /** Calls of each contestant and round. */
  readonly calls: number
  /** Calls of each contestant before anything is measured: a server serves for weeks, and V8 goes on compiling for thousands of calls. */
  readonly warmUpCalls: number
  /** At which the cost of a call is measured. */
  readonly callsPerSecond: number
  /** Seconds that a rate must be held. */
  readonly heldSeconds: number
  /** A search for the highest rate begins here, and ends there. */
  readonly leastRate: number
  readonly mostRate: number
  /** Calls held in the menu beside which the growth is measured, and calls held in a queue without music. A thousand menus that play take Asterisk more than one processor. */
  readonly held: readonly number[]
  readonly queued: readonly number[]
  /** Calls of which the time from key to audio is taken, each contestant. */
  readonly probes: number
  /** Calls to agents of each contestant and round. */
  readonly queueCalls: number
  /** What can be served, for `overload`; searched for when it is not given. */
  readonly capacity: number | undefined
  /** Each application has a processor of its own, as on a machine that is larger. */
  readonly pin: boolean
  /** The only `overload.calls_max` to look at; undefined: none, and the one that is advised for this machine. */
  readonly callsMax: number | undefined
  /** Switchboard's callers come through drachtio: a real one, as tests find it. */
  readonly edge: boolean
  readonly json: boolean
}

const full = {
  rounds: 3,
  calls: 300,
  warmUpCalls: 2500,
  heldSeconds: 8,
  held: [10, 100, 300],
  queued: [10, 100, 1000],
  probes: 300,
  queueCalls: 60
}
const quick = {
  rounds: 1,
  calls: 120,
  warmUpCalls: 100,
  heldSeconds: 3,
  held: [10, 100],
  queued: [10, 300],
  probes: 60,
  queueCalls: 16
}

/** `--quick` is for two minutes; `--overload` for that part alone, which is no part of a usual run; `--capacity 0` is to be searched for, `--calls-max 0` without one, and with the one that is advised. `--parts cost,key` and `--only dialplan,switchboard` leave the others out. */
export function readOptions(): BenchOptions {
  const size = process.argv.includes('--quick') ? quick : full
  const usual = parts.filter((part) => part !== 'overload')
  const usualOptions = {
    quick: false,
    parts: usual.join(','),
    only: '',
    overload: false,
    rounds: size.rounds,
    calls: size.calls,
    'warm-up': size.warmUpCalls,
    rate: 20,
    'min-rate': 20,
    'max-rate': 160,
    held: size.held.join(','),
    queued: size.queued.join(','),
    probes: size.probes,
    capacity: 0,
    pin: false,
    'calls-max': 0,
    edge: false,
    json: false
  } as const
  const asked = commandArguments(usualOptions, ['rounds', 'calls', 'warm-up', 'rate', 'min-rate', 'max-rate', 'probes'])
  const wanted = asked.overload ? ['overload'] : listOf(asked.parts)
  mustBeAmong('parts', wanted, parts)
  mustBeAmong('only', listOf(asked.only), contestantNames)
  return {
    ...size,
    parts: parts.filter((part) => wanted.includes(part)),
    only: listOf(asked.only),
    rounds: asked.rounds,
    calls: asked.calls,
    warmUpCalls: asked['warm-up'],
    callsPerSecond: asked.rate,
    leastRate: asked['min-rate'],
    mostRate: asked['max-rate'],
    held: countsOf('held', asked.held),
    queued: countsOf('queued', asked.queued),
    probes: asked.probes,
    capacity: asked.capacity === 0 ? undefined : asked.capacity,
    pin: asked.pin,
    callsMax: asked['calls-max'] === 0 ? undefined : asked['calls-max'],
    edge: asked.edge,
    json: asked.json
  }
}

function mustBeAmong(option: string, wanted: readonly string[], all: readonly string[]): void {
  const unknown = wanted.find((name) => !all.includes(name))
  if (unknown !== undefined) throw new Error(`--${option}: there is no ${unknown}, there are ${all.join(', ')}`)
}

function countsOf(option: string, text: string): readonly number[] {
  const counts = listOf(text).map(Number)
  if (counts.every((count) => Number.isInteger(count) && count > 0)) return counts
  throw new Error(`--${option}: expected numbers, got ${text}`)
}

const listOf = (text: string) => text.split(',').filter((one) => one !== '')
