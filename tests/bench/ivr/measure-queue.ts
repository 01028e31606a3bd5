import { setTimeout as sleep } from 'node:timers/promises'
import { placeCall, type TestCaller } from '../../helpers/phones/test-caller.ts'
import { runSipp } from '../../helpers/sip/sipp.ts'
import { until } from '../../helpers/until.ts'
import { percentile } from './figures.ts'
import { untilNoCalls } from './load.ts'
import { cpuMs } from './process-figures.ts'
import { agentHz, type QueuePhones } from './queue-phones.ts'
import type { Stage } from './stage.ts'

const CALLER_HZ = 440
/** Always so many callers in the queue: the agent is what is missing. */
const WAITING = 3
const BOOKKEEPING_MS = 1500

/** One way to bring callers to agents. */
export interface QueueContestant {
  readonly name: 'app-queue' | 'switchboard'
  readonly number: string
  readonly pid: number | undefined
}

/**
 * From an agent who is free to audio both ways, each time in milliseconds: from the BYE of the agent's phone to the first packets with each
 * other's voices, whichever is later. The phone answers within a millisecond.
 */
export async function measureFreeToBridged(
  { asterisk }: Stage,
  { number }: QueueContestant,
  { single }: QueuePhones,
  times: number
): Promise<readonly number[]> {
  const callers: TestCaller[] = []
  const refill = async () => {
    while (callers.length < WAITING) {
      const from = `134${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`
      const caller = await placeCall({ sip: asterisk.sipAddress, number, from, voiceHz: CALLER_HZ })
      callers.push(caller)
      await caller.answered(15_000)
    }
  }
  const found: number[] = []
  let since = Date.now()
  try {
    await refill()
    for (let time = 0; time <= times; time++) {
      const [at, caller] = await until(() => bridged(callers, single.ear.firstTone(CALLER_HZ, since), since), {
        ms: 15_000,
        what: 'agent and caller hear each other'
      })
      // The first has waited for nobody.
      if (time > 0) found.push(at - since)
      callers.splice(callers.indexOf(caller), 1)
      await refill()
      await sleep(100 + Math.random() * 40)
      since = Date.now()
      single.hangup()
      await caller.ended(15_000)
      caller.close()
    }
  } finally {
    for (const caller of callers) caller.close()
    single.hangup()
  }
  return found
}

/** When both could hear, and who the caller is. */
function bridged(callers: readonly TestCaller[], heard: number | undefined, since: number): [number, TestCaller] | undefined {
  if (heard === undefined) return undefined
  for (const caller of callers) {
    const at = caller.ear.firstTone(agentHz, since)
    if (at !== undefined) return [Math.max(at, heard), caller]
  }
  return undefined
}

export interface QueueCost {
  /** CPU milliseconds per call. */
  readonly asterisk: number
  readonly application: number
  readonly failed: number
  /** INVITE to 200, the 99th of 100. */
  readonly answerP99Ms: number
}

/** Callers who are answered by an agent, who hangs up after half a second; then the server hangs up. */
export async function measureQueueCost(
  stage: Stage,
  { number, pid }: QueueContestant,
  { calls, callsPerSecond }: { readonly calls: number; readonly callsPerSecond: number }
): Promise<QueueCost> {
  const spent = () => Promise.all([cpuMs(stage.asterisk.pid), pid === undefined ? 0 : cpuMs(pid)])
  const before = await spent()
  const { ok, successful, responseMs } = await runSipp({
    sip: stage.asterisk.sipAddress,
    number,
    from: '13500000000',
    calls,
    callsPerSecond,
    steps: [{ expectByeWithinMs: 30_000 }],
    timeoutMs: (calls / callsPerSecond) * 1000 + 60_000
  })
  await untilNoCalls(stage)
  await sleep(BOOKKEEPING_MS)
  const after = await spent()
  return {
    asterisk: (after[0] - before[0]) / calls,
    application: (after[1] - before[1]) / calls,
    failed: ok ? 0 : Math.max(1, calls - successful),
    answerP99Ms: percentile(responseMs, 99)
  }
}
