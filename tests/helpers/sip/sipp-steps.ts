import type { SimulatedCall } from '../../../src/flow/simulate/simulate-call.ts'
import type { SippStep } from './sipp.ts'

/** Prompts begin a little later on a real call, and later still on a busy machine; callers have seconds for their first key. */
const lateMs = 700

/** What a SIPp caller must do to walk as the simulated one did: the same keys, each counted from the ones before. */
export function sippStepsOf({ happenings, termination, tookMs }: SimulatedCall): readonly SippStep[] {
  const steps: SippStep[] = []
  let atMs = 0
  for (const happening of happenings) {
    if (happening.kind !== 'keys') continue
    steps.push({ pauseMs: happening.atMs - atMs + lateMs }, { press: happening.keys })
    atMs = happening.atMs
  }
  const restMs = tookMs - atMs
  const hangsUp = termination.reason === 'caller-hung-up' || termination.reason === 'caller-hung-up-in-queue'
  return hangsUp ? [...steps, { pauseMs: restMs + lateMs }, 'hang up'] : [...steps, { expectByeWithinMs: restMs + 20_000 }]
}
