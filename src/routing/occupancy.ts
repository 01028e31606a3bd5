/** How far back work counts: that of an hour ago weighs 1/e² as much as that of now. */
const MEMORY_MS = 1_800_000

type Activity = 'idle' | 'working' | 'away'

/**
 * The share of their time at which an agent was at work, the latest time weighing most. Time away counts as none at all.
 *
 *   working for t:  u → 1 − (1 − u) · e^(−t/MEMORY_MS)        idle for t:  u → u · e^(−t/MEMORY_MS)
 *
 * Of idle agents all shares fall by the same factor, so their order stays as it is while they are idle; `order` is the part
 * of it that does not change: ln u(t) + t/MEMORY_MS.
 */
export class Occupancy {
  #activity: Activity = 'away'
  #share = 0
  #since = 0
  #order = Number.NEGATIVE_INFINITY

  become(activity: Activity, now: number): void {
    const kept = Math.exp(-Math.max(0, now - this.#since) / MEMORY_MS)
    if (this.#activity === 'working') this.#share = 1 - (1 - this.#share) * kept
    if (this.#activity === 'idle') this.#share *= kept
    this.#activity = activity
    this.#since = now
    // Once, as idle agents are compared again and again.
    if (activity === 'idle') this.#order = this.#share === 0 ? Number.NEGATIVE_INFINITY : Math.log(this.#share) + now / MEMORY_MS
  }

  get away(): boolean {
    return this.#activity === 'away'
  }

  /** The lowest has been least at work; it compares agents who are idle. */
  get order(): number {
    return this.#order
  }
}
