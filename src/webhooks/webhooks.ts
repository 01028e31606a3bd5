import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Log } from '../domain/log.ts'
import type { Clock } from '../domain/ports/clock.ts'
import type { Database } from '../domain/ports/database.ts'
import type { PostClient } from '../domain/ports/http-post.ts'
import type { Attempted, WebhookDesk } from '../domain/ports/webhooks.ts'
import type { WebhookSettings, WebhookStatus } from '../domain/webhook.ts'
import type { BackOff } from './back-off.ts'
import { Courier, type CourierFigures } from './courier.ts'
import { Journal } from './journal.ts'
import { Mover } from './mover.ts'
import { Outbox, type OutboxFigures } from './outbox.ts'
import { postMessage } from './post-message.ts'
import { PARALLEL } from './receiver-health.ts'

export interface WebhooksOptions {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  /** Of servers that share a database, each delivers what it told itself. */
  readonly instance: string
  /** Where events are until they are in the database. */
  readonly folder: string
  readonly secretOf: (variable: string) => string | undefined
  /** A client of its own for each webhook, so that none holds another's connections. */
  openClient(connectionsMax: number): PostClient
  readonly backOff?: BackOff
}

/** An event that a webhook may be told. */
export interface ToldEvent {
  readonly type: string
  /** Equal for what must stay in order. */
  readonly about: string
  readonly at: number
  /** Members of a JSON object without braces. */
  readonly body: string
}

/** How a webhook stands, as far as is known without asking the database. */
export type WebhookFigures = { readonly webhook: string } & CourierFigures & OutboxFigures

interface Running {
  readonly settings: WebhookSettings
  readonly client: PostClient
  readonly courier: Courier
}

/** Half of them within the first minute, and none later than an hour after the one before. */
const usualBackOff: BackOff = { firstMs: 2_000, maxMs: 3_600_000 }
const LOOK_MS = 10_000
const SWEEP_MS = 60_000
/** What is left of a webhook that is no longer configured is kept so long, in case it comes back. */
const KEEP_UNKNOWN_MS = 30 * 24 * 3_600_000

/**
 * Tells other systems of events over HTTP, each at least once.
 *
 *   event ──▶ journal (file) ──▶ outbox (PostgreSQL) ──▶ courier, one for each webhook ──▶ receiver
 *
 * Only the first arrow is taken in the middle of a call, and it waits for nothing.
 */
export class Webhooks implements WebhookDesk {
  readonly #options: WebhooksOptions
  readonly #journal: Journal
  readonly #outbox: Outbox
  readonly #mover: Mover
  readonly #running = new Map<string, Running>()
  readonly #timers: readonly NodeJS.Timeout[]
  readonly #chores = new Set<Promise<void>>()
  /** Undefined: not known yet; nothing is sent meanwhile. */
  #stops: ReadonlyMap<string, { readonly at: number; readonly why: string }> | undefined
  #figures: ReadonlyMap<string, OutboxFigures> = new Map()
  #sweptAt: number

