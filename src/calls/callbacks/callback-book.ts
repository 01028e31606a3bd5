import { withValues } from '../../domain/attached-values.ts'
import { type Callback, type CallbackExit, type CallbackOutcome, type CallbackRefusal, isOver } from '../../domain/callback.ts'
import { type DialRules, isAllowedNumber, plainNumber } from '../../domain/dial-rules.ts'
import type { DomainEvent } from '../../domain/events.ts'
import type { CallbackId, CallId, ContactId } from '../../domain/ids.ts'
import type {
  CallbackCommands,
  CallbackDraft,
  CallbackFilter,
  CallbackStore,
  DeskCallbackRequest
} from '../../domain/ports/callbacks.ts'
import type { CallsOffice } from '../call/office.ts'
import type { CallTable } from '../call-table.ts'
import { CallbackEntry } from './callback-entry.ts'
import { endOf, serveCallback } from './callback-life.ts'

/** How many open callbacks are read at a start: far more than any centre can call. */
const OPEN_MAX = 100_000

/** Numbers of which a customer's own call serves the callback are compared by this many digits: prefixes differ by the way a call came. */
const SAME_DIGITS = 9

/** What a book takes of the office, and where it keeps callbacks. */
export interface BookOptions {
  readonly office: CallsOffice
  readonly store: CallbackStore
  readonly calls: Pick<CallTable, 'adopt' | 'callerOf'>
}

/** Every callback that is not over: takes wishes in, follows each to its end, and takes up after a restart what was left. */
export class CallbackBook implements CallbackCommands {
  readonly #options: BookOptions
  readonly #entries = new Map<CallbackId, CallbackEntry>()
  readonly #running = new Set<Promise<void>>()
  /** Who has reached an agent by themselves while what an earlier process left was not read yet, by number; unset as soon as it is. */
  #reached: Map<string, { readonly queue: string | undefined; readonly at: number }[]> | undefined = new Map()
  #stopped = false

  constructor(options: BookOptions) {
    this.#options = options
  }

