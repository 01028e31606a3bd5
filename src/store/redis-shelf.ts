import type { Redis } from 'ioredis'
import type { Log } from '../domain/log.ts'
import type { Shelf } from '../domain/ports/live-store.ts'
import { asItIsNow } from './as-it-is-now.ts'
import { toldRedisError } from './redis-error.ts'

const RETRY_MS = 200

/** Things in a hash of Redis. */
export class RedisShelf<Id extends string, Kept> implements Shelf<Id, Kept> {
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

  async list(): Promise<readonly Kept[]> {
    await this.flush()
    const texts = await this.#redis.hvals(this.#key)
    this.#damaged = 0
    return texts.flatMap((text) => this.#parsed(text))
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
    while (this.#waiting.size > 0) {
      const batch = this.#waiting
      this.#underWay = batch
      this.#waiting = new Map()
      try {
        await this.#send(batch)
      } catch (error) {
        this.#log.warn({ err: toldRedisError(error), things: batch.size }, 'Redis did not take what is in progress')
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
    for (const [id, read] of batch) {
      if (read === null) transaction.hdel(this.#key, id)
      else {
        const text = this.#textOf(id, read)
        if (text !== undefined) transaction.hset(this.#key, id, text)
      }
    }
    const results = await transaction.exec()
    for (const [error] of results ?? []) if (error !== null) throw error
  }

  /** One that somebody else has written costs the others nothing either. */
  #parsed(text: string): readonly Kept[] {
    try {
      return [JSON.parse(text) as Kept]
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
