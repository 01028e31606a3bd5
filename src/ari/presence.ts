/**
 * How far a channel has come.
 *
 *   expected ──create sent──▶ requested ──created or entered──▶ present ──destroyed──▶ gone
 *      └────────────────────── entered ───────────────────────────▲
 */
export class Presence {
  #state: 'expected' | 'requested' | 'present' | 'gone' = 'expected'
  #requestedAt = 0
  #settle: () => void = () => undefined
  /** Resolves when commands are accepted (StasisStart), or never will be. */
  readonly settled = new Promise<void>((resolve) => {
    this.#settle = resolve
  })

  get isGone(): boolean {
    return this.#state === 'gone'
  }

  /** Whether Asterisk must know the channel by now. */
  isOverdue(now: number, patienceMs: number): boolean {
    return this.#state === 'present' || (this.#state === 'requested' && now - this.#requestedAt > patienceMs)
  }

  requested(now: number): void {
    if (this.#state !== 'expected') return
    this.#state = 'requested'
    this.#requestedAt = now
  }

  /** The channel exists and we heard of it from Asterisk. */
  present(): void {
    if (this.#state === 'expected' || this.#state === 'requested') this.#state = 'present'
  }

  /** Asterisk refused to make the channel. */
  neverMade(): void {
    if (this.#state === 'requested') this.#state = 'expected'
  }

  entered(): void {
    this.#settle()
  }

  gone(): void {
    this.#state = 'gone'
    this.#settle()
  }
}
