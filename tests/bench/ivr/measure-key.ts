import { setTimeout as sleep } from 'node:timers/promises'
import { placeCall, type TestCaller } from '../../helpers/phones/test-caller.ts'
import { until } from '../../helpers/until.ts'
import type { Contestant } from './contestants.ts'
import { serveCalls, untilNoCalls } from './load.ts'
import { nextHz } from './prompts.ts'
import type { Stage } from './stage.ts'

/** Calls of our own a second, beside those of SIPp. */
const PROBES_PER_SECOND = 5
/** SIPp's calls go on for so long after the last of ours has begun. */
const AFTER_MS = 2500

export interface KeyToAudio {
  /** Of each call: from the first packet that ends the key (RFC 4733 §2.5.1.3) to the first one with the next prompt. */
  readonly ms: readonly number[]
  /** Calls that did not hear it, and SIPp's that failed. */
  readonly failed: number
}

/** How soon a key is followed by the next prompt, at so many calls per second in all. */
export async function measureKeyToAudio(
  stage: Stage,
  contestant: Contestant,
  { rate, probes }: { readonly rate: number; readonly probes: number }
): Promise<KeyToAudio> {
  const others = Math.max(1, rate - PROBES_PER_SECOND)
  const seconds = probes / PROBES_PER_SECOND + AFTER_MS / 1000
  const load = serveCalls(contestant, { calls: Math.round(others * seconds), callsPerSecond: others })
  await sleep(AFTER_MS / 2)
  const calls: Promise<number | undefined>[] = []
  for (let probe = 0; probe < probes; probe++) {
    calls.push(probeOnce(contestant, probe))
    await sleep(1000 / PROBES_PER_SECOND)
  }
  const found = await Promise.all(calls)
  const { failed } = await load
  await untilNoCalls(stage)
  const ms = found.filter((one) => one !== undefined)
  return { ms, failed: failed + found.length - ms.length }
}

/** One call; undefined when it was not served. */
async function probeOnce({ sip, number }: Contestant, probe: number): Promise<number | undefined> {
  let caller: TestCaller | undefined
  try {
    caller = await placeCall({ sip, number, from: `133${String(probe).padStart(8, '0')}` })
    await caller.answered(15_000)
    const { ear } = caller
    await until(() => ear.soundBegan() !== undefined, { what: 'the menu is heard' })
    // Not all at the same place in Asterisk's rhythm of 20 ms.
    await sleep(600 + Math.random() * 40)
    await caller.press('1')
    const endedAt = caller.keyEndedAt
    if (endedAt === undefined) throw new Error('The key was not let go')
    return (await until(() => ear.firstTone(nextHz, endedAt), { what: 'the next prompt is heard' })) - endedAt
  } catch {
    // Not served in time: counted by whoever asked.
    return undefined
  } finally {
    caller?.close()
  }
}
