import { setTimeout as sleep } from 'node:timers/promises'
import { type Contestant, signIn } from './contestants.ts'
import { percentile } from './figures.ts'
import { channelsOf, serveCalls, untilNoCalls } from './load.ts'
import type { Stage } from './stage.ts'

/** Of the calls in progress at the highest rate that is held: in a rush, refusing callers takes its part. */
const SHARE = 0.75
/** Until as many calls end as begin. */
const SETTLED_MS = 4000
const LOOKS = 4
const LOOK_MS = 500

/** The `overload.calls_max` that OPERATIONS.md advises for this machine and this call, by what there is at a rate that it holds. */
export async function limitFor(stage: Stage, contestant: Contestant, callsPerSecond: number): Promise<number> {
  const seconds = (SETTLED_MS + (LOOKS + 2) * LOOK_MS) / 1000
  const served = serveCalls(contestant, { calls: Math.round(callsPerSecond * seconds), callsPerSecond })
  await sleep(SETTLED_MS)
  const counts: number[] = []
  for (let look = 0; look < LOOKS; look++) {
    counts.push(await channelsOf(stage.asterisk))
    await sleep(LOOK_MS)
  }
  await served
  await untilNoCalls(stage)
  return Math.round(percentile(counts, 50) * SHARE)
}

/** Sets it as an administrator does, while the server runs. Undefined: no limit. */
export async function limitCalls({ url, name }: Contestant, callsMax: number | undefined): Promise<void> {
  if (url === undefined) throw new Error(`${name} has no API`)
  const response = await fetch(`${url}/api/v1/configuration/overload/calls_max`, {
    method: callsMax === undefined ? 'DELETE' : 'PUT',
    headers: {
      authorization: `Bearer ${await signIn(url, 'admin')}`,
      ...(callsMax !== undefined && { 'content-type': 'application/json' })
    },
    ...(callsMax !== undefined && { body: JSON.stringify({ value: callsMax }) })
  })
  // Where there is no limit, there is nothing to remove.
  if (response.status === 404 && callsMax === undefined) return
  if (response.status !== 200) throw new Error(`calls_max was not changed: ${response.status} ${await response.text()}`)
}
