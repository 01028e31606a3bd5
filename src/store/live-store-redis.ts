import { Redis } from 'ioredis'
import { AppError } from '../domain/errors.ts'
import type { CallId } from '../domain/ids.ts'
import type { Log } from '../domain/log.ts'
import type { LiveCall, LiveStore } from '../domain/ports/live-store.ts'

const RETRY_MS = 200

/** Calls in a hash of Redis, one per instance, so that another server can take them over. */
export async function openRedisLiveStore(url: string, instance: string, log: Log): Promise<LiveStore> {
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1, enableOfflineQueue: false, connectTimeout: 3000 })
  // ioredis reconnects by itself for ever; the event only tells.
  redis.on('error', (error) => log.warn({ err: error }, 'Redis cannot be reached'))
  try {
    await redis.connect()
  } catch (cause) {
    redis.disconnect()
    throw new AppError('REDIS_UNAVAILABLE', 'upstream', 'Redis does not answer', { cause })
  }
  return new RedisLiveStore(redis, `switchboard:live-calls:${instance}`, log)
}

class RedisLiveStore implements LiveStore {
  readonly #redis: Redis
  readonly #key: string
  readonly #log: Log
  /** Latest state of what is not in Redis yet; null deletes. At most one entry per call, however long Redis is away. */
  #waiting = new Map<CallId, LiveCall | null>()
  #writing: Promise<void> | undefined
  #closed = false

  constructor(redis: Redis, key: string, log: Log) {
    this.#redis = redis
    this.#key = key
    this.#log = log
  }

  put(call: LiveCall): void {
    this.#waiting.set(call.callId, call)
    this.#writing ??= this.#write()
  }

  delete(callId: CallId): void {
    this.#waiting.set(callId, null)
    this.#writing ??= this.#write()
  }

  async list(): Promise<readonly LiveCall[]> {
    await this.flush()
    const texts = await this.#redis.hvals(this.#key)
    return texts.map((text) => JSON.parse(text) as LiveCall)
  }

  async flush(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing
  }

  /** Does not wait for a Redis that is away. */
  async close(): Promise<void> {
    this.#closed = true
    await this.flush()
    this.#redis.disconnect()
  }

  async #write(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#waiting.size > 0) {
      const batch = this.#waiting
      this.#waiting = new Map()
      try {
        await this.#send(batch)
      } catch (error) {
        this.#log.warn({ err: error, calls: batch.size }, 'Redis did not take the live calls')
        // What was put in the meantime is newer.
        this.#waiting = new Map([...batch, ...this.#waiting])
        if (this.#closed) break
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
    }
    this.#writing = undefined
  }

  async #send(batch: ReadonlyMap<CallId, LiveCall | null>): Promise<void> {
    const transaction = this.#redis.multi()
    for (const [callId, call] of batch) {
      if (call === null) transaction.hdel(this.#key, callId)
      else transaction.hset(this.#key, callId, JSON.stringify(call))
    }
    const results = await transaction.exec()
    for (const [error] of results ?? []) if (error !== null) throw error
  }
}
