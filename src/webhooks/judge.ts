import type { PostOutcome } from '../domain/ports/http-post.ts'
import type { WebhookSettings } from '../domain/webhook.ts'
import { type BackOff, backOffMs } from './back-off.ts'
import type { Waiting } from './entry.ts'
import type { Settled } from './outbox.ts'

/** How long a receiver may ask to be left alone. */
const RETRY_AFTER_MAX_MS = 24 * 3_600_000

export interface Verdict {
  readonly settled: Settled
  /** The receiver wants nothing more, ever: it answered 410. */
  readonly gone: boolean
  /** The receiver asked to be left alone until then, with whatever it is. */
  readonly notBefore?: number
}

export interface JudgeAround {
  readonly settings: Pick<WebhookSettings, 'attemptsMax'>
  readonly backOff: BackOff
  readonly now: number
  random(): number
}

/** What follows from one attempt. Whatever is not 2xx is tried again; what a receiver refuses today it may take once it is mended. */
export function judge(outcome: PostOutcome, { tries }: Pick<Waiting, 'tries'>, around: JudgeAround): Verdict {
  const { settings, backOff, now, random } = around
  const status = outcome.kind === 'answered' ? outcome.status : undefined
  const tried = { at: now, tried: true, ...(status !== undefined && { status }) }
  if (status !== undefined && status >= 200 && status < 300) return { settled: { ...tried, state: 'delivered' }, gone: false }

  const problem = outcome.kind === 'failed' ? outcome.problem : 'status'
  // It waits on: whoever lets the webhook go on again, after a mistake or with another address, loses nothing.
  if (status === 410) return { settled: { ...tried, state: 'waiting', problem }, gone: true }
  if (tries + 1 >= settings.attemptsMax) return { settled: { ...tried, state: 'dead', problem }, gone: false }

  const asked = outcome.kind === 'answered' ? Math.min(outcome.retryAfterMs ?? 0, RETRY_AFTER_MAX_MS) : 0
  const nextAt = now + Math.max(asked, backOffMs(tries + 1, backOff, random))
  return {
    settled: { ...tried, state: 'waiting', problem, nextAt },
    gone: false,
    ...(asked > 0 && (status === 429 || status === 503) && { notBefore: now + asked })
  }
}
