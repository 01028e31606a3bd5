import type { Log } from '../domain/log.ts'
import type { Clock } from '../domain/ports/clock.ts'
import type { PostClient } from '../domain/ports/http-post.ts'
import type { DeliveryProblem, WebhookSettings } from '../domain/webhook.ts'
import { type BackOff, backOffMs } from './back-off.ts'
import type { Waiting } from './entry.ts'
import { judge } from './judge.ts'
import { type Lane, Lanes } from './lanes.ts'
import type { Outbox, Settled } from './outbox.ts'
import { postMessage } from './post-message.ts'
import { ReceiverHealth } from './receiver-health.ts'
import { Waker } from './waker.ts'

export interface CourierOptions {
  readonly settings: WebhookSettings
  readonly outbox: Pick<Outbox, 'waitingAfter' | 'settle'>
  readonly client: PostClient
  readonly secretOf: (variable: string) => string | undefined
  /** Between attempts of one event. */
  readonly backOff: BackOff
  readonly clock: Clock
  readonly log: Log
  readonly stopped: boolean
  /** The receiver answered 410 Gone. */
  onGone(): void
}

export interface CourierFigures {
  readonly delivered: number
  readonly failed: number
  readonly last?: { readonly at: number; readonly status?: number; readonly problem?: DeliveryProblem }
}

/** Events held in memory; the rest stays in the outbox. */
const HELD_MAX = 400
const databaseBackOff: BackOff = { firstMs: 250, maxMs: 10_000 }
const LOOK_AGAIN_MS = 30_000

/** Delivers what one webhook is to be told: event by event in each lane, the lanes beside each other. */
export class Courier {
  readonly #options: CourierOptions
  readonly #waker: Waker
  readonly #closing = new AbortController()
  readonly #lanes = new Lanes()
  readonly #health: ReceiverHealth
  readonly #running: Promise<void>
  readonly #underWay = new Set<Promise<void>>()
  /** Settled while the outbox was being read: what was read of them is no longer true. */
  readonly #settled = new Set<string>()
  #settings: WebhookSettings
  #stopped: boolean
  #lastSeq = 0
  #hasMore = true
  /** Counts how often reading had to begin again. */
  #reading = 0
  #databaseFailures = 0
  #figures: CourierFigures = { delivered: 0, failed: 0 }

  constructor(options: CourierOptions) {
    this.#options = options
    this.#settings = options.settings
    this.#stopped = options.stopped
    this.#health = new ReceiverHealth(options.backOff)
    this.#waker = new Waker(options.clock)
    this.#running = this.#run()
  }

  figures(): CourierFigures {
    return this.#figures
  }

  /** Events have come into the outbox. */
  wake(): void {
    this.#hasMore = true
    this.#waker.wake()
  }

  /** Events that were over are to be sent again. */
  reload(): void {
    this.#lanes.clear()
    this.#health.reset()
    this.#lastSeq = 0
    this.#reading++
    this.wake()
  }

  follow(settings: WebhookSettings): void {
    this.#settings = settings
    this.#waker.wake()
  }

  /** Nothing is sent from now on, or again. */
  setStopped(stopped: boolean): void {
    this.#stopped = stopped
    this.#health.reset()
    if (!stopped) this.#lanes.hurry(this.#options.clock.now())
    this.#waker.wake()
  }

