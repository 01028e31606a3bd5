/** Wait before the next attempt. Times in milliseconds. */
export interface BackOff {
  readonly firstMs: number
  readonly maxMs: number
}

/** After that many failures, 1 for the first: it doubles, and chance takes away up to half, so that many do not come back at once. */
export function backOffMs(failures: number, { firstMs, maxMs }: BackOff, random: () => number): number {
  const whole = Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 40))
  return Math.round(whole * (1 - random() / 2))
}
