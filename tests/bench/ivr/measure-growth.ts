import { setTimeout as sleep } from 'node:timers/promises'
import type { Contestant, ContestantName } from './contestants.ts'
import { silentNumbers } from './dialplan.ts'
import { channelsOf, holdCalls, type Served, serveCalls, untilNoCalls } from './load.ts'
import { cpuMs, residentKb } from './process-figures.ts'
import { type Stage, type StageOptions, startStage } from './stage.ts'

/**
 * Held calls come in at this rate, and stay for as long as the measurement beside them takes: what so many calls cost is measured, not how quickly they
 * can come. Where not all are held, as what plays to them leaves too little of the machine for those who come, it is tried once more at the slower one.
 */
const comingPerSecond = [30, 10] as const
const MEASURED = { calls: 80, callsPerSecond: 10 }
const MEASURING_MS = 16_000

/** Where calls are held: in the measured menu, hearing it, or waiting while nothing is sent to them. */
export type Place = 'menu' | 'silence'

/** Whether calls can wait there in silence. */
export function hasSilence(name: ContestantName): name is keyof typeof silentNumbers {
  return name in silentNumbers
}

/** What it is like beside so many calls that are held. */
export interface Growth {
  readonly held: number
  /** At which those came in, calls a second. */
  readonly cameAt: number
  readonly asteriskKb: number
  readonly applicationKb: number
  /** CPU of the application per measured call, that of the held ones taken off. */
  readonly applicationMs: number
  readonly answerP99Ms: number
  readonly failed: number
}

/** From no calls to many: memory, cost and speed. On an Asterisk and an application that have not served any calls but some to warm up. */
export async function measureGrowth(
  name: ContestantName,
  place: Place,
  held: readonly number[],
  options: StageOptions
): Promise<readonly Growth[]> {
  const stage = await startStage([name], options)
  try {
    const [contestant] = stage.contestants
    if (contestant === undefined) throw new Error(`There is no ${name}`)
    await serveCalls(contestant, { calls: 100, callsPerSecond: 20 })
    await untilNoCalls(stage)
    const rows: Growth[] = []
    for (const calls of [0, ...held]) {
      const row = await beside(stage, contestant, numberOf(contestant, place), calls)
      if (row === undefined) break
      rows.push(row)
    }
    return rows
  } finally {
    await stage.stop()
  }
}

function numberOf({ name, number }: Contestant, place: Place): string {
  return place === 'silence' && hasSilence(name) ? silentNumbers[name] : number
}

/** Undefined when the contestant does not hold so many, however slowly they come. */
async function beside(stage: Stage, contestant: Contestant, number: string, calls: number): Promise<Growth | undefined> {
  for (const callsPerSecond of comingPerSecond) {
    const row = await besideThoseAt(callsPerSecond, stage, contestant, number, calls)
    if (row !== undefined) return row
  }
  return undefined
}

async function besideThoseAt(
  cameAt: number,
  stage: Stage,
  contestant: Contestant,
  number: string,
  calls: number
): Promise<Growth | undefined> {
  const comingMs = (calls / cameAt) * 1000
  const heldMs = MEASURING_MS + comingMs + 3000
  const holding =
    calls === 0 ? Promise.resolve(0) : holdCalls({ ...contestant, number }, { calls, callsPerSecond: cameAt, heldMs })
  if (!(await areUp(stage, calls, comingMs))) {
    const failed = await holding
    await untilNoCalls(stage)
    console.error(`${contestant.name} did not hold ${calls} calls that came at ${cameAt}/s: ${failed} were not served`)
    return undefined
  }
  const memory = [await residentKb(stage.asterisk.pid), contestant.pid === undefined ? 0 : await residentKb(contestant.pid)]
  const { cost, served } = await costBeside(contestant)
  const failed = served.failed + (await holding)
  await untilNoCalls(stage)
  const [asteriskKb = 0, applicationKb = 0] = memory
  return { held: calls, cameAt, asteriskKb, applicationKb, applicationMs: cost, answerP99Ms: served.answerP99Ms, failed }
}

async function areUp({ asterisk }: Stage, calls: number, comingMs: number): Promise<boolean> {
  const deadline = Date.now() + comingMs + 10_000
  while ((await channelsOf(asterisk)) < calls) {
    if (Date.now() > deadline) return false
    await sleep(100)
  }
  return true
}

/** The application's CPU while calls are served, less what the held ones cost for as long. */
async function costBeside(contestant: Contestant): Promise<{ cost: number; served: Served }> {
  const spent = async () => (contestant.pid === undefined ? 0 : cpuMs(contestant.pid))
  const idleMs = 2000
  const start = await spent()
  await sleep(idleMs)
  const began = await spent()
  const startedAt = performance.now()
  const served = await serveCalls(contestant, MEASURED)
  const took = performance.now() - startedAt
  const idle = ((began - start) / idleMs) * took
  return { cost: Math.max(0, (await spent()) - began - idle) / MEASURED.calls, served }
}

/** Kilobytes per call in progress, between no calls and the most that were held. */
export function memoryPerCall(rows: readonly Growth[]): { readonly asterisk: number; readonly application: number } {
  const [none, most] = [rows[0], rows.at(-1)]
  if (none === undefined || most === undefined || most.held === 0) return { asterisk: Number.NaN, application: Number.NaN }
  return {
    asterisk: (most.asteriskKb - none.asteriskKb) / most.held,
    application: (most.applicationKb - none.applicationKb) / most.held
  }
}
