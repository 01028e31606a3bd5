import { join } from 'node:path'
import { AppError } from '../domain/errors.ts'
import type { AgentId, CallId } from '../domain/ids.ts'
import type { KeptAgent, KeptCall } from '../domain/kept-call.ts'
import type { Log } from '../domain/log.ts'
import type { LiveStore } from '../domain/ports/live-store.ts'
import { JournalShelf } from './journal-shelf.ts'
import { toldRedisError } from './redis-error.ts'
import { RedisShelf } from './redis-shelf.ts'

export interface LiveStoreOptions {
  /** Unset: this process keeps what is in progress, with journals in `dataDir`. */
  readonly redisUrl?: string | undefined
  readonly dataDir: string
  readonly instance: string
  readonly log: Log
}

/** The live store the configuration asks for. Rejects when Redis is asked for and does not answer. */
export async function openLiveStore({ redisUrl, dataDir, instance, log }: LiveStoreOptions): Promise<LiveStore> {
  return redisUrl === undefined ? inJournals(dataDir, log) : await inRedis(redisUrl, instance, log)
}

function inJournals(folder: string, log: Log): LiveStore {
  const calls = JournalShelf.open<CallId, KeptCall>(join(folder, 'live-calls.jsonl'), ({ callId }) => callId, log)
  const agents = JournalShelf.open<AgentId, KeptAgent>(join(folder, 'live-agents.jsonl'), ({ status }) => status.agentId, log)
  return {
    calls,
    agents,
    unwritten: () => calls.unwritten + agents.unwritten,
    damaged: () => calls.damaged + agents.damaged,
    flush: async () => void (await Promise.all([calls.flush(), agents.flush()])),
    close: async () => void (await Promise.all([calls.close(), agents.close()]))
  }
}

/** In hashes of Redis, one per instance, so that another server can take them over. */
async function inRedis(url: string, instance: string, log: Log): Promise<LiveStore> {
  // Loaded by who has one: it is a good part of what a start without it takes.
  const { Redis } = await import('ioredis')
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1, enableOfflineQueue: false, connectTimeout: 3000 })
  // ioredis reconnects by itself for ever; the event only tells.
  redis.on('error', (error) => log.warn({ err: toldRedisError(error) }, 'Redis cannot be reached'))
  try {
    await redis.connect()
  } catch (error) {
    redis.disconnect()
    throw new AppError('REDIS_UNAVAILABLE', 'upstream', 'Redis does not answer', { cause: toldRedisError(error) })
  }
  const calls = new RedisShelf<CallId, KeptCall>(redis, `switchboard:live-calls:${instance}`, log)
  const agents = new RedisShelf<AgentId, KeptAgent>(redis, `switchboard:live-agents:${instance}`, log)
  return {
    calls,
    agents,
    unwritten: () => calls.unwritten + agents.unwritten,
    damaged: () => calls.damaged + agents.damaged,
    flush: async () => void (await Promise.all([calls.flush(), agents.flush()])),
    async close() {
      await Promise.all([calls.close(), agents.close()])
      redis.disconnect()
    }
  }
}
