import type { AttemptResult, Callback } from '../../domain/callback.ts'
import { type DialRules, retryAfterMs } from '../../domain/dial-rules.ts'

/** What happens to a callback after an attempt that did not lead to a talk. */
export type Onward =
  | { readonly state: 'waiting'; readonly dueAt: number }
  | { readonly state: 'failed'; readonly outcome: 'unreached' | 'expired' }

/** Not the customer's doing: it takes nothing from their attempts. */
const innocent: ReadonlySet<AttemptResult> = new Set(['agent-left', 'cancelled', 'interrupted'])

/** Something of ours is away: no agent is to be rung for it again and again meanwhile. */
const INTERRUPTED_WAIT_MS = 30_000

/** The rule of retries. The callback has the attempt with its result already. Pure. */
export function afterAttempt({ attempts, expiresAt }: Callback, rules: DialRules, now: number): Onward {
  const counted = attempts.filter(({ result }) => result !== undefined && !innocent.has(result)).length
  // Nobody's phone is made to ring for ever, even when it is always the agents who hang up.
  if (counted >= rules.attemptsMax || attempts.length >= 2 * rules.attemptsMax) return { state: 'failed', outcome: 'unreached' }
  const last = attempts.at(-1)?.result
  const waitMs =
    last === 'interrupted' ? INTERRUPTED_WAIT_MS : last !== undefined && innocent.has(last) ? 0 : retryAfterMs(counted, rules)
  const dueAt = now + waitMs
  return dueAt > expiresAt ? { state: 'failed', outcome: 'expired' } : { state: 'waiting', dueAt }
}