  /** Takes up what an earlier process left: whatever it was doing, no attempt of it goes on. What was booked since is known. */
  async restore(): Promise<void> {
    const open = await this.#options.store.list({ open: true, limit: OPEN_MAX })
    const left = open.filter(({ id }) => !this.#entries.has(id))
    for (const callback of left) {
      const entry = this.#enter(callback)
      afterRestart(entry, this.#options.office.clock.now())
      if (this.#haveReachedUs(callback)) entry.end('called-in')
      this.#follow(entry)
    }
    this.#reached = undefined
    if (left.length > 0) this.#options.office.log.info({ callbacks: left.length }, 'Callbacks were taken up again')
  }

  async book(request: DeskCallbackRequest, by: string): Promise<CallbackExit> {
    const { office } = this.#options
    const { priority = 'normal', skills = {}, language = 'en', data = {}, at, withinMs, number, queue } = request
    const id = office.newId()
    return await this.add({
      ...{ number, queue, priority, skills, language, at, withinMs },
      contactId: id as ContactId,
      data: { ...withValues({ collected: {} }, data), path: [], waited: { totalMs: 0, queues: [queue] }, language, priority },
      dialed: '',
      bookedBy: by
    })
  }

  /** Books it, or tells which one there is already for that number and queue, or why not. */
  async add(draft: CallbackDraft): Promise<CallbackExit> {
    const { office, store } = this.#options
    const rules = office.centre.dialRules
    const now = office.clock.now()
    const refusal = rules === undefined ? 'off' : this.#refusal(draft, rules, now)
    if (rules === undefined || refusal !== undefined) return { exit: 'refused', why: refusal ?? 'off' }
    const { at, withinMs, number, enqueuedAt, ...known } = draft
    const dueAt = Math.max(at ?? now, now)
    const callback: Callback = {
      ...known,
      id: office.newId() as CallbackId,
      number: plainNumber(number) ?? number,
      enqueuedAt: enqueuedAt ?? dueAt,
      dueAt,
      expiresAt: dueAt + (withinMs ?? rules.withinMs),
      bookedAt: now,
      state: 'waiting',
      attempts: [],
      revision: 1
    }
    const kept = await store.add(callback)
    if (kept.id !== callback.id) return { exit: 'booked', callback: this.#entries.get(kept.id)?.callback ?? kept, existing: true }

    const entry = this.#enter(callback)
    if (callback.bookedIn !== undefined && this.#options.calls.callerOf(callback.bookedIn) !== undefined) entry.hold()
    office.publish({ type: 'callback.booked', callback })
    this.#follow(entry)
    return { exit: 'booked', callback, existing: false }
  }

  async cancel(id: CallbackId): Promise<'cancelled' | 'over' | 'unknown'> {
    const entry = this.#entries.get(id)
    if (entry === undefined) return (await this.#options.store.get(id)) === undefined ? 'unknown' : 'over'
    if (entry.callback.state === 'connected' || isOver(entry.callback.state)) return 'over'
    entry.end('cancelled')
    return 'cancelled'
  }

  open(): readonly Callback[] {
    return [...this.#entries.values()].map(({ callback }) => callback)
  }

  async get(id: CallbackId): Promise<Callback | undefined> {
    return this.#entries.get(id)?.callback ?? (await this.#options.store.get(id))
  }

  async list(filter: CallbackFilter): Promise<readonly Callback[]> {
    const listed = await this.#options.store.list(filter)
    // What has just changed is written a moment later.
    return listed.map((callback) => this.#entries.get(callback.id)?.callback ?? callback)
  }

  /** A listener of the facts: calls that are over free what was booked in them; a customer whom somebody serves need not be called. */
  readonly listener = (event: DomainEvent): void => {
    if (event.type === 'call.ended') this.#callEnded(event.callId)
    // A colleague who joins the talk serves what the caller came for, and that was told when the talk began.
    if (event.type === 'call.established' && event.joins !== true) this.#customerReached(event.callId, event.queue)
  }

  /** Ends all that is not a talk; what is left is where the next process goes on. */
  stop(): void {
    this.#stopped = true
    for (const entry of this.#entries.values()) if (entry.callback.state !== 'connected') entry.end('server-stops')
  }

  /** Resolves when all that has changed so far is written, however long the database is away. */
  async written(): Promise<void> {
    await Promise.all([...this.#entries.values()].map((entry) => entry.written()))
  }

  /** Resolves when nothing runs any more and all is written, or cannot be. */
  async close(): Promise<void> {
    this.stop()
    await Promise.all(this.#running)
    for (const entry of this.#entries.values()) entry.close()
    await this.written()
  }

  #refusal({ number, queue, at, withinMs }: CallbackDraft, rules: DialRules, now: number): CallbackRefusal | undefined {
    if (!this.#options.office.centre.queues.has(queue)) return 'no-queue'
    const plain = plainNumber(number)
    if (plain === undefined) return 'no-number'
    if (!isAllowedNumber(plain, rules)) return 'number-not-allowed'
    const late = at !== undefined && (!Number.isFinite(at) || at > now + rules.aheadMs)
    return late || (withinMs !== undefined && !(withinMs > 0 && withinMs <= rules.aheadMs)) ? 'time-not-allowed' : undefined
  }

  #enter(callback: Callback): CallbackEntry {
    const { office, store } = this.#options
    const entry = new CallbackEntry(callback, {
      store,
      clock: office.clock,
      log: office.log,
      onChange: (changed, previous) => this.#tell(changed, previous)
    })
    this.#entries.set(callback.id, entry)
    return entry
  }

  #follow(entry: CallbackEntry): void {
    const { office, calls } = this.#options
    if (this.#stopped) return
    const running = serveCallback(entry, office, calls)
      .catch((err) => {
        if (entry.signal.aborted) return
        office.log.error({ err, callbackId: entry.callback.id }, 'A callback failed')
        entry.end('fault')
      })
      .then(async () => {
        if (!isOver(entry.callback.state)) this.#endFromOutside(entry)
        if (this.#stopped || entry.ending === 'server-stops') return
        await entry.written()
        this.#entries.delete(entry.callback.id)
      })
      .finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  #endFromOutside(entry: CallbackEntry): void {
    const { ending } = entry
    // The next process, or the other one, goes on with it.
    if (ending === 'server-stops' || ending === 'changed-elsewhere') return
    const outcome: CallbackOutcome = ending ?? 'unreached'
    entry.move(endOf(outcome), { outcome, endedAt: this.#options.office.clock.now() })
  }

  #tell(callback: Callback, previous: Callback): void {
    const { publish } = this.#options.office
    if (isOver(callback.state)) publish({ type: 'callback.ended', callback })
    // An attempt that begins or ends is told with its call, by who makes it.
    else if (callback.attempts === previous.attempts) publish({ type: 'callback.changed', callback })
  }

  #callEnded(callId: CallId): void {
    for (const entry of this.#entries.values()) {
      if (!entry.heldByCall || entry.callback.bookedIn !== callId) continue
      entry.free()
    }
  }

  /** The customer reached an agent by themselves: of the same queue, or directly. */
  #customerReached(callId: CallId, queue: string | undefined): void {
    const isAsked = this.#entries.size > 0 || this.#reached !== undefined
    const number = isAsked ? this.#options.calls.callerOf(callId) : undefined
    if (number === undefined) return
    const known = this.#reached?.get(number) ?? []
    this.#reached?.set(number, [...known.filter((one) => one.queue !== queue), { queue, at: this.#options.office.clock.now() }])
    for (const entry of this.#entries.values()) {
      const { callback } = entry
      const own = callback.attempts.some((attempt) => attempt.callId === callId) || callback.state === 'connected'
      if (own || entry.heldByCall || !isSame(callback.number, number)) continue
      if (serves(queue, callback)) entry.end('called-in')
    }
  }

  /** They did since it was booked, and while the database was away. */
  #haveReachedUs(callback: Callback): boolean {
    return [...(this.#reached ?? [])].some(
      ([number, times]) =>
        isSame(callback.number, number) && times.some(({ queue, at }) => at >= callback.bookedAt && serves(queue, callback))
    )
  }
}

/** Whether an agent whom the customer reached through that queue, or directly, has done what the callback is for. */
function serves(queue: string | undefined, callback: Callback): boolean {
  return queue === undefined || queue === callback.queue
}

/** An attempt does not outlive the process that made it; a talk that was cut off has been a talk. */
function afterRestart(entry: CallbackEntry, now: number): void {
  const { state, attempts } = entry.callback
  if (state === 'connected') {
    entry.move('done', { outcome: 'talked', endedAt: now })
    return
  }
  const last = attempts.at(-1)
  const ended = last !== undefined && last.result === undefined
  const settled = ended ? [...attempts.slice(0, -1), { ...last, result: 'interrupted' as const }] : attempts
  if (state !== 'waiting') entry.move('waiting', { attempts: settled })
}

function isSame(one: string, other: string): boolean {
  return (
    one === other ||
    (one.length >= SAME_DIGITS && other.length >= SAME_DIGITS && one.slice(-SAME_DIGITS) === other.slice(-SAME_DIGITS))
  )
}