  /** Breaks off what is under way; it is sent again at the next start. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('The server stops'))
    this.#waker.wake()
    await this.#running
    await Promise.all(this.#underWay)
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      if (!this.#stopped) {
        await this.#fill()
        this.#start()
      }
      await this.#waker.sleep(this.#restMs())
    }
  }

  get #closed(): boolean {
    return this.#closing.signal.aborted
  }

  /** Reads on in the outbox when there is room. */
  async #fill(): Promise<void> {
    if (!this.#hasMore || this.#lanes.size > HELD_MAX / 2) return
    const { outbox, log } = this.#options
    const { name } = this.#settings
    const reading = this.#reading
    const room = HELD_MAX - this.#lanes.size
    this.#settled.clear()
    this.#hasMore = false
    try {
      const events = await outbox.waitingAfter(name, this.#lastSeq, room)
      this.#databaseFailures = 0
      // Asked meanwhile to begin again.
      if (reading !== this.#reading) return
      for (const event of events) {
        this.#lastSeq = event.seq
        if (!this.#settled.has(event.id) && !this.#lanes.isUnderWay(event)) this.#lanes.add(event)
      }
      if (events.length === room) this.#hasMore = true
    } catch (err) {
      this.#hasMore = true
      if (this.#databaseFailures++ === 0) log.warn({ err, webhook: name }, 'The outbox of a webhook cannot be read; tried again')
    }
  }

  #start(): void {
    const now = this.#options.clock.now()
    while (now >= this.#health.notBefore && this.#underWay.size < this.#health.parallel) {
      const lane = this.#lanes.due(now)
      if (lane === undefined) return
      const work: Promise<void> = this.#serve(lane).finally(() => {
        this.#underWay.delete(work)
        this.#waker.wake()
      })
      this.#underWay.add(work)
    }
  }

  #restMs(): number {
    if (this.#databaseFailures > 0) return backOffMs(this.#databaseFailures, databaseBackOff, Math.random)
    if (this.#stopped || this.#underWay.size >= this.#health.parallel) return LOOK_AGAIN_MS
    if (this.#hasMore && this.#lanes.size <= HELD_MAX / 2) return 0
    const due = this.#lanes.nextDue()
    if (due === undefined) return LOOK_AGAIN_MS
    return Math.min(LOOK_AGAIN_MS, Math.max(0, Math.max(due, this.#health.notBefore) - this.#options.clock.now()))
  }

  /** Never rejects. */
  async #serve(lane: Lane): Promise<void> {
    const [event] = lane.waiting
    if (event === undefined) return
    lane.busy = true
    try {
      await this.#deliver(lane, event)
    } catch (err) {
      if (!this.#closed) {
        // A fault of ours: neither the other lanes nor this one later may suffer from it.
        this.#options.log.error(
          { err, webhook: event.webhook, id: event.id },
          'An event could not be delivered for a fault of ours'
        )
        lane.due = this.#options.clock.now() + this.#options.backOff.maxMs
      }
    } finally {
      lane.busy = false
    }
  }

  async #deliver(lane: Lane, event: Waiting): Promise<void> {
    const { client, secretOf, backOff, clock, onGone } = this.#options
    const settings = this.#settings
    if (clock.now() - event.queuedAt > settings.maxAgeMs) {
      await this.#settle(event, { state: 'dead', at: clock.now(), tried: false, problem: 'gave-up' })
      this.#lanes.shift(lane)
      return
    }
    const outcome = await postMessage(event, { settings, client, secretOf, clock }, this.#closing.signal)
    const verdict = judge(outcome, event, { settings, backOff, now: clock.now(), random: Math.random })
    this.#count(verdict.settled)
    if (verdict.notBefore !== undefined) this.#health.leaveAlone(verdict.notBefore)
    if (verdict.gone) {
      this.#stopped = true
      onGone()
    }
    await this.#settle(event, verdict.settled)
    if (verdict.settled.state !== 'waiting') return this.#lanes.shift(lane)
    const { nextAt = clock.now() } = verdict.settled
    lane.waiting[0] = { ...event, tries: event.tries + 1, attempts: event.attempts + 1, nextAt }
    lane.due = nextAt
  }

  #count({ state, at, status, problem }: Settled): void {
    const { delivered, failed } = this.#figures
    const last = { at, ...(status !== undefined && { status }), ...(problem !== undefined && { problem }) }
    if (state === 'delivered') {
      this.#figures = { delivered: delivered + 1, failed, last }
      if (this.#health.took()) this.#lanes.hurry(at)
    } else {
      this.#figures = { delivered, failed: failed + 1, last }
      this.#health.failed(at)
    }
  }

  /** The attempt is over whether the database is there or not: only what came of it is written again. */
  async #settle({ id, webhook }: Waiting, settled: Settled): Promise<void> {
    const { outbox, clock, log } = this.#options
    for (let failures = 1; ; failures++) {
      try {
        await outbox.settle(id, settled)
        this.#settled.add(id)
        return
      } catch (err) {
        if (failures === 1) log.warn({ err, webhook }, 'What came of a delivery cannot be written down; tried again')
        await clock.sleep(backOffMs(failures, databaseBackOff, Math.random), this.#closing.signal)
      }
    }
  }
}
