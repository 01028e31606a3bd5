/** A quiet ring: two short notes every three seconds, made here so that no file is needed. */
export class RingTone {
  #context: AudioContext | undefined
  #timer: ReturnType<typeof setInterval> | undefined

  set(ringing: boolean): void {
    if (ringing === (this.#timer !== undefined)) return
    if (ringing) {
      this.#ring()
      this.#timer = setInterval(() => this.#ring(), 3000)
      return
    }
    clearInterval(this.#timer)
    this.#timer = undefined
    void this.#context?.close()
    this.#context = undefined
  }

  #ring(): void {
    this.#context ??= new AudioContext()
    for (const [start, pitch] of [
      [0, 660],
      [0.25, 880]
    ] as const) {
      this.#note(this.#context, this.#context.currentTime + start, pitch)
    }
  }

  #note(context: AudioContext, start: number, pitch: number): void {
    const volume = context.createGain()
    volume.gain.setValueAtTime(0, start)
    volume.gain.linearRampToValueAtTime(0.15, start + 0.02)
    volume.gain.exponentialRampToValueAtTime(0.001, start + 0.22)
    const note = context.createOscillator()
    note.frequency.value = pitch
    note.connect(volume).connect(context.destination)
    note.start(start)
    note.stop(start + 0.25)
  }
}
