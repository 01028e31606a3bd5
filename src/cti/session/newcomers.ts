/** A connection's place among those that have not opened a session yet. */
export interface Place {
  readonly address: string
  /** The session is open, or the connection is gone. */
  leave(): void
  /** The token was not taken. */
  refused(): void
}

const WINDOW_MS = 60_000
/** Addresses remembered at most. */
const REMEMBERED_MAX = 100_000

export interface NewcomerLimits {
  /** Connections of one address that have not opened a session. */
  readonly freshPerAddress: number
  /** Tokens of one address that were not taken, per minute, past which it has to wait until the minute is over. */
  readonly refusedPerMinute: number
}

/** Who has connected and not said who they are, by address: many clients may share one, so the limits are wide. */
export class Newcomers {
  readonly #limits: NewcomerLimits
  readonly #fresh = new Map<string, number>()
  readonly #refused = new Map<string, { count: number; since: number }>()

  constructor(limits: NewcomerLimits) {
    this.#limits = limits
  }

  /** A place for a new connection; undefined when its address has too many, or has tried too many tokens. */
  arrive(address: string, now: number): Place | undefined {
    const fresh = this.#fresh.get(address) ?? 0
    const refused = this.#refused.get(address)
    if (refused !== undefined && now - refused.since >= WINDOW_MS) this.#refused.delete(address)
    else if (refused !== undefined && refused.count >= this.#limits.refusedPerMinute) return undefined
    if (fresh >= this.#limits.freshPerAddress) return undefined

    this.#fresh.set(address, fresh + 1)
    let here = true
    return {
      address,
      leave: () => {
        if (here) this.#leave(address)
        here = false
      },
      refused: () => this.#refuse(address, now)
    }
  }

  #leave(address: string): void {
    const left = (this.#fresh.get(address) ?? 1) - 1
    if (left === 0) this.#fresh.delete(address)
    else this.#fresh.set(address, left)
  }

  #refuse(address: string, now: number): void {
    const before = this.#refused.get(address)
    this.#refused.set(address, { count: (before?.count ?? 0) + 1, since: before?.since ?? now })
    if (this.#refused.size <= REMEMBERED_MAX) return
    for (const oldest of this.#refused.keys()) {
      this.#refused.delete(oldest)
      return
    }
  }
}
