import { normalQuantile } from './normal-quantile.ts'

/** How long something takes, in milliseconds. */
export type Distribution =
  | { readonly kind: 'exponential'; readonly meanMs: number }
  | { readonly kind: 'lognormal'; readonly meanMs: number; readonly sdMs: number }
  | { readonly kind: 'fixed'; readonly ms: number }
  /** As measured: each value is as likely as the others. Not empty. */
  | { readonly kind: 'list'; readonly valuesMs: readonly number[] }

/** The inverse distribution function: one number between 0 and 1 makes one length of time, so equal numbers make comparable calls. */
export function inverseOf(distribution: Distribution): (uniform: number) => number {
  switch (distribution.kind) {
    case 'exponential':
      return (uniform) => -distribution.meanMs * Math.log1p(-uniform)
    case 'lognormal': {
      const { mu, sigma } = logScale(distribution.meanMs, distribution.sdMs)
      return (uniform) => Math.exp(mu + sigma * normalQuantile(uniform))
    }
    case 'fixed':
      return () => distribution.ms
    case 'list': {
      const sorted = distribution.valuesMs.toSorted((one, other) => one - other)
      return (uniform) => sorted[Math.floor(uniform * sorted.length)] ?? 0
    }
    default:
      return distribution satisfies never
  }
}

/** Mean, in milliseconds, and mean square. */
export function momentsOf(distribution: Distribution): { readonly mean: number; readonly square: number } {
  switch (distribution.kind) {
    case 'exponential':
      return { mean: distribution.meanMs, square: 2 * distribution.meanMs ** 2 }
    case 'lognormal':
      return { mean: distribution.meanMs, square: distribution.meanMs ** 2 + distribution.sdMs ** 2 }
    case 'fixed':
      return { mean: distribution.ms, square: distribution.ms ** 2 }
    case 'list': {
      const { valuesMs: values } = distribution
      return {
        mean: values.reduce((sum, value) => sum + value, 0) / values.length,
        square: values.reduce((sum, value) => sum + value ** 2, 0) / values.length
      }
    }
    default:
      return distribution satisfies never
  }
}

/** Mean and deviation of the logarithm, from those of the time itself: σ² = ln(1 + sd²/m²), μ = ln m - σ²/2. */
function logScale(mean: number, sd: number): { readonly mu: number; readonly sigma: number } {
  const variance = Math.log1p((sd / mean) ** 2)
  return { mu: Math.log(mean) - variance / 2, sigma: Math.sqrt(variance) }
}
