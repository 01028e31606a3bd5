import { AppError } from './errors.ts'

/**
 * What came of a command to the telephone system. "gone" and "conflict" are everyday news when people hang up, so they are values:
 *
 * - gone: the channel, bridge or playback no longer exists (404).
 * - conflict: it exists but is in the wrong state for this (409, 412, 422).
 * - unavailable: no answer: connection down or timed out. The command may or may not have been carried out.
 * - refused: the request itself was wrong or failed inside Asterisk (400, 403, 500).
 */
export type Problem = 'gone' | 'conflict' | 'unavailable' | 'refused'

export type Outcome<Value = undefined> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: Problem; readonly status: number; readonly detail: string }

/** For commands that must succeed unless the party has left. Returns whether the thing was still there; throws on a fault. */
export function expectOrGone(outcome: Outcome<unknown>, doing: string): boolean {
  if (outcome.ok) return true
  if (outcome.problem === 'gone' || outcome.problem === 'conflict') return false
  throw new AppError(
    outcome.problem === 'unavailable' ? 'ASTERISK_UNAVAILABLE' : 'ASTERISK_REFUSED',
    'upstream',
    'Asterisk did not carry out a command',
    {
      details: { doing, status: outcome.status, detail: outcome.detail }
    }
  )
}
