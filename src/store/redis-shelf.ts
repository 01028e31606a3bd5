import type { Redis } from 'ioredis'
import type { Log } from '../domain/log.ts'
import type { Shelf } from '../domain/ports/live-store.ts'
import { asItIsNow } from './as-it-is-now.ts'
import { toldRedisError } from './redis-error.ts'
import type { Stamp } from './stamp.ts'

const RETRY_MS = 200
/** The field of the hash that says how new the others are; no id looks like this. */
const STAMP = '#stamp'

/** What is in a hash. */
export interface InRedis<Id, Kept> {
  readonly things: ReadonlyMap<Id, Kept>
  readonly stamp: Stamp | undefined
}

/** Things in a hash of Redis, written behind what is put. */
export class RedisShelf<Id extends string, Kept> implements Pick<Shelf<Id, Kept>, 'put' | 'delete' | 'seal'> {
  readonly #redis: Redis
  readonly #key: string
  readonly #log: Log
  /** What is not in Redis yet; null deletes. At most one entry per thing, however long Redis is away. */
  #waiting = new Map<Id, (() => Kept) | null>()
  /** What is on its way there. */
  #underWay = new Map<Id, (() => Kept) | null>()
  #writing: Promise<void> | undefined
  #closed = false
  #damaged = 0
  #isSealed = false
  /** What is in Redis is thrown away as the first of it is written. */
  #beginsAnew = false
  #stamp: (() => Stamp) | undefined
  /** That it takes nothing has been told. */
  #fails = false

  constructor(redis: Redis, key: string, log: Log) {
    this.#redis = redis
    this.#key = key
    this.#log = log
  }

  /** Things that have changed since Redis took them. */
  get unwritten(): number {
    return this.#waiting.size
  }

  /** Things that could not be read. */
  get damaged(): number {
    return this.#damaged
  }

  /** Writes down with each change from now on how new the things are. */
  mark(stamp: () => Stamp): void {
    this.#stamp = stamp
  }

  /** In Redis will be these instead of all that is there, as soon as it takes them. */
  replace(things: ReadonlyMap<Id, Kept>): void {
    this.#beginsAnew = true
    this.#waiting = new Map([...things].map(([id, kept]) => [id, () => kept]))
    this.#writing ??= this.#write()
  }

  put(id: Id, read: () => Kept): void {
    if (this.#isSealed) return
    this.#waiting.set(id, read)
    this.#writing ??= this.#write()
  }

  delete(id: Id): void {
    if (this.#isSealed) return
    this.#waiting.set(id, null)
    this.#writing ??= this.#write()
  }

  seal(): void {
    this.#isSealed = true
    for (const things of [this.#underWay, this.#waiting])
      for (const [id, read] of things) if (read !== null) things.set(id, asItIsNow(read))
  }

  /** What an earlier process left. Rejects when Redis does not say it. */
  async read(): Promise<InRedis<Id, Kept>> {
    const { [STAMP]: stamp, ...texts } = await this.#redis.hgetall(this.#key)
    this.#damaged = 0
    const things = Object.entries(texts).flatMap(([id, text]) =>
      this.#parsed<Kept>(text).map((kept) => [id as Id, kept] as const)
    )
    return { things: new Map(things), stamp: stamp === undefined ? undefined : this.#parsed<Stamp>(stamp)[0] }
  }

  async flush(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing
  }

  /** Does not wait for a Redis that is away. */
  async close(): Promise<void> {
    this.#closed = true
    await this.flush()
  }

  async #write(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#waiting.size > 0 || this.#beginsAnew) {
      const batch = this.#waiting
      this.#underWay = batch
      this.#waiting = new Map()
      try {
        await this.#send(batch)
        if (this.#fails) this.#log.info({ things: batch.size }, 'Redis takes what is in progress again')
        this.#fails = false
      } catch (error) {
        if (!this.#fails)
          this.#log.warn({ err: toldRedisError(error), things: batch.size }, 'Redis did not take what is in progress')
        this.#fails = true
        // What was put in the meantime is newer.
        this.#waiting = new Map([...batch, ...this.#waiting])
        if (this.#closed) break
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
    }
    this.#writing = undefined
  }

  async #send(batch: ReadonlyMap<Id, (() => Kept) | null>): Promise<void> {
    const transaction = this.#redis.multi()
    if (this.#beginsAnew) transaction.del(this.#key)
    for (const [id, read] of batch) {
      if (read === null) transaction.hdel(this.#key, id)
      else {
        const text = this.#textOf(id, read)
        if (text !== undefined) transaction.hset(this.#key, id, text)
      }
    }
    if (this.#stamp !== undefined) transaction.hset(this.#key, STAMP, JSON.stringify(this.#stamp()))
    const results = await transaction.exec()
    for (const [error] of results ?? []) if (error !== null) throw error
    this.#beginsAnew = false
  }

  /** One that somebody else has written costs the others nothing either. */
  #parsed<Value>(text: string): readonly Value[] {
    try {
      return [JSON.parse(text) as Value]
    } catch (err) {
      this.#damaged++
      this.#log.error({ err, key: this.#key }, 'Something in Redis cannot be read')
      return []
    }
  }

  /** One that cannot be written costs the others nothing. */
  #textOf(id: Id, read: () => Kept): string | undefined {
    try {
      return JSON.stringify(read())
    } catch (err) {
      this.#log.error({ err, id }, 'Something in progress cannot be written down')
      return undefined
    }
  }
}
