/** A key is told again when the one before it has been played out (80 ms at least) and a gap of 45 ms has passed; longer when several wait for that. */
const AGAIN_MS = 300

interface Told {
  readonly digit: string
  readonly durationMs: number
  readonly at: number
}

/**
 * Knows the second telling of a key. While no file plays, and so over music on hold, Asterisk tells a key that follows quickly upon another,
 * puts it back and tells it again with the same length (main/channel.c: __ast_read, queue_dtmf_readq). Fingers do not press one key
 * twice that quickly for exactly as long.
 */
export class ToldTwice {
  #told: Told[] = []

  /** Whether this is a key that was told before. `exposed`: nothing keeps Asterisk from telling it again. */
  isSecond(digit: string, durationMs: number, at: number, exposed: boolean): boolean {
    this.#told = this.#told.filter((each) => at - each.at < AGAIN_MS)
    const first = this.#told.findIndex((each) => each.digit === digit && each.durationMs === durationMs)
    if (first >= 0) this.#told.splice(first, 1)
    else if (exposed) this.#told.push({ digit, durationMs, at })
    return first >= 0
  }
}
