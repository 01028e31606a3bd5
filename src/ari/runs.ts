/** What is stopped or finished is told within milliseconds; the rest is for a machine under load. */
const MARGIN_MS = 2000

/**
 * What Asterisk does on one channel for a while: playbacks, recordings. Each is finished exactly once: by Asterisk's word or, when that
 * never comes (`res_stasis_playback.c` says nothing after a medium it cannot open), by a watchdog.
 */
export class Runs<Id extends string> {
  readonly #watchdogs = new Map<Id, NodeJS.Timeout>()
  readonly #onFinished: (id: Id, failed: boolean, untold: boolean) => void

  /** `untold`: nobody told us, but it must be over. */
  constructor(onFinished: (id: Id, failed: boolean, untold: boolean) => void) {
    this.#onFinished = onFinished
  }

  get size(): number {
    return this.#watchdogs.size
  }

  get ids(): readonly Id[] {
    return [...this.#watchdogs.keys()]
  }

  has(id: Id): boolean {
    return this.#watchdogs.has(id)
  }

  begin(id: Id, expectedMs: number): void {
    const lost = () => this.finish(id, true, true)
    // Those of one channel run one after the other.
    this.#watchdogs.set(id, setTimeout(lost, expectedMs + MARGIN_MS))
  }

  /** It never began: nobody is told. */
  forget(id: Id): void {
    clearTimeout(this.#watchdogs.get(id))
    this.#watchdogs.delete(id)
  }

  /** Late or repeated news is ignored. */
  finish(id: Id, failed: boolean, untold = false): void {
    if (!this.#watchdogs.has(id)) return
    this.forget(id)
    this.#onFinished(id, failed, untold)
  }

  clear(): void {
    for (const id of this.ids) this.forget(id)
  }
}
