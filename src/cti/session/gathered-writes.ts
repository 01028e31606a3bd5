/** What a client is sent goes through this wire: a net.Socket, which writes what it was given between `cork` and `uncork` in one system call. */
export interface Wire {
  cork(): void
  uncork(): void
}

/** How long an event that nobody acts upon may wait for the next one. */
const GATHER_MS = 10

/** Wires that hold back what is written to them, all let go together after a moment, or one by one when something urgent goes over it. */
export class GatheredWrites {
  readonly #held = new Set<Wire>()
  #timer: NodeJS.Timeout | undefined

  /** From now on the wire holds back; for a moment only. */
  hold(wire: Wire): void {
    if (this.#held.has(wire)) return
    wire.cork()
    this.#held.add(wire)
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      for (const one of this.#held) this.letGo(one)
    }, GATHER_MS)
  }

  /** What the wire holds back is written. */
  letGo(wire: Wire): void {
    if (this.#held.delete(wire)) wire.uncork()
  }
}
