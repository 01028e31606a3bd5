import type { PlaybackId } from '../domain/ids.ts'

/** A stopped or finished playback is told within milliseconds; the rest is for a machine under load. */
const MARGIN_MS = 2000

/**
 * The running playbacks of one channel. Each is finished exactly once: by Asterisk's word or, when that never comes
 * (`res_stasis_playback.c` says nothing after a medium it cannot open), by a watchdog.
 */
export class Playbacks {
  readonly #watchdogs = new Map<PlaybackId, NodeJS.Timeout>()
  readonly #onFinished: (id: PlaybackId, failed: boolean) => void

  constructor(onFinished: (id: PlaybackId, failed: boolean) => void) {
    this.#onFinished = onFinished
  }

  get size(): number {
    return this.#watchdogs.size
  }

  get ids(): readonly PlaybackId[] {
    return [...this.#watchdogs.keys()]
  }

  has(id: PlaybackId): boolean {
    return this.#watchdogs.has(id)
  }

  begin(id: PlaybackId, expectedMs: number): void {
    const lost = () => this.finish(id, true)
    // Playbacks of one channel run one after the other.
    this.#watchdogs.set(id, setTimeout(lost, expectedMs + MARGIN_MS))
  }

  /** It never began: nobody is told. */
  forget(id: PlaybackId): void {
    clearTimeout(this.#watchdogs.get(id))
    this.#watchdogs.delete(id)
  }

  /** Late or repeated news of a playback is ignored. */
  finish(id: PlaybackId, failed: boolean): void {
    if (!this.#watchdogs.has(id)) return
    this.forget(id)
    this.#onFinished(id, failed)
  }

  clear(): void {
    for (const id of this.ids) this.forget(id)
  }
}
