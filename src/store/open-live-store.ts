import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { AppError } from '../domain/errors.ts'
import type { AgentId, CallId } from '../domain/ids.ts'
import type { KeptAgent, KeptCall } from '../domain/kept-call.ts'
import type { Log } from '../domain/log.ts'
import type { LiveStore, Shelf } from '../domain/ports/live-store.ts'
import { JournalShelf } from './journal-shelf.ts'
import { MirroredShelf } from './mirrored-shelf.ts'
import { toldRedisError } from './redis-error.ts'
import { RedisShelf } from './redis-shelf.ts'

export interface LiveStoreOptions {
  /** Where it is kept beside the journals in `dataDir`. */
  readonly redisUrl?: string | undefined
  readonly dataDir: string
  readonly instance: string
  readonly log: Log
}

/** A Redis that is there answers within this. */
const ANSWER_MS = 1_000
/** And one without which there is nothing to go on with is waited for. */
const FIRST_ANSWER_MS = 5_000

/**
 * The live store the configuration asks for. Rejects when Redis is asked for, does not answer, and nobody else knows what is in progress: nothing that a process
 * with Redis left is on this machine.
 */
export async function openLiveStore({ redisUrl, dataDir, instance, log }: LiveStoreOptions): Promise<LiveStore> {
  const calls = JournalShelf.open<CallId, KeptCall>(join(dataDir, 'live-calls.jsonl'), ({ callId }) => callId, log)
  const agents = JournalShelf.open<AgentId, KeptAgent>(join(dataDir, 'live-agents.jsonl'), ({ status }) => status.agentId, log)
  if (redisUrl !== undefined) return await mirrored({ calls, agents }, redisUrl, instance, log)
  for (const journal of [calls, agents]) notMirrored(journal)
  return storeOf(calls, agents)
}

/** From now on it is newer than what a process with Redis may have left there. */
function notMirrored(journal: Pick<JournalShelf<never, never>, 'found' | 'mark'>): void {
  const { found } = journal
  if (found !== undefined) journal.mark(() => ({ run: found.run + 1, changes: 0 }))
}

interface Journals {
  readonly calls: JournalShelf<CallId, KeptCall>
  readonly agents: JournalShelf<AgentId, KeptAgent>
}

/** Also in hashes of Redis, one per instance, so that a server on another machine can take them over. */
async function mirrored(journals: Journals, url: string, instance: string, log: Log): Promise<LiveStore> {
  // Loaded by who has one: it is a good part of what a start without it takes.
  const { Redis } = await import('ioredis')
  const redis = new Redis(url, {
    ...{ lazyConnect: true, maxRetriesPerRequest: 1, enableOfflineQueue: false },
    ...{ connectTimeout: 3000, commandTimeout: ANSWER_MS }
  })
  // ioredis reconnects by itself for ever; the event only tells.
  redis.on('error', (error) => log.warn({ err: toldRedisError(error) }, 'Redis cannot be reached'))
  const inCalls = new RedisShelf<CallId, KeptCall>(redis, `switchboard:live-calls:${instance}`, log)
  const inAgents = new RedisShelf<AgentId, KeptAgent>(redis, `switchboard:live-agents:${instance}`, log)
  const isKnownHere = journals.calls.found !== undefined
  const [left, agentsLeft] = await answered(redis, isKnownHere ? ANSWER_MS : FIRST_ANSWER_MS)
    .then(() => Promise.all([inCalls.read(), inAgents.read()]))
    .catch(async (error: unknown) => {
      if (!isKnownHere) {
        redis.disconnect()
        await Promise.all([journals.calls.close(), journals.agents.close()])
        throw new AppError('REDIS_UNAVAILABLE', 'upstream', 'Redis does not answer', { cause: toldRedisError(error) })
      }
      log.error(
        { err: toldRedisError(error) },
        'Redis does not answer; what this machine has of calls in progress is gone on with'
      )
      return []
    })
  const store = storeOf(
    new MirroredShelf(journals.calls, inCalls, left, log),
    new MirroredShelf(journals.agents, inAgents, agentsLeft, log)
  )
  return {
    ...store,
    async close() {
      await store.close()
      redis.disconnect()
    }
  }
}

/** Resolves when it is connected and answers. One that takes connections and then says nothing is no other than one that is away. */
async function answered(redis: Redis, limitMs: number): Promise<void> {
  const connected = redis.connect()
  // It goes on connecting; nobody listens any more when it took too long.
  connected.catch(() => undefined)
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${limitMs} ms`)), limitMs)
  })
  await Promise.race([connected, late]).finally(() => clearTimeout(timer))
}

interface OpenShelf<Id extends string, Kept> extends Shelf<Id, Kept> {
  readonly unwritten: number
  readonly damaged: number
  flush(): Promise<void>
  close(): Promise<void>
}

function storeOf(calls: OpenShelf<CallId, KeptCall>, agents: OpenShelf<AgentId, KeptAgent>): LiveStore {
  return {
    calls,
    agents,
    unwritten: () => calls.unwritten + agents.unwritten,
    damaged: () => calls.damaged + agents.damaged,
    flush: async () => void (await Promise.all([calls.flush(), agents.flush()])),
    close: async () => void (await Promise.all([calls.close(), agents.close()]))
  }
}
