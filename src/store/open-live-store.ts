import type { Log } from '../domain/log.ts'
import type { LiveStore } from '../domain/ports/live-store.ts'
import { openMemoryLiveStore } from './live-store-memory.ts'
import { openRedisLiveStore } from './live-store-redis.ts'

export interface LiveStoreOptions {
  /** Unset: this process keeps the calls, with a journal in `dataDir`. */
  readonly redisUrl?: string | undefined
  readonly dataDir: string
  readonly instance: string
  readonly log: Log
}

/** The live store the configuration asks for. Rejects when Redis is asked for and does not answer. */
export async function openLiveStore({ redisUrl, dataDir, instance, log }: LiveStoreOptions): Promise<LiveStore> {
  return redisUrl === undefined ? await openMemoryLiveStore(dataDir, log) : await openRedisLiveStore(redisUrl, instance, log)
}
