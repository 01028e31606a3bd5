import type { AnnounceSettings } from '../../domain/waiting.ts'
import type { Saying } from './sentences.ts'

/** How it stands for a caller; what is not known is left out. */
export interface Standing {
  readonly position?: number
  readonly estimateMs?: number
}

/** What a caller has been told so far, as it was said: counted out or cut off at its limit, rounded. */
export interface Told {
  readonly ahead?: number
  readonly waitMs?: number
}

export interface Announcement {
  readonly sayings: readonly Saying[]
  readonly told: Told
}

const MINUTE_MS = 60_000

/** What is to be said of the standing, after what was said before. Nothing is said that is not known, nor what would only disappoint. */
export function announcementOf(settings: AnnounceSettings, { position, estimateMs }: Standing, told: Told): Announcement {
  const sayings: Saying[] = []
  let next = told
  const isNews = (value: number, before: number | undefined) => !settings.onlyWhenBetter || before === undefined || value < before

  if (settings.position && position !== undefined) {
    const ahead = Math.min(position - 1, settings.positionLimit + 1)
    if (isNews(ahead, told.ahead)) {
      sayings.push(placeSaying(position, settings.positionLimit))
      next = { ...next, ahead }
    }
  }
  if (settings.estimate && estimateMs !== undefined) {
    const waitMs = estimateMs > settings.estimateLimitMs ? Number.POSITIVE_INFINITY : roundedUp(estimateMs)
    if (isNews(waitMs, told.waitMs)) {
      sayings.push(waitSaying(waitMs, settings.estimateLimitMs))
      next = { ...next, waitMs }
    }
  }
  return { sayings, told: next }
}

/** People plan by minutes, and a longer wait by coarser steps; what is said is never less than what is expected. */
export function roundedUp(ms: number): number {
  const unit = ms <= 10 * MINUTE_MS ? MINUTE_MS : ms <= 30 * MINUTE_MS ? 5 * MINUTE_MS : 15 * MINUTE_MS
  return Math.max(1, Math.ceil(ms / unit)) * unit
}

function placeSaying(position: number, limit: number): Saying {
  const ahead = position - 1
  if (ahead > limit) return { sentence: 'far', values: { limit: { kind: 'count', value: limit, unit: 'people' } } }
  if (ahead === 0) return { sentence: 'next', values: {} }
  return {
    sentence: 'position',
    values: { position: { kind: 'ordinal', value: position }, ahead: { kind: 'count', value: ahead, unit: 'people' } }
  }
}

function waitSaying(waitMs: number, limitMs: number): Saying {
  return Number.isFinite(waitMs)
    ? { sentence: 'wait', values: { wait: { kind: 'duration', ms: waitMs } } }
    : { sentence: 'long', values: { limit: { kind: 'duration', ms: limitMs } } }
}
