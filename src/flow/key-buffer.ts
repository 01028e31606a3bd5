import type { Signal } from '../domain/abort.ts'
import type { Caller } from '../domain/caller.ts'
import type { Clock } from '../domain/ports/clock.ts'
import { ChildAbort } from './child-abort.ts'
import type { Shortcut } from './flow.ts'

/** The key sequences of one flow, looked for in everything the caller presses while that flow has the call. */
export interface ShortcutWatch extends Disposable {
  /** The shortcut that was pressed and not yet taken. */
  pressed(): Shortcut | undefined
  /** Taken: look for the next one. */
  reset(): void
  /** Told at once when a sequence is complete; replaces the one before. */
  notify(onPressed: () => void): void
}

// A class, as those of domain/event-feed.ts.
class Watching implements ShortcutWatch {
  readonly shortcuts: readonly Shortcut[]
  found: Shortcut | undefined
  onPressed: () => void = () => {}
  readonly #all: Watching[]

  constructor(shortcuts: readonly Shortcut[], all: Watching[]) {
    this.shortcuts = shortcuts
    this.#all = all
    all.push(this)
  }

  pressed(): Shortcut | undefined {
    return this.found
  }

  reset(): void {
    this.found = undefined
  }

  notify(onPressed: () => void): void {
    this.onPressed = onPressed
  }

  [Symbol.dispose](): void {
    this.#all.splice(this.#all.indexOf(this), 1)
  }
}

const keyCame = new Error('The caller pressed a key')

/**
 * What the caller has pressed and no step has used yet. It fills from the first moment of the call, whether or not anything asks,
 * so that people who know the menus need not wait for them. A shortcut's keys are taken out as soon as they are complete.
 */
export class KeyBuffer implements Disposable {
  readonly #clock: Clock
  readonly #listeners = new Set<() => void>()
  readonly #watches: Watching[] = []
  readonly #source: Disposable
  #keys = ''
  #lastKeyAt = 0
  #unwanted: string | undefined

  constructor(caller: Pick<Caller, 'onDigit'>, clock: Clock) {
    this.#clock = clock
    this.#source = caller.onDigit((key) => this.#add(key))
  }

  get keys(): string {
    return this.#keys
  }

  get lastKeyAt(): number {
    return this.#lastKeyAt
  }

  /** All key sequences that a shortcut listens for just now. */
  get shortcutKeys(): readonly string[] {
    return this.#watches.flatMap(({ shortcuts }) => shortcuts.flatMap(({ keys }) => keys ?? []))
  }

  take(count: number): void {
    this.#keys = this.#keys.slice(count)
  }

  /** Ignores that key if it comes next: people finish a card number with # also where its length is fixed. */
  ignoreNext(key: string): void {
    if (this.#keys.startsWith(key)) this.take(key.length)
    else if (this.#keys === '') this.#unwanted = key
  }

  /** Forgets everything but the beginning of a shortcut, which is meant for no step. */
  clear(): void {
    this.#unwanted = undefined
    let start = 0
    while (start < this.#keys.length && !this.#begins(this.#keys.slice(start))) start++
    this.take(start)
  }

  /** Waits for the next key. False: none came in time. */
  async nextWithin(ms: number, signal: Signal): Promise<boolean> {
    return !(await this.untilKey((child) => this.#clock.sleep(ms, child), signal))
  }

  /** Does `work` until it ends or a key comes. Whether `work` came to its end. */
  async untilKey(work: (signal: Signal) => Promise<void>, signal: Signal): Promise<boolean> {
    const child = new ChildAbort(signal)
    const listener = () => child.abort(keyCame)
    this.#listeners.add(listener)
    try {
      await work(child.signal)
      return true
    } catch (error) {
      if (child.endedBy(keyCame)) return false
      throw error
    } finally {
      this.#listeners.delete(listener)
      child[Symbol.dispose]()
    }
  }

  /** Begins to look for a flow's shortcuts, also in what is buffered already. */
  watch(shortcuts: readonly Shortcut[]): ShortcutWatch {
    const watching = new Watching(shortcuts, this.#watches)
    for (let end = 1; end <= this.#keys.length; ) end = this.#match(watching, end) ? 1 : end + 1
    return watching
  }

  [Symbol.dispose](): void {
    this.#source[Symbol.dispose]()
    this.#listeners.clear()
  }

  #add(key: string): void {
    const unwanted = this.#unwanted
    this.#unwanted = undefined
    if (key === unwanted && !this.#begins(key)) return

    this.#keys += key
    this.#lastKeyAt = this.#clock.now()
    // The innermost flow first: a sub-flow may give the same keys a meaning of its own.
    if (this.#watches.toReversed().some((watching) => this.#match(watching, this.#keys.length))) return
    for (const listener of [...this.#listeners]) listener()
  }

  /** Takes a shortcut whose keys end at `end`, together with the half-typed input before it. */
  #match(watching: Watching, end: number): boolean {
    const typed = this.#keys.slice(0, end)
    const shortcut = watching.shortcuts.find(({ keys }) => keys !== undefined && typed.endsWith(keys))
    if (shortcut === undefined) return false
    this.take(end)
    watching.found = shortcut
    watching.onPressed()
    return true
  }

  #begins(keys: string): boolean {
    return this.shortcutKeys.some((sequence) => sequence.startsWith(keys))
  }
}
