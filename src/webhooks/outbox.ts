import type { Database } from '../domain/ports/database.ts'
import type { DeliveryFilter, ReplayWish } from '../domain/ports/webhooks.ts'
import type { Delivery, DeliveryProblem, DeliveryState, WebhookSettings } from '../domain/webhook.ts'
import type { Entry, Waiting } from './entry.ts'

/** What came of an attempt, and what follows from it. */
export interface Settled {
  readonly state: DeliveryState
  readonly at: number
  /** An attempt was made; false when it was given up before. */
  readonly tried: boolean
  readonly nextAt?: number
  readonly status?: number | undefined
  readonly problem?: DeliveryProblem | undefined
}

/** How much of a webhook stands in the outbox. */
export interface OutboxFigures {
  readonly waiting: number
  readonly oldestAt: number | undefined
  readonly dead: number
}

interface WaitingRow {
  readonly seq: string
  readonly id: string
  readonly lane: string
  readonly type: string
  readonly told_at: Date
  readonly body: string
  readonly queued_at: Date
  readonly tries: number
  readonly attempts: number
  readonly next_at: Date
}

type DeliveryRow = WaitingRow & {
  readonly webhook: string
  readonly state: DeliveryState
  readonly last_at: Date | null
  readonly last_status: number | null
  readonly last_problem: DeliveryProblem | null
  readonly ended_at: Date | null
}

/** The events of all webhooks of this server in PostgreSQL: those on their way, those given up, and those that arrived, for a while. */
export class Outbox {
  readonly #database: Database
  readonly #instance: string

  constructor(database: Database, instance: string) {
    this.#database = database
    this.#instance = instance
  }

