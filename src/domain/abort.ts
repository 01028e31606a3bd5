type Listener = () => void

/**
 * What everything that waits listens to: ours (`Abort`) or a real one. It is no AbortSignal, so that the compiler refuses one of ours where other
 * people's code looks inside of a real one: `fetch`, `AbortSignal.any`, undici, programs, Node's timers. What is handed to those is a `RealSignal`.
 */
export interface Signal {
  readonly aborted: boolean
  /** Set when it is aborted. */
  readonly reason: unknown
  throwIfAborted(): void
  addEventListener(type: 'abort', listener: Listener, options?: { readonly once: true }): void
  removeEventListener(type: 'abort', listener: Listener): void
}

/** One of an AbortController: for what is not ours, and from its first line to there. Biome's config refuses the other name for it in our rooms. */
export type RealSignal = AbortSignal

/**
 * An AbortController and its signal in one object of ours. A call goes through a dozen of them, and Node's cost 40 µs each, ours less than one: its signals
 * change their prototype when they are made (`createAbortSignal`), which V8 never makes quick.
 */
export class Abort implements Signal {
  #aborted = false
  #reason: unknown
  #listeners: Set<Listener> | undefined

  get signal(): Signal {
    return this
  }

  get aborted(): boolean {
    return this.#aborted
  }

  get reason(): unknown {
    return this.#reason
  }

  throwIfAborted(): void {
    if (this.#aborted) throw this.#reason
  }

  /** The first reason counts. */
  abort(reason: unknown): void {
    if (this.#aborted) return
    this.#aborted = true
    this.#reason = reason
    const listeners = this.#listeners
    if (listeners === undefined) return
    for (const listener of listeners) tell(listener)
    listeners.clear()
  }

  /** There is one event, and it comes once. */
  addEventListener(_type: 'abort', listener: Listener): void {
    if (this.#aborted) return
    this.#listeners ??= new Set()
    this.#listeners.add(listener)
  }

  removeEventListener(_type: 'abort', listener: Listener): void {
    this.#listeners?.delete(listener)
  }

  /** How many listen: the leak guard's question. */
  get size(): number {
    return this.#listeners?.size ?? 0
  }
}

/** One that throws does not keep it from the others, and is an uncaught exception as with Node's. */
function tell(listener: Listener): void {
  try {
    listener()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}

/** Aborts with the first of two. It listens to both until it does, or is disposed of. */
export class Either extends Abort implements Disposable {
  readonly #both: readonly Signal[]
  readonly #follow = () => this.#take()

  constructor(...both: readonly [Signal, Signal]) {
    super()
    this.#both = both
    if (both.some(({ aborted }) => aborted)) this.#take()
    else for (const signal of both) signal.addEventListener('abort', this.#follow, { once: true })
  }

  [Symbol.dispose](): void {
    for (const signal of this.#both) signal.removeEventListener('abort', this.#follow)
  }

  #take(): void {
    this[Symbol.dispose]()
    this.abort(this.#both.find(({ aborted }) => aborted)?.reason)
  }
}
