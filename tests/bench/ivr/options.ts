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

/** `--quick`, `--parts cost,key`, `--only dialplan,switchboard`, `--rounds 3`, `--calls 300`, `--warm-up 2500`, `--rate 20`, `--max-rate 160`, `--held 10,100`, `--queued 10,1000`, `--overload`, `--capacity 60`, `--pin`, `--json`. */
export function readOptions(args: readonly string[]): BenchOptions {
  const size = args.includes('--quick') ? quick : full
  const text = (name: string) => (args.includes(`--${name}`) ? args[args.indexOf(`--${name}`) + 1] : undefined)
  const number = (name: string, otherwise: number) => {
    const value = Number(text(name) ?? otherwise)
    if (Number.isFinite(value) && value > 0) return value
    throw new Error(`--${name}: expected a number above 0`)
  }
  const usual = parts.filter((part) => part !== 'overload')
  const wanted = args.includes('--overload') ? ['overload'] : (text('parts')?.split(',') ?? usual)
  const unknown = wanted.find((name) => !parts.some((part) => part === name))
  if (unknown !== undefined) throw new Error(`--parts: there is no ${unknown}, there are ${parts}`)
  return {
    ...size,
    parts: parts.filter((part) => wanted.includes(part)),
    only: text('only')?.split(',') ?? [],
    rounds: number('rounds', size.rounds),
    calls: number('calls', size.calls),
    warmUpCalls: number('warm-up', size.warmUpCalls),
    callsPerSecond: number('rate', 20),
    leastRate: number('min-rate', 20),
    mostRate: number('max-rate', 160),
    held: text('held')?.split(',').map(Number) ?? size.held,
    queued: text('queued')?.split(',').map(Number) ?? size.queued,
    probes: number('probes', size.probes),
    capacity: args.includes('--capacity') ? number('capacity', 1) : undefined,
    pin: args.includes('--pin'),
    json: args.includes('--json')
  }
}
