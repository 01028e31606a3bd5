import type { Random } from './random.ts'

/** Calls per millisecond until a moment; the last piece ends the arrivals, or is for ever. */
export interface RatePiece {
  readonly untilMs: number
  readonly perMs: number
}

/**
 * Moments of arrival of a Poisson process whose rate changes with the time, by inversion of its cumulative rate
 * (Çinlar, Introduction to Stochastic Processes, 1975, §4.7): exact, and one number by chance for each call.
 */
export class Arrivals {
  readonly #pieces: readonly RatePiece[]
  readonly #random: Random
  #piece = 0
  #at = 0

  constructor(pieces: readonly RatePiece[], random: Random) {
    this.#pieces = pieces
    this.#random = random
  }

  /** When the next call comes. Undefined: no more. */
  next(): number | undefined {
    let left = -Math.log1p(-this.#random.uniform())
    for (; this.#piece < this.#pieces.length; this.#piece++) {
      const piece = this.#pieces[this.#piece]
      if (piece === undefined) break
      const inPiece = piece.perMs === 0 ? 0 : (piece.untilMs - this.#at) * piece.perMs
      if (left < inPiece) {
        this.#at += left / piece.perMs
        return this.#at
      }
      left -= inPiece
      this.#at = piece.untilMs
    }
    return undefined
  }
}
