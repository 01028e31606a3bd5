/** A caller and an agent take a port each for RTP and for RTCP. */
const PORTS_OF_A_CALL = 4

/** How many calls can be heard at once. Beyond them an agent's phone could not be rung for a caller who has a port. */
export function audibleCalls({ from, to }: { readonly from: number; readonly to: number }): number {
  return Math.floor((to - from + 1) / PORTS_OF_A_CALL)
}
