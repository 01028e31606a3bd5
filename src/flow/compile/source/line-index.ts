/** The lines of a text. */
export class LineIndex {
  readonly lines: readonly string[]
  readonly #starts: readonly number[]

  constructor(text: string) {
    this.lines = text.split(/\r?\n/)
    const starts = [0]
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) starts.push(end + 1)
    this.#starts = starts
  }

  /** Line and column of an offset, both from 1. */
  placeOf(offset: number): { readonly line: number; readonly column: number } {
    let low = 0
    let high = this.#starts.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#starts[middle] ?? 0) <= offset) low = middle + 1
      else high = middle
    }
    return { line: Math.max(1, low), column: offset - (this.#starts[low - 1] ?? 0) + 1 }
  }
}
