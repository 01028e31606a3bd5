import type { Waiting } from './entry.ts'

/** The events of one thing, in order. Only its first is ever under way. */
export interface Lane {
  readonly waiting: Waiting[]
  busy: boolean
  /** When its first may be sent. */
  due: number
}

/** The part of the outbox that one webhook holds in memory. */
export class Lanes {
  readonly #lanes = new Map<string, Lane>()
  #size = 0

  /** Events held. */
  get size(): number {
    return this.#size
  }

  add(event: Waiting): void {
    const lane = this.#lanes.get(event.lane)
    this.#size++
    if (lane !== undefined) lane.waiting.push(event)
    else this.#lanes.set(event.lane, { waiting: [event], busy: false, due: event.nextAt })
  }

  /** A lane whose first event is due; the one that has been there longest. */
  due(now: number): Lane | undefined {
    for (const lane of this.#lanes.values()) if (!lane.busy && lane.due <= now) return lane
    return undefined
  }

  /** When the next lane is due; undefined when none waits. */
  nextDue(): number | undefined {
    let next: number | undefined
    for (const { busy, due } of this.#lanes.values()) if (!busy && (next === undefined || due < next)) next = due
    return next
  }

  /** The first event of that lane is over. */
  shift(lane: Lane): void {
    const done = lane.waiting.shift()
    if (done === undefined) return
    this.#size--
    const next = lane.waiting[0]
    if (next !== undefined) lane.due = next.nextAt
    else this.#lanes.delete(done.lane)
  }

  /** Whoever waited for the receiver to be well again waits no longer. */
  hurry(now: number): void {
    for (const lane of this.#lanes.values()) lane.due = Math.min(lane.due, now)
  }

  /** Forgets all but what is under way. */
  clear(): void {
    for (const [name, lane] of this.#lanes) {
      if (lane.busy) lane.waiting.length = 1
      else this.#lanes.delete(name)
    }
    this.#size = this.#lanes.size
  }

  /** Whether that event is under way. */
  isUnderWay({ lane, id }: Waiting): boolean {
    const found = this.#lanes.get(lane)
    return found?.busy === true && found.waiting[0]?.id === id
  }
}