  private constructor(options: WebhooksOptions, journal: Journal, outbox: Outbox) {
    this.#options = options
    this.#journal = journal
    this.#outbox = outbox
    this.#sweptAt = options.clock.now()
    this.#mover = new Mover({
      ...{ journal, outbox, clock: options.clock, log: options.log },
      rejectedFile: join(options.folder, 'rejected.jsonl'),
      onMoved: () => {
        for (const { courier } of this.#running.values()) courier.wake()
      }
    })
    this.#timers = [setInterval(() => this.#chore(() => this.#look()), LOOK_MS)]
  }

  /** Takes events from now on; sends them from `restore` on. */
  static async open(options: WebhooksOptions, settings: Iterable<WebhookSettings>): Promise<Webhooks> {
    const { folder, log, database, instance } = options
    const webhooks = new Webhooks(options, await Journal.open({ folder, log }), new Outbox(database, instance))
    webhooks.follow(settings)
    return webhooks
  }

  /** Takes up what an earlier process left. Which webhooks are stopped is asked of the database, which also has what waits for them. */
  async restore(): Promise<void> {
    this.#stops = await this.#outbox.stops()
    await this.#look()
    for (const [name, { courier }] of this.#running) courier.setStopped(this.#stops.has(name))
  }

  /** Takes an event for a webhook. When it returns, the event is on disk. */
  tell(webhook: string, { type, about: lane, at, body }: ToldEvent): void {
    this.#journal.append({ id: randomUUID(), webhook, lane, type, at, body })
    this.#mover.wake()
  }

  /** These are the webhooks from now on. One with another address may go on although its receiver was gone. */
  follow(settings: Iterable<WebhookSettings>): void {
    const next = new Map([...settings].map((one) => [one.name, one]))
    for (const [name, running] of this.#running) if (!next.has(name)) this.#end(name, running)
    for (const one of next.values()) {
      const running = this.#running.get(one.name)
      if (running === undefined) this.#begin(one)
      else {
        this.#running.set(one.name, { ...running, settings: one })
        running.courier.follow(one)
        const isElsewhere = running.settings.url !== one.url
        if (isElsewhere && this.#stops?.get(one.name)?.why === 'gone') this.#chore(async () => void (await this.resume(one.name)))
      }
    }
  }

  /** For metrics. */
  figures(): readonly WebhookFigures[] {
    return [...this.#running].map(([webhook, { courier }]) => ({
      webhook,
      ...courier.figures(),
      ...(this.#figures.get(webhook) ?? { waiting: 0, dead: 0, oldestAt: undefined })
    }))
  }

  /** What is not in the database yet, and what never will be. */
  journal(): { readonly bytes: number; readonly lost: number } {
    return { bytes: this.#journal.bytes, lost: this.#journal.lost }
  }

  async list(): Promise<readonly WebhookStatus[]> {
    this.#figures = await this.#outbox.figures()
    return [...this.#running].map(([webhook, { settings, courier }]) => {
      const { waiting = 0, dead = 0, oldestAt } = this.#figures.get(webhook) ?? {}
      const stopped = this.#stops?.get(webhook)
      return {
        ...{ webhook, url: settings.url, waiting, dead },
        ...courier.figures(),
        ...(settings.events !== undefined && { events: settings.events }),
        ...(stopped !== undefined && { stopped }),
        ...(oldestAt !== undefined && { oldestAt })
      }
    })
  }

  deliveries: WebhookDesk['deliveries'] = async (webhook, filter) =>
    this.#running.has(webhook) ? await this.#outbox.list(webhook, filter) : undefined

  delivery: WebhookDesk['delivery'] = (webhook, id) => this.#outbox.get(webhook, id)

  replay: WebhookDesk['replay'] = async (webhook, wish) => {
    const running = this.#running.get(webhook)
    if (running === undefined) return undefined
    const count = await this.#outbox.replay(webhook, wish, this.#options.clock.now())
    if (count > 0) running.courier.reload()
    return count
  }

  async ping(webhook: string): Promise<Attempted | undefined> {
    const running = this.#running.get(webhook)
    if (running === undefined) return undefined
    const { clock, secretOf } = this.#options
    const { settings, client } = running
    const startedAt = clock.now()
    const body = membersOf({ type: 'webhook.ping', time: new Date(startedAt).toISOString(), webhook })
    const event = { id: randomUUID(), seq: 0, type: 'webhook.ping', attempts: 0, body }
    const outcome = await postMessage(
      event,
      { settings, client, secretOf, clock },
      AbortSignal.timeout(settings.timeoutMs + 1_000)
    )
    const tookMs = clock.now() - startedAt
    if (outcome.kind === 'failed') return { tookMs, problem: outcome.problem }
    const { status } = outcome
    return { tookMs, status, ...((status < 200 || status > 299) && { problem: 'status' }) }
  }

  async stop(webhook: string, by: string): Promise<boolean> {
    const running = this.#running.get(webhook)
    if (running === undefined) return false
    running.courier.setStopped(true)
    await this.#outbox.stop(webhook, this.#options.clock.now(), by)
    this.#stops = await this.#outbox.stops()
    return true
  }

  async resume(webhook: string): Promise<boolean> {
    const running = this.#running.get(webhook)
    if (running === undefined) return false
    await this.#outbox.resume(webhook)
    this.#stops = await this.#outbox.stops()
    running.courier.setStopped(false)
    return true
  }

  /** What waits is sent at the next start. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    await this.#mover.close()
    for (const [name, running] of this.#running) this.#end(name, running)
    await Promise.all(this.#chores)
    this.#journal.close()
  }

  #begin(settings: WebhookSettings): void {
    const { clock, log, secretOf, openClient, backOff = usualBackOff } = this.#options
    const client = openClient(PARALLEL)
    const courier = new Courier({
      ...{ settings, client, secretOf, backOff, clock, log },
      outbox: this.#outbox,
      stopped: this.#stops?.has(settings.name) ?? true,
      onGone: () => {
        log.warn(
          { webhook: settings.name },
          'The receiver of a webhook is gone for good; nothing is sent to it until it is resumed'
        )
        this.#chore(async () => void (await this.stop(settings.name, 'gone')))
      }
    })
    this.#running.set(settings.name, { settings, client, courier })
  }

  #end(name: string, { courier, client }: Running): void {
    this.#running.delete(name)
    this.#chore(async () => {
      await courier.close()
      await client.close()
    })
  }

  /** Runs something beside everything else. */
  #chore(work: () => Promise<void>): void {
    const doing: Promise<void> = work()
      .catch((err: unknown) => this.#options.log.warn({ err }, 'Webhooks could not be looked after; tried again'))
      .finally(() => this.#chores.delete(doing))
    this.#chores.add(doing)
  }

  async #look(): Promise<void> {
    const now = this.#options.clock.now()
    if (now - this.#sweptAt >= SWEEP_MS) {
      this.#sweptAt = now
      await this.#sweep(now)
    }
    this.#figures = await this.#outbox.figures()
  }

  async #sweep(now: number): Promise<void> {
    for (const [webhook, { settings }] of this.#running) {
      const count = await this.#outbox.giveUp(settings, now)
      if (count > 0) this.#options.log.warn({ webhook, count }, 'Events of a webhook were given up, as they waited too long')
      await this.#outbox.forget(settings, now)
    }
    await this.#outbox.forgetUnknown([...this.#running.keys()], now - KEEP_UNKNOWN_MS)
  }
}

/** A JSON object without its braces. */
export function membersOf(body: object): string {
  return JSON.stringify(body).slice(1, -1)
}
