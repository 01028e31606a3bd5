import { setTimeout as sleep } from 'node:timers/promises'
import type { Contestant } from './contestants.ts'
import { type Load, serveCalls, untilNoCalls } from './load.ts'
import { cpuMs } from './process-figures.ts'
import type { Stage } from './stage.ts'

/** CPU milliseconds per call. */
export interface Cost {
  readonly asterisk: number
  /** With its edge. */
  readonly application: number
  /** What the application costs the database: Switchboard's records. */
  readonly database: number
  readonly failed: number
  readonly answerP99Ms: number
}

/** Records of the last calls are written in batches. */
const BOOKKEEPING_MS = 1500

/** What the measured call costs this contestant, all its processes and threads counted. */
export async function measureCost(stage: Stage, contestant: Contestant, load: Load): Promise<Cost> {
  const pids = [stage.asterisk.pid, contestant.pid, stage.postgres.pid, contestant.edgePid]
  const spent = () => Promise.all(pids.map((pid) => (pid === undefined ? 0 : cpuMs(pid))))
  const before = await spent()
  const { failed, answerP99Ms } = await serveCalls(contestant, load)
  await untilNoCalls(stage)
  await sleep(BOOKKEEPING_MS)
  const after = await spent()
  const [asterisk = 0, server = 0, database = 0, edge = 0] = after.map((ms, index) => (ms - (before[index] ?? 0)) / load.calls)
  return { asterisk, application: server + edge, database, failed, answerP99Ms }
}
