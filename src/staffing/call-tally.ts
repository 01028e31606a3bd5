import { LevelOverTime } from './level-over-time.ts'

/** What one replication says of one kind of calls. Shares are of the calls that entered unless they say otherwise; undefined when there was none. */
export interface CallFigures {
  readonly offered: number
  /** Share of all calls offered that found no line free or the queue full. */
  readonly blocked: number | undefined
  /** Answered within the target. */
  readonly serviceLevel: number | undefined
  /** Average speed of answer: mean wait of those who were answered, in milliseconds. */
  readonly answerMs: number | undefined
  /** Mean wait of all who entered, however it ended, in milliseconds. */
  readonly waitMs: number | undefined
  /** Found nobody free at once. */
  readonly delayed: number | undefined
  readonly abandoned: number | undefined
  /** Left when the longest stay of the queue was over. */
  readonly timedOut: number | undefined
  /** Mean number of callers waiting, those included whose agent's phone is ringing. */
  readonly queueLength: number
}

/** Counts the calls of one kind that arrive within the window, to their end. */
export class CallTally {
  readonly waiting: LevelOverTime
  readonly #targetMs: number
  readonly #counts = {
    offered: 0,
    blocked: 0,
    delayed: 0,
    answered: 0,
    inTime: 0,
    abandoned: 0,
    timedOut: 0,
    answerMs: 0,
    waitMs: 0
  }

  constructor(targetMs: number, from: number, until: number) {
    this.#targetMs = targetMs
    this.waiting = new LevelOverTime(from, until)
  }

  offered(): void {
    this.#counts.offered++
  }

  blocked(): void {
    this.#counts.blocked++
  }

  /** Nobody was free at once. */
  delayed(): void {
    this.#counts.delayed++
  }

  ended(exit: 'answered' | 'abandoned' | 'timedOut', waitedMs: number): void {
    const counts = this.#counts
    counts.waitMs += waitedMs
    counts[exit]++
    if (exit !== 'answered') return
    counts.answerMs += waitedMs
    if (waitedMs <= this.#targetMs) counts.inTime++
  }

  figures(now: number): CallFigures {
    return figuresOf(this.#counts, this.waiting.average(now))
  }

  /** Over several kinds together: each call counts once. */
  static figuresOfAll(tallies: readonly CallTally[], now: number): CallFigures {
    const over = (count: keyof Counts) => tallies.reduce((sum, tally) => sum + tally.#counts[count], 0)
    const sums: Counts = {
      offered: over('offered'),
      blocked: over('blocked'),
      delayed: over('delayed'),
      answered: over('answered'),
      inTime: over('inTime'),
      abandoned: over('abandoned'),
      timedOut: over('timedOut'),
      answerMs: over('answerMs'),
      waitMs: over('waitMs')
    }
    return figuresOf(
      sums,
      tallies.reduce((sum, tally) => sum + tally.waiting.average(now), 0)
    )
  }
}

type Counts = Readonly<
  Record<'offered' | 'blocked' | 'delayed' | 'answered' | 'inTime' | 'abandoned' | 'timedOut' | 'answerMs' | 'waitMs', number>
>

function figuresOf(counts: Counts, queueLength: number): CallFigures {
  const entered = counts.offered - counts.blocked
  return {
    offered: counts.offered,
    blocked: share(counts.blocked, counts.offered),
    serviceLevel: share(counts.inTime, entered),
    answerMs: share(counts.answerMs, counts.answered),
    waitMs: share(counts.waitMs, entered),
    delayed: share(counts.delayed, entered),
    abandoned: share(counts.abandoned, entered),
    timedOut: share(counts.timedOut, entered),
    queueLength
  }
}

function share(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole
}
