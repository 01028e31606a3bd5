import type { Wait } from '../../domain/caller.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import type { Stay } from './call-script.ts'

/** A wait whose positions and estimate are a script's. */
export class SimulatedWait implements Wait {
  readonly queue: string
  readonly play: Wait['play']
  readonly #stay: Stay
  readonly #clock: Clock
  readonly #since: number

  constructor(queue: string, stay: Stay, clock: Clock, play: Wait['play']) {
    this.queue = queue
    this.play = play
    this.#stay = stay
    this.#clock = clock
    this.#since = clock.now()
  }

  position(): number | undefined {
    const { positions = [], afterMs } = this.#stay
    const index = Math.floor((this.#waitedMs() / Math.max(1, afterMs)) * positions.length)
    return positions[Math.min(index, positions.length - 1)]
  }

  estimateMs(): number | undefined {
    const { estimateMs } = this.#stay
    return estimateMs === undefined ? undefined : Math.max(0, estimateMs - this.#waitedMs())
  }

  #waitedMs(): number {
    return this.#clock.now() - this.#since
  }
}
