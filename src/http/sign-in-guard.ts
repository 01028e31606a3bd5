import type { Clock } from '../domain/ports/clock.ts'

/** Wrong passwords for one name within `WINDOW_MS` past which no further password is looked at. */
const FAILURES_MAX = 10
const WINDOW_MS = 60_000
/** Names and addresses remembered at most, so that guessing names fills no memory. */
const REMEMBERED_MAX = 100_000

/**
 * Keeps passwords from being guessed from many addresses at once, for names that exist and names that do not alike.
 * An address from which a user has signed in before is counted by itself, so that a stranger who guesses cannot lock them out there.
 */
export class SignInGuard {
  readonly #clock: Pick<Clock, 'now'>
  readonly #failures = new Map<string, { count: number; since: number }>()
  readonly #trusted = new Set<string>()

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  /** Whether a password of that user may be tried from there now; if not, in how many milliseconds. */
  waitMs(username: string, address: string): number {
    const failed = this.#failures.get(this.#key(username, address))
    if (failed === undefined || failed.count < FAILURES_MAX) return 0
    return Math.max(0, failed.since + WINDOW_MS - this.#clock.now())
  }

  failed(username: string, address: string): void {
    const key = this.#key(username, address)
    const now = this.#clock.now()
    const before = this.#failures.get(key)
    const goesOn = before !== undefined && now - before.since < WINDOW_MS
    this.#failures.delete(key)
    this.#failures.set(key, goesOn ? { count: before.count + 1, since: before.since } : { count: 1, since: now })
    forgetOldest(this.#failures)
  }

  succeeded(username: string, address: string): void {
    this.#trusted.add(pair(username, address))
    this.#failures.delete(pair(username, address))
    forgetOldest(this.#trusted)
  }

  #key(username: string, address: string): string {
    return this.#trusted.has(pair(username, address)) ? pair(username, address) : JSON.stringify([username])
  }
}

function pair(username: string, address: string): string {
  return JSON.stringify([username, address])
}

function forgetOldest(entries: Map<string, unknown> | Set<string>): void {
  if (entries.size <= REMEMBERED_MAX) return
  for (const oldest of entries.keys()) {
    entries.delete(oldest)
    return
  }
}
