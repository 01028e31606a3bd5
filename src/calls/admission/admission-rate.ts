import type { OverloadRules, Strain } from '../../domain/overload.ts'

/** How many callers a second are let in, and what that goes by. Infinity: everybody. */
export interface AdmissionRate {
  readonly perSecond: number
  /** Looks in a row at which we were strained. */
  readonly strained: number
}

export const everybody: AdmissionRate = { perSecond: Number.POSITIVE_INFINITY, strained: 0 }

/** How often we look; all below counts in looks. */
export const LOOK_MS = 250

/** One stall is a garbage collection. */
const STRAINED_LOOKS = 2
const LESS = 0.7
/** Doubles within two seconds. */
const MORE = 1.1
/** Strain has gone when delays are below this share of what counts as strain; in between nothing changes. */
const EASED = 0.5
/** The limit is lifted when so many times more could come in than want to. */
const ROOM = 2

/**
 * The rate after another look (RFC 7415 §3.5 leaves the algorithm open; this is additive and multiplicative increase, multiplicative decrease):
 *
 *   strained, twice in a row   a good deal less than was let in, but never less than `leastPerSecond`
 *   in between                 as it was
 *   eased                      a little more; everybody, once far more could come in than want to
 *
 * Pure: `wanted` and `admitted` are callers of the last second.
 */
export function nextRate(
  { perSecond, strained }: AdmissionRate,
  strain: Strain,
  { wanted, admitted }: { readonly wanted: number; readonly admitted: number },
  rules: OverloadRules
): AdmissionRate {
  const level = Math.max(strain.loopDelayMs / rules.loopDelayMs, strain.commandDelayMs / rules.commandDelayMs)
  if (level > 1) {
    const looks = strained + 1
    if (looks % STRAINED_LOOKS !== 0) return { perSecond, strained: looks }
    const less = LESS * Math.min(perSecond, Math.max(admitted, rules.leastPerSecond))
    return { perSecond: Math.max(less, rules.leastPerSecond), strained: looks }
  }
  if (level > EASED || perSecond === Number.POSITIVE_INFINITY) return { perSecond, strained: 0 }
  const more = perSecond * MORE + 1
  return { perSecond: more > ROOM * Math.max(wanted, rules.leastPerSecond) ? Number.POSITIVE_INFINITY : more, strained: 0 }
}
