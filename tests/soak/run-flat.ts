import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { defaultLimits } from '../../src/cti/cti-world.ts'
import type { ChaosEvidence, Violation } from '../chaos/chaos-evidence.ts'
import type { Place } from '../chaos/injuries.ts'
import { withChaosCentre } from '../chaos/run-chaos.ts'
import type { ServerFigures } from '../chaos/server-figures.ts'
import { agentsLoad } from './agents-load.ts'
import { type Sample, STEADY_SAMPLES, type Trend, trendOf } from './trend.ts'

/** What must stay as it is over hours, and how much more of it in the end nobody minds: bytes, or pieces. */
const watched = {
  'memory of the server': { least: 16e6, of: ({ rss }: Look) => rss },
  'heap of the server': { least: 3e6, of: ({ heapUsed }: Look) => heapUsed },
  'memory of Asterisk': { least: 12e6, of: ({ asteriskRss }: Look) => asteriskRss },
  'files of the server': { least: 4, of: ({ files }: Look) => files },
  'files of Asterisk': { least: 16, of: ({ asteriskFiles }: Look) => asteriskFiles },
  'handles of the server': { least: 6, of: ({ resources }: Look) => resources },
  'event loop late by, p99 ms': { least: 10, of: ({ delayMs }: Look) => delayMs.p99 },
  'calls in progress': { least: 4, of: ({ calls }: Look) => calls },
  'callers waiting': { least: 4, of: ({ waiting }: Look) => waiting },
  'open offers': { least: 4, of: ({ offers }: Look) => offers },
  'callers waiting in vain': { least: 0.5, of: ({ stuck }: Look) => stuck }
} as const satisfies Record<string, { readonly least: number; readonly of: (look: Look) => number }>

/** The CTI keeps events for clients that come back (`keepMs`), and for those whose line broke without a word, for a minute more: so long memory grows as it should. */
const warmMs = (keepMs = defaultLimits.keepMs) => keepMs + 65_000

/** A look collects the server's garbage, which keeps it from its work. */
const LOOK_EVERY_MS = { least: 2_500, most: 5_000 }

/** Calls a second that take eight agents about 60 % of their time, as measured: 0.54 at one a second. */
export const SIXTY_PERCENT = 1.1

interface Look extends ServerFigures {
  readonly at: number
  readonly asteriskRss: number
  readonly asteriskFiles: number
}

export interface FlatOptions {
  readonly seed: number
  readonly durationMs: number
  readonly callsPerSecond: number
  /** How long the CTI keeps events, where it is not as long as in any server. */
  readonly ctiKeepMs?: number
}

/** A shorter run says nothing, milliseconds. */
export function leastMs({ ctiKeepMs }: Pick<FlatOptions, 'ctiKeepMs'>): number {
  return warmMs(ctiKeepMs) + 1.2 * STEADY_SAMPLES * LOOK_EVERY_MS.least
}

export interface FlatReport {
  readonly evidence: ChaosEvidence
  /** The share of the agents' time that went to callers. */
  readonly load: number
  readonly looks: number
  readonly trends: Readonly<Record<string, Trend | 'too short'>>
  readonly worstDelayMs: number
  readonly violations: readonly Violation[]
}

/** Real calls to a server in a process of its own, looked at all the time: nothing may grow, and in the end all is as in any other run. */
export async function runFlat(options: FlatOptions): Promise<FlatReport> {
  const { durationMs, ctiKeepMs } = options
  if (durationMs < leastMs(options))
    throw new RangeError(`Too short to say whether anything grows: ${leastMs(options)} ms at least`)
  const looks: Look[] = []
  let load = 0
  const steadyMs = durationMs - warmMs(ctiKeepMs)
  const everyMs = Math.min(LOOK_EVERY_MS.most, Math.max(LOOK_EVERY_MS.least, steadyMs / (2 * STEADY_SAMPLES)))
  const { evidence, violations } = await withChaosCentre(options, async (place) => {
    const from = Date.now()
    const endsAt = from + durationMs
    while (Date.now() < endsAt) {
      await sleep(Math.min(everyMs, Math.max(0, endsAt - Date.now())))
      looks.push(await look(place))
    }
    load = agentsLoad(place.centre.server.facts, from, endsAt)
  })
  const trends = Object.entries(watched).map(([name, { least, of }]): [string, Trend | 'too short'] => {
    const samples: Sample[] = looks.map((one) => ({ at: one.at, value: of(one) }))
    return [name, trendOf(samples, least, warmMs(ctiKeepMs)) ?? 'too short']
  })
  const growing = trends.flatMap(([name, trend]): Violation[] => {
    if (trend === 'too short') return [{ what: `Too short to say whether it grows: ${name}`, about: { looks: looks.length } }]
    return trend.grows ? [{ what: `It grows: ${name}`, about: trend }] : []
  })
  return {
    evidence,
    load,
    looks: looks.length,
    trends: Object.fromEntries(trends),
    worstDelayMs: Math.max(0, ...looks.map(({ delayMs }) => delayMs.max)),
    violations: [...violations, ...growing]
  }
}

async function look({ centre }: Place): Promise<Look> {
  const figures = await centre.server.figures({ ms: 30_000 })
  if (figures === undefined) throw new Error('The server does not answer')
  const { pid } = centre.asterisk
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const asteriskRss = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024
  return { ...figures, at: Date.now(), asteriskRss, asteriskFiles: (await readdir(`/proc/${pid}/fd`)).length }
}
