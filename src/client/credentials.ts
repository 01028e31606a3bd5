import type { ClientOptions } from './client-options.ts'

/** Part of the time left after which a new token is fetched: the rest is for trying again. */
const SHARE = 0.8
const LEFT_MIN_MS = 100
/** The longest time a timer can hold. */
const TIMER_MAX_MS = 2 ** 31 - 1

interface Around {
  renew(token: string): Promise<{ readonly expiresAt: number }>
  /** The time at the server. */
  now(): number
  /** The session was not renewed for this reason. */
  onProblem(problem: unknown): void
}

/** The token of a session: fetched for each connection, and renewed before the session ends. */
export class Credentials {
  readonly #fetch: ClientOptions['token']
  readonly #around: Around
  #token: string | undefined
  #refused: string | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(fetch: ClientOptions['token'], around: Around) {
    this.#fetch = fetch
    this.#around = around
  }

  /** A token to open the session with; undefined when there is none but the one that was refused. Rejects as `token` of the options does. */
  async fetch(): Promise<string | undefined> {
    const token = await this.#fetch(this.#token !== undefined && this.#token === this.#refused ? 'refused' : 'opening')
    if (token === this.#refused) return undefined
    this.#token = token
    return token
  }

  /** The server has not taken the token, or does not any more. */
  refuse(): void {
    this.#refused = this.#token
  }

  /** The session ends at that time of the server. With too little left for a renewal, its end is waited for. */
  endAt(expiresAt: number): void {
    this.stop()
    const leftMs = expiresAt - this.#around.now()
    if (leftMs < LEFT_MIN_MS) return
    const timer = setTimeout(
      async () => {
        const at = await this.#renew(expiresAt)
        // Meanwhile the connection may have been lost, or the next one have begun its own count.
        if (at !== undefined && this.#timer === timer) this.endAt(at)
      },
      Math.min(leftMs * SHARE, TIMER_MAX_MS)
    )
    this.#timer = timer
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  /** Returns when the session ends from now on, however it went; undefined when nobody is signed in any more. */
  async #renew(expiresAt: number): Promise<number | undefined> {
    try {
      const token = await this.#fetch('expiring')
      if (token === undefined) return undefined
      if (token === this.#token) return expiresAt
      const renewed = await this.#around.renew(token)
      this.#token = token
      return renewed.expiresAt
    } catch (problem) {
      // Told, and tried again in what time is left; the end of the session would bring the matter up too.
      this.#around.onProblem(problem)
      return expiresAt
    }
  }
}
