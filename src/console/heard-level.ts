import { signal } from '@preact/signals'

/** Plays a stream and measures how loud it is: 0 … 1, ten times a second. */
export class HeardLevel {
  readonly level = signal(0)
  #audio: HTMLAudioElement | undefined
  #context: AudioContext | undefined
  #timer: ReturnType<typeof setInterval> | undefined

  open(stream: MediaStream): void {
    this.close()
    // Chromium feeds the analyser only when an element plays the stream as well.
    const audio = new Audio()
    audio.srcObject = stream
    void audio.play()
    this.#audio = audio

    const context = new AudioContext()
    const analyser = context.createAnalyser()
    analyser.fftSize = 1024
    context.createMediaStreamSource(stream).connect(analyser)
    const samples = new Float32Array(analyser.fftSize)
    this.#context = context
    this.#timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples)
      const loudness = Math.sqrt(samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length)
      this.level.value = Math.min(1, loudness * 4)
    }, 100)
  }

  close(): void {
    clearInterval(this.#timer)
    this.#audio?.pause()
    this.#audio = undefined
    // Closing tells nothing that anybody waits for.
    void this.#context?.close()
    this.#context = undefined
    this.level.value = 0
  }
}
