import { Abort, type Signal } from '../../domain/abort.ts'
import { type Callback, type CallbackOutcome, isOver, mayFollow } from '../../domain/callback.ts'
import { AppError } from '../../domain/errors.ts'
import { EventFeed } from '../../domain/event-feed.ts'
import type { Log } from '../../domain/log.ts'
import type { CallbackStore } from '../../domain/ports/callbacks.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import { CallEnded } from '../../domain/termination.ts'

/** Between two tries to write what the database did not take. */
const WRITE_AGAIN_MS = 2_000

type Change = Partial<Omit<Callback, 'id' | 'revision' | 'state'>>

/** What an entry needs of its book. */
export interface EntryOptions {
  readonly store: CallbackStore
  readonly clock: Clock
  readonly log: Log
  readonly onChange: (callback: Callback, previous: Callback) => void
}

/**
 * One callback that is not over, and the signal under which everything of it runs. It changes in memory at once; what it has become is
 * written behind it, in order, and again until the database takes it.
 */
export class CallbackEntry {
  /** Why it was ended from outside, as soon as that is decided. */
  ending: CallbackOutcome | 'server-stops' | 'changed-elsewhere' | undefined
  readonly #options: EntryOptions
  readonly #over = new Abort()
  readonly #closing = new Abort()
  #callback: Callback
  #written: number
  #writing: Promise<void> | undefined
  readonly #freed = new EventFeed<'freed'>()
  #held = false

  constructor(callback: Callback, options: EntryOptions) {
    this.#callback = callback
    this.#written = callback.revision
    this.#options = options
  }

  get callback(): Callback {
    return this.#callback
  }

  get signal(): Signal {
    return this.#over.signal
  }

  /** The call in which it was booked is still up: nobody can be called there. */
  get heldByCall(): boolean {
    return this.#held
  }

  hold(): void {
    this.#held = true
  }

  free(): void {
    this.#held = false
    this.#freed.publish('freed')
  }

  /** Resolves when the call in which it was booked is over. */
  async freed(signal: Signal): Promise<void> {
    using freed = this.#freed.subscribe(() => true)
    if (this.#held) await freed.first(signal)
  }

  /** To another state, with what changes beside it. */
  move(state: Callback['state'], change: Change = {}): void {
    const previous = this.#callback
    if (previous.state !== state && !mayFollow(previous.state, state))
      throw new AppError('CALLBACK_STATE', 'server', 'A callback cannot go from one state to that other', {
        details: { id: previous.id, from: previous.state, to: state }
      })
    this.#callback = { ...previous, ...change, state, revision: previous.revision + 1 }
    this.#writing ??= this.#write()
    this.#options.onChange(this.#callback, previous)
  }

  /** Ends whatever goes on for it; the first reason counts. */
  end(ending: NonNullable<CallbackEntry['ending']>): void {
    if (this.ending !== undefined || isOver(this.#callback.state)) return
    this.ending = ending
    this.#over.abort(new CallEnded({ result: 'completed', reason: 'callback-released' }))
  }

  /** Resolves when the store has all changes so far. */
  async written(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing
  }

  /** Tries no more to write; what is not written is what a restart finds. */
  close(): void {
    this.#closing.abort(new Error('The server stops'))
  }

  async #write(): Promise<void> {
    const { store, clock, log } = this.#options
    let failures = 0
    while (this.#written < this.#callback.revision) {
      const callback = this.#callback
      try {
        if (!(await store.save(callback))) this.end('changed-elsewhere')
        this.#written = callback.revision
      } catch (err) {
        if (this.#closing.signal.aborted) break
        if (failures++ === 0) log.error({ err, callbackId: callback.id }, 'A callback cannot be written; it is tried again')
        // Closing ends the wait; the next round gives up.
        await clock.sleep(WRITE_AGAIN_MS, this.#closing.signal).catch(() => undefined)
      }
    }
    this.#writing = undefined
  }
}
