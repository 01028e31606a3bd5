type State = [number, number, number, number]

// Polynomials of the jumps, from the authors' xoshiro128starstar.c; a test derives both from the step itself.
const JUMP_64 = [0x8764000b, 0xf542d2d3, 0x6fa035c3, 0x77f2db5b]
const JUMP_96 = [0xb523952e, 0x0b6f099f, 0xccf5a0ef, 0x1c580662]

/**
 * Numbers by chance, the same ones for the same seed: xoshiro128** 1.1 (Blackman and Vigna, Scrambled Linear Pseudorandom
 * Number Generators, ACM TOMS 47(4), 2021; prng.di.unimi.it), seeded by SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
 */
export class Random {
  readonly #state: State

  /** Four words, not all 0. */
  constructor(state: Readonly<State>) {
    this.#state = [...state]
  }

  static seeded(seed: number): Random {
    const [one, other] = [splitMix(BigInt(seed), 1), splitMix(BigInt(seed), 2)]
    return new Random([low(one), low(one >> 32n), low(other), low(other >> 32n)])
  }

  /** The next 32 bits. */
  next(): number {
    const state = this.#state
    const result = Math.imul(rotate(Math.imul(state[1], 5), 7), 9) >>> 0
    const shifted = state[1] << 9
    state[2] ^= state[0]
    state[3] ^= state[1]
    state[1] ^= state[2]
    state[0] ^= state[3]
    state[2] ^= shifted
    state[3] = rotate(state[3], 11)
    return result
  }

  /** Between 0 and 1, never one of them, in steps of 2⁻⁵²: what an inverse distribution function may be asked. */
  uniform(): number {
    const high = this.next() >>> 6
    const low26 = this.next() >>> 6
    return (high * 2 ** 26 + low26 + 0.5) / 2 ** 52
  }

  /** A generator from here on, while this one goes 2⁶⁴ numbers ahead: the two never meet. */
  stream(): Random {
    const stream = new Random(this.#state)
    this.#jump(JUMP_64)
    return stream
  }

  /** As `stream`, 2⁹⁶ numbers ahead: room for as many streams as anybody wants. */
  family(): Random {
    const family = new Random(this.#state)
    this.#jump(JUMP_96)
    return family
  }

  #jump(polynomial: readonly number[]): void {
    const sum: State = [0, 0, 0, 0]
    for (const word of polynomial) {
      for (let bit = 0; bit < 32; bit++) {
        if ((word & (1 << bit)) !== 0) for (const i of [0, 1, 2, 3] as const) sum[i] ^= this.#state[i]
        this.next()
      }
    }
    for (const i of [0, 1, 2, 3] as const) this.#state[i] = sum[i]
  }
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by))
}

/** The output number `index` (from 1) of SplitMix64. */
export function splitMix(seed: bigint, index: number): bigint {
  const wrap = (value: bigint) => BigInt.asUintN(64, value)
  let z = wrap(seed + BigInt(index) * 0x9e3779b97f4a7c15n)
  z = wrap((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n)
  z = wrap((z ^ (z >> 27n)) * 0x94d049bb133111ebn)
  return z ^ (z >> 31n)
}

function low(value: bigint): number {
  return Number(BigInt.asUintN(32, value))
}
