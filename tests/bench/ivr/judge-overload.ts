import type { Overload } from './measure-overload.ts'

/** What is promised: by then everybody is served again. */
const RECOVERED_MS = 5000

/** Calls that SIPp itself loses count here as well: as many may fail where a rate is held (`find-capacity.ts`). */
const LOST_SHARE = 0.001

/** What two packets of sound may lie further apart than before the rush: ten of them lost at once, a syllable. As where a server is killed (`tests/chaos`). */
const GAP_MS = 200

/** What was wrong with a rush, for people; nothing if it was lived through as it should be. */
export function wrongWith(rush: Overload): readonly string[] {
  const { recoveredAfterMs, emergencies, emergenciesNotServed, inCalls, inCallsLost, quiet, talks } = rush
  const { calls, notServed, refused } = rush
  const lost = notServed - refused
  const allowedMs = GAP_MS + talks.deafMs + quiet.longestSilenceMs
  return [
    ...(recoveredAfterMs === undefined ? ['callers were still turned away when we looked no longer'] : []),
    ...((recoveredAfterMs ?? 0) > RECOVERED_MS ? [`all were served again only after ${recoveredAfterMs} ms`] : []),
    ...(lost > calls * LOST_SHARE ? [`${lost} of ${calls} callers were neither served nor turned away`] : []),
    ...(emergenciesNotServed > 0 ? [`${emergenciesNotServed} of ${emergencies} emergencies were not served`] : []),
    ...(inCallsLost > 0 ? [`${inCallsLost} of ${inCalls} callers in the menu were cut off`] : []),
    ...(talks.cutOff > 0 ? [`${talks.cutOff} of ${talks.talks} talks were cut off`] : []),
    ...(talks.longestSilenceMs > allowedMs ? [`somebody in a talk heard nothing for ${talks.longestSilenceMs} ms`] : [])
  ]
}
