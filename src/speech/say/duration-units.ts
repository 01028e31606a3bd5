/** How much of each unit, largest first. */
export type DurationUnits = readonly [days: number, hours: number, minutes: number, seconds: number]

/** A duration to the nearest second, taken apart. */
export function durationUnits(ms: number): DurationUnits {
  const seconds = Math.round(ms / 1000)
  return [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60]
}
