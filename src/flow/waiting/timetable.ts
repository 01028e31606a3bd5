import type { Rhythm } from '../../domain/waiting.ts'

interface Entry<Item> {
  readonly item: Item
  due: number
}

/** Whose turn it is to be said, and when. Each item has a rhythm of its own; between two there is a gap. */
export class Timetable<Item extends Rhythm> {
  readonly #entries: readonly Entry<Item>[]
  readonly #gapMs: number
  #quietUntil: number

  /** Times count from `since`. Of two items that are due at once the first in the list goes first. */
  constructor(items: readonly Item[], gapMs: number, since: number) {
    this.#entries = items.map((item) => ({ item, due: since + item.firstMs }))
    this.#gapMs = gapMs
    this.#quietUntil = since
  }

  /** The next item and its time; undefined when nothing more is to be said. */
  next(): { readonly item: Item; readonly at: number } | undefined {
    let first: Entry<Item> | undefined
    for (const entry of this.#entries) if (first === undefined || entry.due < first.due) first = entry
    if (first === undefined || first.due === Number.POSITIVE_INFINITY) return undefined
    return { item: first.item, at: Math.max(first.due, this.#quietUntil) }
  }

  /** The item had its turn. `spoke`: something was said, so the gap begins. */
  done(item: Item, began: number, ended: number, spoke: boolean): void {
    const entry = this.#entries.find((each) => each.item === item)
    if (entry === undefined) return
    entry.due = item.everyMs === undefined ? Number.POSITIVE_INFINITY : began + item.everyMs
    if (spoke) this.#quietUntil = ended + this.#gapMs
  }
}
