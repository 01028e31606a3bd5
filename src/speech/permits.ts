import type { Signal } from '../domain/abort.ts'

/** Lets a limited number of tasks run at once; the others wait in order. */
export class Permits {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(count: number) {
    this.#free = count
  }

  /** Runs the task when there is room. A wait that the signal ends takes no place. */
  async run<Value>(task: () => Promise<Value>, signal: Signal): Promise<Value> {
    await this.#take(signal)
    try {
      return await task()
    } finally {
      this.#giveBack()
    }
  }

  async #take(signal: Signal): Promise<void> {
    signal.throwIfAborted()
    if (this.#free > 0) {
      this.#free--
      return
    }
    await new Promise<void>((resolve, reject) => {
      const aborted = () => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1)
        reject(signal.reason)
      }
      const turn = () => {
        signal.removeEventListener('abort', aborted)
        resolve()
      }
      signal.addEventListener('abort', aborted, { once: true })
      this.#waiting.push(turn)
    })
  }

  #giveBack(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free++
    else next()
  }
}
