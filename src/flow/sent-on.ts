import { sentOnTooOften } from './faults.ts'

/** More than anybody is sent on in a call, by agents too. */
const sentOnMax = 100

/** Counts how often one call is sent on to a number of ours: where numbers come from expressions, no compiler sees the circle. */
export class SentOn {
  #times = 0

  /** Throws FLOW_LOOP when it was too often. */
  from(flow: string): void {
    if (++this.#times > sentOnMax) throw sentOnTooOften(flow, sentOnMax)
  }
}
