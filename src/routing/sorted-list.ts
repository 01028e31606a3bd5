/** Chunks hold at most twice this, and two neighbours together at least half of it, so that their number stays near size / CHUNK. */
const CHUNK = 256

/**
 * Items in order: a list of short sorted arrays. With n items and chunks of c, adding and deleting take log n comparisons
 * and the moving of c items, and every c-th time that of n / c chunks; rank adds up n / c lengths. Up to 10⁶ items this is
 * quicker than a tree, whose nodes lie all over the memory.
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
    if (this.#append(item)) return
    const index = Math.min(this.#chunkFor(item), this.#chunks.length - 1)
    const chunk = this.#chunks[index]
    if (chunk === undefined) {
      this.#chunks.push([item])
      return
    }
    chunk.splice(this.#placeIn(chunk, item), 0, item)
    if (chunk.length > 2 * CHUNK) this.#chunks.splice(index + 1, 0, chunk.splice(CHUNK))
  }

  /** Most come last: that takes one comparison. */
  #append(item: Item): boolean {
    const chunk = this.#chunks[this.#chunks.length - 1]
    const last = chunk?.[chunk.length - 1]
    if (chunk === undefined || last === undefined || chunk.length === 2 * CHUNK || this.#compare(last, item) >= 0) return false
    chunk.push(item)
    return true
  }

  /** Whether the item was in here. */
  delete(item: Item): boolean {
    // Most leave from the head: that takes no comparison.
    const atHead = this.first === item
    const index = atHead ? 0 : this.#chunkFor(item)
    const chunk = this.#chunks[index]
    if (chunk === undefined) return false
    const place = atHead ? 0 : this.#placeIn(chunk, item)
    if (chunk[place] !== item) return false
    if (place === 0) chunk.shift()
    else chunk.splice(place, 1)
    if (chunk.length < CHUNK / 4) this.#mergeAt(index)
    this.#size--
    return true
  }

  items(): Item[] {
    return this.#chunks.flat()
  }

  /** How many items come before the key. */
  rank(key: Key): number {
    const index = this.#chunkFor(key)
    let before = 0
    for (let i = 0; i < index; i++) before += this.#chunks[i]?.length ?? 0
    const chunk = this.#chunks[index]
    return chunk === undefined ? before : before + this.#placeIn(chunk, key)
  }

  /** The first item that satisfies; asks in order. */
  find(satisfies: (item: Item) => boolean): Item | undefined {
    for (const chunk of this.#chunks) {
      const found = chunk.find(satisfies)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** Joins a thin chunk with a thin neighbour, so that what was long once is not walked through empty for ever. */
  #mergeAt(index: number): void {
    for (let at = index; this.#chunks.length > 1 && at <= index + 1; at++) {
      const left = this.#chunks[at - 1]
      const right = this.#chunks[at]
      if (left === undefined || right === undefined || left.length + right.length > CHUNK / 2) continue
      left.push(...right)
      this.#chunks.splice(at, 1)
      return
    }
    if (this.#chunks[index]?.length === 0) this.#chunks.splice(index, 1)
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
