import type { Signal } from '../domain/abort.ts'
import { AppError } from '../domain/errors.ts'
import type { Publish } from '../domain/event-bus.ts'
import type { CallId, DeviceId } from '../domain/ids.ts'
import type { Log } from '../domain/log.ts'
import type { Clock } from '../domain/ports/clock.ts'
import type { Database } from '../domain/ports/database.ts'
import { type OpenRecord, readOpenRecords } from '../records/open-records.ts'
import type { Recorder } from '../records/recorder.ts'

/** Between two attempts while the database is away. */
const RETRY_MS = 5_000

interface Around {
  readonly recorder: Pick<Recorder, 'flush'>
  readonly database: Database
  /** The name of this server, and of this start of it. */
  readonly server: string
  readonly thisStart: string
  /** Calls that an earlier process left and that are ended by whoever goes on with them. */
  readonly held: ReadonlySet<CallId>
  readonly clock: Clock
  readonly publish: Publish
  readonly log: Log
}

/** Begins to do so; stopped by `close`, it is done at the next start. */
export function endingForgotten(around: Around): { close(): Promise<void> } {
  const stopping = new AbortController()
  const ending = endForgotten(around, stopping.signal).catch((err) => {
    if (!stopping.signal.aborted) around.log.error({ err }, 'Calls without an end could not be ended')
  })
  return {
    async close() {
      stopping.abort()
      await ending
    }
  }
}

/**
 * Ends each call that an earlier start of this server told of and that nobody holds: its process died before the live store had it, or the
 * store was lost. What the dead process left on disk goes to the database first, as the end may be in it; while the database is away this
 * waits. Done twice it does nothing: the first time leaves no open record, in the database or in the journal of this start.
 */
export async function endForgotten(around: Around, signal: Signal): Promise<void> {
  const { recorder, database, server, thisStart, held, clock, publish, log } = around
  const read = async () => {
    await recorder.flush(signal)
    return await readOpenRecords(database, server, thisStart)
  }
  for (;;) {
    try {
      const forgotten = (await read()).filter(({ callId }) => !held.has(callId))
      for (const call of forgotten) tellEnd(call, publish)
      if (forgotten.length > 0)
        log.warn({ calls: forgotten.map(({ callId }) => callId) }, 'Calls of an earlier process that nobody holds were ended')
      return
    } catch (err) {
      signal.throwIfAborted()
      if (!(err instanceof AppError && err.code === 'DATABASE_UNAVAILABLE')) throw err
      log.warn({ err }, 'Calls without an end cannot be looked for yet')
    }
    await clock.sleep(RETRY_MS, signal)
  }
}

/** In one breath: whoever knows of calls by what this process tells, such as webhooks, hears which call it is that ends. */
function tellEnd(call: OpenRecord, publish: Publish): void {
  const { callId, contactId, startedAt, answeredAt, agents, queues, language, ...known } = call
  const which = { callId, contactId, startedAt, ...(answeredAt !== undefined && { answeredAt }) }
  publish({
    type: 'call.restored',
    ...{ ...which, ...known, phase: 'flow' },
    parties: agents.map((agentId) => ({ device: agentId as string as DeviceId, agentId, isHolding: false })),
    data: { path: [], collected: {}, waited: { totalMs: 0, queues }, language, priority: 'normal' }
  })
  publish({
    type: 'call.ended',
    ...which,
    totals: { queuedMs: 0, talkedMs: 0, heldMs: 0 },
    termination: { result: 'failed', reason: 'server-restarted' }
  })
}
