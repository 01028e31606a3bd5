import type { Peaks } from '../domain/recording.ts'

const SAMPLES_PER_MS = 8
const FIRST_WINDOW_MS = 50
/** At most so many windows; twice as many are made into so many. */
const WINDOWS = 200
const LOUDEST = 32_768

/** The loudest sample of each window of a recording, for a picture of it; windows grow with the recording, so the picture stays small. */
export class PeakMeter {
  readonly #channels: number
  readonly #peaks: number[][]
  #windowMs = FIRST_WINDOW_MS
  #samples = 0

  constructor(channels: number) {
    this.#channels = channels
    this.#peaks = Array.from({ length: channels }, () => [])
  }

  /** Whole frames: 16-bit samples of all channels by turns. */
  hear(frames: Buffer): void {
    const frameBytes = 2 * this.#channels
    for (let at = 0; at < frames.length; at += frameBytes) {
      let window = Math.floor(this.#samples / (this.#windowMs * SAMPLES_PER_MS))
      if (window >= 2 * WINDOWS) {
        this.#halve()
        window = Math.floor(this.#samples / (this.#windowMs * SAMPLES_PER_MS))
      }
      for (let channel = 0; channel < this.#channels; channel++) {
        const peaks = this.#peaks[channel] as number[]
        const loud = Math.abs(frames.readInt16LE(at + 2 * channel))
        if (loud > (peaks[window] ?? -1)) peaks[window] = loud
      }
      this.#samples++
    }
  }

  get result(): Peaks {
    return {
      windowMs: this.#windowMs,
      channels: this.#peaks.map((peaks) => peaks.map((peak) => Math.round((peak / LOUDEST) * 1000) / 1000))
    }
  }

  #halve(): void {
    this.#windowMs *= 2
    for (const [channel, peaks] of this.#peaks.entries())
      this.#peaks[channel] = Array.from({ length: Math.ceil(peaks.length / 2) }, (_, n) =>
        Math.max(peaks[2 * n] ?? 0, peaks[2 * n + 1] ?? 0)
      )
  }
}
