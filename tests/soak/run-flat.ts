import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ChaosEvidence, Violation } from '../chaos/chaos-evidence.ts'
import type { Place } from '../chaos/injuries.ts'
import { withChaosCentre } from '../chaos/run-chaos.ts'
import type { ServerFigures } from '../chaos/server-figures.ts'
import { type Sample, type Trend, trendOf } from './trend.ts'

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

/** The CTI keeps the events of five minutes for clients that come back (`keepMs` in `cti/cti-world.ts`): so long memory grows as it should. */
const WARM_MS = 6 * 60_000

interface Look extends ServerFigures {
  readonly at: number
  readonly asteriskRss: number
  readonly asteriskFiles: number
}

export interface FlatReport {
  readonly evidence: ChaosEvidence
  readonly looks: number
  readonly trends: Readonly<Record<string, Trend | 'too short'>>
  readonly worstDelayMs: number
  readonly violations: readonly Violation[]
}

/** Real calls to a server in a process of its own, looked at all the time: nothing may grow, and in the end all is as in any other run. */
export async function runFlat(options: {
  readonly seed: number
  readonly durationMs: number
  readonly callsPerSecond: number
  readonly lookEveryMs?: number
}): Promise<FlatReport> {
  const looks: Look[] = []
  const { evidence, violations } = await withChaosCentre(options, async (place) => {
    const endsAt = Date.now() + options.durationMs
    while (Date.now() < endsAt) {
      await sleep(Math.min(options.lookEveryMs ?? Math.min(5_000, options.durationMs / 60), Math.max(0, endsAt - Date.now())))
      looks.push(await look(place))
    }
  })
  const trends = Object.entries(watched).map(([name, { least, of }]): [string, Trend | 'too short'] => {
    const samples: Sample[] = looks.map((one) => ({ at: one.at, value: of(one) }))
    return [name, trendOf(samples, least, WARM_MS) ?? 'too short']
  })
  const growing = trends.flatMap(([name, trend]) =>
    trend !== 'too short' && trend.grows ? [{ what: `It grows: ${name}`, about: trend }] : []
  )
  return {
    evidence,
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
