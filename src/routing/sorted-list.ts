/** Chunks stay between a half and twice this, so that moving their items costs about as much as finding them. */
const CHUNK = 256

/**
 * Items in order, with cheap insertion and removal anywhere and cheap rank: a list of short sorted arrays.
 * `compare` must tell any two items apart, and what it reads of an item must not change while the item is in here.
 */
export class SortedList<Key, Item extends Key> {
  readonly #compare: (one: Key, other: Key) => number
  readonly #chunks: Item[][] = []
  #size = 0

  constructor(compare: (one: Key, other: Key) => number) {
    this.#compare = compare
  }

  get size(): number {
    return this.#size
  }

  get first(): Item | undefined {
    return this.#chunks[0]?.[0]
  }

  add(item: Item): void {
    this.#size++
    const index = Math.min(this.#chunkFor(item), this.#chunks.length - 1)
    const chunk = this.#chunks[index]
    if (chunk === undefined) {
      this.#chunks.push([item])
      return
    }
    chunk.splice(this.#placeIn(chunk, item), 0, item)
    if (chunk.length > 2 * CHUNK) this.#chunks.splice(index + 1, 0, chunk.splice(CHUNK))
  }

  /** Whether the item was in here. */
  delete(item: Item): boolean {
    const index = this.#chunkFor(item)
    const chunk = this.#chunks[index]
    if (chunk === undefined) return false
    const place = this.#placeIn(chunk, item)
    if (chunk[place] !== item) return false
    chunk.splice(place, 1)
    if (chunk.length === 0) this.#chunks.splice(index, 1)
    this.#size--
    return true
  }

  /** How many items come before the key. */
  rank(key: Key): number {
    const index = this.#chunkFor(key)
    let before = 0
    for (let i = 0; i < index; i++) before += this.#chunks[i]?.length ?? 0
    const chunk = this.#chunks[index]
    return chunk === undefined ? before : before + this.#placeIn(chunk, key)
  }

  /** The first item that does not come before the key. */
  firstFrom(key: Key): Item | undefined {
    const chunk = this.#chunks[this.#chunkFor(key)]
    return chunk?.[this.#placeIn(chunk, key)]
  }

  /** The first item that satisfies; asks in order. */
  find(satisfies: (item: Item) => boolean): Item | undefined {
    for (const chunk of this.#chunks) {
      const found = chunk.find(satisfies)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** The first chunk whose last item does not come before the key; the number of chunks when there is none. */
  #chunkFor(key: Key): number {
    let low = 0
    let high = this.#chunks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const last = this.#chunks[middle]?.at(-1)
      if (last !== undefined && this.#compare(last, key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  #placeIn(chunk: readonly Item[], key: Key): number {
    let low = 0
    let high = chunk.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const item = chunk[middle]
      if (item !== undefined && this.#compare(item, key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}
