import type { OverflowRule } from './waiting.ts'

/** How it stands for a caller in a queue. */
export interface QueueStanding {
  /** Since they came into this queue. */
  readonly waitedMs: number
  /** Callers before them. */
  readonly ahead: number
  readonly loggedOn: number
}

/** The first rule of which all conditions hold and whose queue may be gone to. */
export function overflowOf(
  rules: readonly OverflowRule[],
  { waitedMs, ahead, loggedOn }: QueueStanding,
  mayGoTo: (queue: string) => boolean
): OverflowRule | undefined {
  return rules.find(
    ({ queue, afterMs = 0, longerThan = -1, fewerAgentsThan = Number.POSITIVE_INFINITY }) =>
      waitedMs >= afterMs && ahead > longerThan && loggedOn < fewerAgentsThan && mayGoTo(queue)
  )
}

/** When a rule may begin to hold by the passing of time, after `waitedMs`; undefined: never again. */
export function nextLookMs(rules: readonly OverflowRule[], waitedMs: number): number | undefined {
  const later = rules.flatMap(({ afterMs }) => (afterMs !== undefined && afterMs > waitedMs ? afterMs : []))
  return later.length === 0 ? undefined : Math.min(...later)
}
