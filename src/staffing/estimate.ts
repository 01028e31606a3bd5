import { studentQuantile } from './student-t.ts'

/** A figure with its confidence interval: mean ± halfWidth. */
export interface Estimate {
  readonly mean: number
  readonly halfWidth: number
}

/**
 * The mean over independent replications and Student's interval for it: mean ± t(n-1) · s / √n (Law, Simulation Modeling and
 * Analysis, §9.4.1). Replications in which the figure is not defined (no calls) are left out. Undefined with fewer than two.
 */
export function estimate(values: readonly (number | undefined)[], confidence: number): Estimate | undefined {
  const known = values.filter((value) => value !== undefined)
  const count = known.length
  if (count < 2) return undefined
  const mean = known.reduce((sum, value) => sum + value, 0) / count
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1)
  return { mean, halfWidth: studentQuantile(confidence, count - 1) * Math.sqrt(variance / count) }
}
