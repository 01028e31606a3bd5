interface Entry<Item> {
  readonly at: number
  readonly sequence: number
  readonly item: Item
}

/** What is to happen, earliest first; what is due at the same time comes in the order it was put in. A binary heap. */
export class EventHeap<Item> {
  readonly #entries: Entry<Item>[] = []
  #sequence = 0

  get size(): number {
    return this.#entries.length
  }

  /** When the next one is due. */
  get nextAt(): number | undefined {
    return this.#entries[0]?.at
  }

  push(at: number, item: Item): void {
    const entry = { at, sequence: this.#sequence++, item }
    const entries = this.#entries
    let place = entries.length
    entries.push(entry)
    while (place > 0) {
      const above = (place - 1) >>> 1
      const parent = entries[above]
      if (parent === undefined || !isBefore(entry, parent)) break
      entries[place] = parent
      place = above
    }
    entries[place] = entry
  }

  pop(): { readonly at: number; readonly item: Item } | undefined {
    const first = this.#entries[0]
    const last = this.#entries.pop()
    if (last !== undefined && this.#entries.length > 0) this.#sink(last)
    return first
  }

  /** Puts the entry at the top and lets it down to its place. */
  #sink(entry: Entry<Item>): void {
    const entries = this.#entries
    let place = 0
    for (;;) {
      const left = 2 * place + 1
      const [one, other] = [entries[left], entries[left + 1]]
      if (one === undefined) break
      const [child, below] = other !== undefined && isBefore(other, one) ? [other, left + 1] : [one, left]
      if (!isBefore(child, entry)) break
      entries[place] = child
      place = below
    }
    entries[place] = entry
  }
}

function isBefore<Item>(one: Entry<Item>, other: Entry<Item>): boolean {
  return one.at < other.at || (one.at === other.at && one.sequence < other.sequence)
}
