import type { AudioGaps } from './audio-gaps.ts'

/** How long the next server took, milliseconds. */
export interface Start {
  /** From the start of its process to its first `ready`. */
  readonly readyMs: number
  /** For so much of that its main thread could have gone on, and the processors were with others. */
  readonly waitedMs: number
}

/** What somebody heard over a kill. */
export interface Heard extends AudioGaps {
  readonly who: string
}

export interface KillLimits {
  readonly readyMs: number
  /** So much of the time for which it waited for a processor is added to that at most. */
  readonly waitedMs: number
  /** Of silence that is not explained by this process having been held up. */
  readonly pauseMs: number
  /** Of sound that a stream lacks. */
  readonly missingMs: number
}

/**
 * For a machine that may be busy with the callers themselves, as they are on it, too: of the time in which others had the processors a second is allowed for.
 * Late sound is bridged by what phones keep in hand; of 200 ms at a stretch they would have to repeat, or be silent.
 */
export const hardLimits: KillLimits = { readyMs: 3_000, waitedMs: 1_000, pauseMs: 200, missingMs: 200 }

/**
 * Beside other tests: the time that a start has to itself must be the same, and what it stood in line for a processor is whatever the others take. Asterisk stands
 * there, too, which is heard: the sound has twice the limit. What ends a talk, or its bridge, is far beyond that.
 */
export const busyLimits: KillLimits = { readyMs: 3_000, waitedMs: 20_000, pauseMs: 400, missingMs: 400 }

/** What a start and those who listened have beyond the limits, in sentences. */
export function beyond(
  { readyMs, waitedMs, pauseMs, missingMs }: KillLimits,
  start: Start,
  heard: readonly Heard[]
): readonly string[] {
  const allowed = readyMs + Math.min(start.waitedMs, waitedMs)
  return [
    ...(start.readyMs > allowed
      ? [
          `ready after ${start.readyMs} ms, of which it waited for a processor for ${start.waitedMs} ms; allowed are ${allowed} ms`
        ]
      : []),
    ...heard
      .filter(({ unexplainedMs }) => unexplainedMs > pauseMs)
      .map((one) => `${one.who} heard nothing for ${one.pauseMs} ms, ${one.unexplainedMs} ms of it in truth`),
    ...heard
      .filter((one) => one.missingMs > missingMs)
      .map((one) => `${one.who} is without ${one.missingMs} ms of sound (${one.lost} packets were lost)`)
  ]
}
