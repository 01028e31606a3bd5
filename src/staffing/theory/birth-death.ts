/** How far the states are followed: less than this of the whole lies beyond. */
const NEGLIGIBLE = 1e-18
const STATES_MAX = 10_000_000

/**
 * Probabilities of 0, 1, 2 … in the system when it grows with rate `up(n)` and shrinks with `down(n)`: p(n+1) = p(n)·up(n)/down(n+1).
 * Built outwards from its peak and scaled at the end, so that no load overflows; cut where the rest is negligible.
 */
export function birthDeath(up: (n: number) => number, down: (n: number) => number, statesMax = STATES_MAX): number[] {
  const weights = [1]
  let [sum, peak] = [1, 1]
  for (let n = 0; n + 1 < statesMax; n++) {
    const ratio = up(n) / down(n + 1)
    let weight = (weights[n] ?? 0) * ratio
    if (weight > 1e200) {
      for (let i = 0; i <= n; i++) weights[i] = (weights[i] ?? 0) * 1e-200
      ;[weight, sum, peak] = [weight * 1e-200, sum * 1e-200, peak * 1e-200]
    }
    if (weight === 0) break
    weights.push(weight)
    sum += weight
    peak = Math.max(peak, weight)
    // Past the peak the rest is smaller than a geometric series of this ratio.
    if (ratio < 1 && weight / (1 - ratio) < NEGLIGIBLE * sum) break
  }
  return weights.map((weight) => weight / sum)
}
