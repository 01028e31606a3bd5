/** How many calls outside there may be. */
export interface OutsideCaps {
  readonly perMinute: number
  readonly perDestination: number
  /** The time of `perDestination`. */
  readonly withinMs: number
}

/** What one more call would exceed. */
export type OutsideCap = 'per-minute' | 'per-destination'

const MINUTE_MS = 60_000

/** The calls outside of late, over sliding times. It holds no more than the caps let through. */
export class OutsideTally {
  #all: readonly number[] = []
  readonly #destinations = new Map<string, readonly number[]>()
  #sweptAt = 0

  /** Which cap one more call would exceed at that moment. An undefined destination is not counted by itself. */
  reached(
    destination: string | undefined,
    { perMinute, perDestination, withinMs }: OutsideCaps,
    now: number
  ): OutsideCap | undefined {
    if (since(this.#all, now - MINUTE_MS).length >= perMinute) return 'per-minute'
    if (destination === undefined) return undefined
    return since(this.#destinations.get(destination) ?? [], now - withinMs).length >= perDestination
      ? 'per-destination'
      : undefined
  }

  /** Counts one. */
  count(destination: string | undefined, { withinMs }: OutsideCaps, now: number): void {
    this.#all = [...since(this.#all, now - MINUTE_MS), now]
    if (destination !== undefined) {
      this.#destinations.set(destination, [...since(this.#destinations.get(destination) ?? [], now - withinMs), now])
    }
    if (now - this.#sweptAt < MINUTE_MS) return
    this.#sweptAt = now
    for (const [one, times] of this.#destinations) {
      if (since(times, now - withinMs).length === 0) this.#destinations.delete(one)
    }
  }
}

/** What a SIP address is counted as: the same for other ports, schemes and international prefixes. */
export function destinationOf(uri: string): string {
  return uri
    .replace(/^sips?:(\+|00)?/, '')
    .replace(/[:;][^@]*$/, '')
    .toLowerCase()
}

function since(times: readonly number[], from: number): readonly number[] {
  const first = times.findIndex((at) => at > from)
  if (first <= 0) return first === 0 ? times : []
  return times.slice(first)
}
