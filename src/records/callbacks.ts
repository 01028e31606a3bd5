import { type Callback, isOver } from '../domain/callback.ts'
import type { CallbackFilter, CallbackStore } from '../domain/ports/callbacks.ts'
import type { Database } from '../domain/ports/database.ts'

interface CallbackRow {
  readonly body: Callback
}

/** Callbacks in the database. */
export function callbacksIn(database: Database): CallbackStore {
  return {
    add: (callback) => add(database, callback),
    save: (callback) => save(database, callback),
    async get(id) {
      const [row] = await database.query<CallbackRow>('select body from callbacks where id = $1', [id])
      return row?.body
    },
    list: (filter) => list(database, filter)
  }
}

/** The unique index decides between two that are booked at the same moment; the one it refuses reads the other. */
async function add(database: Database, callback: Callback): Promise<Callback> {
  const { id, number, queue, bookedAt, revision } = callback
  for (;;) {
    const added = await database.query(
      `insert into callbacks (id, number, queue, booked_at, open, revision, body) values ($1, $2, $3, $4, true, $5, $6)
       on conflict do nothing returning id`,
      [id, number, queue, new Date(bookedAt), revision, toJson(callback)]
    )
    if (added.length > 0) return callback
    const [other] = await database.query<CallbackRow>('select body from callbacks where number = $1 and queue = $2 and open', [
      number,
      queue
    ])
    // Over since then: there is room for the new one.
    if (other !== undefined) return other.body
  }
}

async function save(database: Database, callback: Callback): Promise<boolean> {
  const { id, state, revision } = callback
  const saved = await database.query(
    'update callbacks set open = $2, revision = $3, body = $4 where id = $1 and revision < $3 and open returning id',
    [id, !isOver(state), revision, toJson(callback)]
  )
  return saved.length > 0
}

async function list(database: Database, { queues, number, open = false, limit }: CallbackFilter): Promise<readonly Callback[]> {
  const rows = await database.query<CallbackRow>(
    `select body from callbacks
     where ($1::text[] is null or queue = any($1)) and ($2::text is null or number = $2) and (open or not $3)
     order by booked_at desc, id desc limit $4`,
    [queues ?? null, number ?? null, open, limit]
  )
  return rows.map(({ body }) => body)
}

/** Neither text nor jsonb has room for NUL or half of a surrogate pair, and what callers and agents attach may hold them. */
function toJson(callback: Callback): string {
  return JSON.stringify(callback, (_, value: unknown) =>
    typeof value === 'string' ? value.replace(/\0|\p{Surrogate}/gu, '�') : value
  )
}
