import { Abort, type Signal } from '../domain/abort.ts'

/**
 * A signal below another one: it aborts with its parent, or by itself with a reason of its own. Dispose it, so that
 * a long call does not collect the listeners of all that it ever waited for.
 */
export class ChildAbort implements Disposable {
  readonly #own = new Abort()
  readonly #parent: Signal
  readonly #follow = () => this.#own.abort(this.#parent.reason)
  #endedHere = false

  constructor(parent: Signal) {
    this.#parent = parent
    if (parent.aborted) this.#follow()
    else parent.addEventListener('abort', this.#follow, { once: true })
  }

  get signal(): Signal {
    return this.#own
  }

  /** The first reason counts: nothing happens when the parent, or somebody here, was first. */
  abort(reason: unknown): void {
    if (this.#own.aborted) return
    this.#endedHere = true
    this.#own.abort(reason)
  }

  /** Whether it was `reason` that ended this, and not the parent, which may have one that is the same: reasons that mean one thing are made once. */
  endedBy(reason: unknown): boolean {
    return this.#endedHere && this.#own.reason === reason
  }

  [Symbol.dispose](): void {
    this.#parent.removeEventListener('abort', this.#follow)
  }
}