  /** Puts events in, in their order. Those that are there already stay as they are. */
  async add(entries: readonly Entry[]): Promise<void> {
    const column = (pick: (entry: Entry) => unknown) => entries.map(pick)
    await this.#database.query(
      `insert into webhook_deliveries (id, instance, webhook, lane, type, told_at, body, queued_at, next_at)
       select id, $1, webhook, lane, type, told_at, body, told_at, told_at
       from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::text[])
         with ordinality as told (id, webhook, lane, type, told_at, body, place)
       order by place
       on conflict (id) do nothing`,
      [
        this.#instance,
        column(({ id }) => id),
        column(({ webhook }) => webhook),
        column(({ lane }) => lane),
        column(({ type }) => type),
        column(({ at }) => new Date(at)),
        column(({ body }) => body)
      ]
    )
  }

  /** The oldest that wait, of those after that number. */
  async waitingAfter(webhook: string, seq: number, limit: number): Promise<readonly Waiting[]> {
    const rows = await this.#database.query<WaitingRow>(
      `select seq, id, lane, type, told_at, body, queued_at, tries, attempts, next_at from webhook_deliveries
       where instance = $1 and webhook = $2 and state = 'waiting' and seq > $3 order by seq limit $4`,
      [this.#instance, webhook, seq, limit]
    )
    return rows.map((row) => ({
      ...{ webhook, id: row.id, lane: row.lane, type: row.type, body: row.body, tries: row.tries, attempts: row.attempts },
      seq: Number(row.seq),
      at: row.told_at.getTime(),
      queuedAt: row.queued_at.getTime(),
      nextAt: row.next_at.getTime()
    }))
  }

  /** Writes down what came of it. */
  async settle(id: string, { state, at, tried, nextAt = at, status, problem }: Settled): Promise<void> {
    await this.#database.query(
      `update webhook_deliveries set state = $2, next_at = $3, tries = tries + $4, attempts = attempts + $4,
         last_at = $5, last_status = $6, last_problem = $7, ended_at = case when $2 = 'waiting' then null else $5::timestamptz end
       where id = $1`,
      [id, state, new Date(nextAt), Number(tried), new Date(at), status ?? null, problem ?? null]
    )
  }

  /** Gives up what has waited longer than it may; how many. */
  async giveUp({ name, maxAgeMs }: WebhookSettings, now: number): Promise<number> {
    const rows = await this.#database.query(
      `update webhook_deliveries set state = 'dead', ended_at = $4, last_problem = coalesce(last_problem, 'gave-up')
       where instance = $1 and webhook = $2 and state = 'waiting' and queued_at < $3 returning 1`,
      [this.#instance, name, new Date(now - maxAgeMs), new Date(now)]
    )
    return rows.length
  }

  /** Forgets what was over for longer than it is kept. */
  async forget({ name, keepDeliveredMs, keepDeadMs }: WebhookSettings, now: number): Promise<void> {
    await this.#database.query(
      `delete from webhook_deliveries where instance = $1 and webhook = $2 and
         (state = 'delivered' and ended_at < $3 or state = 'dead' and ended_at < $4)`,
      [this.#instance, name, new Date(now - keepDeliveredMs), new Date(now - keepDeadMs)]
    )
  }

  /** Forgets what is of webhooks that are no longer configured, once it is that old. */
  async forgetUnknown(known: readonly string[], before: number): Promise<void> {
    await this.#database.query(
      'delete from webhook_deliveries where instance = $1 and webhook <> all($2::text[]) and told_at < $3',
      [this.#instance, known, new Date(before)]
    )
  }

  async figures(): Promise<ReadonlyMap<string, OutboxFigures>> {
    const rows = await this.#database.query<{ webhook: string; waiting: string; oldest: Date | null; dead: string }>(
      `select webhook, count(*) filter (where state = 'waiting') as waiting,
         min(told_at) filter (where state = 'waiting') as oldest, count(*) filter (where state = 'dead') as dead
       from webhook_deliveries where instance = $1 and state in ('waiting', 'dead') group by webhook`,
      [this.#instance]
    )
    return new Map(
      rows.map(({ webhook, waiting, oldest, dead }) => [
        webhook,
        { waiting: Number(waiting), oldestAt: oldest?.getTime(), dead: Number(dead) }
      ])
    )
  }

  async list(webhook: string, { state, beforeSeq, limit }: DeliveryFilter): Promise<readonly Delivery[]> {
    const rows = await this.#database.query<DeliveryRow>(
      `select * from webhook_deliveries
       where instance = $1 and webhook = $2 and ($3::text is null or state = $3) and ($4::bigint is null or seq < $4)
       order by seq desc limit $5`,
      [this.#instance, webhook, state ?? null, beforeSeq ?? null, limit]
    )
    return rows.map(toDelivery)
  }

  async get(webhook: string, id: string): Promise<(Delivery & { readonly body: string }) | undefined> {
    const [row] = await this.#database.query<DeliveryRow>(
      'select * from webhook_deliveries where instance = $1 and webhook = $2 and id::text = $3',
      [this.#instance, webhook, id]
    )
    return row && { ...toDelivery(row), body: row.body }
  }

  /** Has events wait again, as if they were told now; how many. */
  async replay(webhook: string, { id, since, delivered }: ReplayWish, now: number): Promise<number> {
    const rows = await this.#database.query(
      `update webhook_deliveries set state = 'waiting', tries = 0, queued_at = $5, next_at = $5, ended_at = null
       where instance = $1 and webhook = $2 and ($3::text is null or id::text = $3) and ($4::timestamptz is null or told_at >= $4)
         and (state = 'dead' or $6 and state = 'delivered') returning 1`,
      [this.#instance, webhook, id ?? null, since === undefined ? null : new Date(since), new Date(now), delivered]
    )
    return rows.length
  }

  async stops(): Promise<ReadonlyMap<string, { readonly at: number; readonly why: string }>> {
    const rows = await this.#database.query<{ webhook: string; at: Date; why: string }>(
      'select webhook, at, why from webhook_stops where instance = $1',
      [this.#instance]
    )
    return new Map(rows.map(({ webhook, at, why }) => [webhook, { at: at.getTime(), why }]))
  }

  async stop(webhook: string, at: number, why: string): Promise<void> {
    await this.#database.query(
      'insert into webhook_stops (instance, webhook, at, why) values ($1, $2, $3, $4) on conflict do nothing',
      [this.#instance, webhook, new Date(at), why]
    )
  }

  async resume(webhook: string): Promise<void> {
    await this.#database.query('delete from webhook_stops where instance = $1 and webhook = $2', [this.#instance, webhook])
  }
}

function toDelivery(row: DeliveryRow): Delivery {
  const { id, webhook, type, lane, state, attempts } = row
  return {
    ...{ id, webhook, type, lane, state, attempts },
    seq: Number(row.seq),
    toldAt: row.told_at.getTime(),
    ...(state === 'waiting' && { nextAt: row.next_at.getTime() }),
    ...(row.last_at !== null && { lastAt: row.last_at.getTime() }),
    ...(row.last_status !== null && { lastStatus: row.last_status }),
    ...(row.last_problem !== null && { lastProblem: row.last_problem }),
    ...(row.ended_at !== null && { endedAt: row.ended_at.getTime() })
  }
}
