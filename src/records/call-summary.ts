import type { CallDoor } from '../domain/call-phase.ts'
/** A row of `calls`. */
export interface CallRow {
  readonly call_id: string
  readonly contact_id: string
  readonly started_at: Date
  readonly answered_at: Date | null
  readonly ended_at: Date | null
  readonly caller: string | null
  readonly caller_name: string | null
  readonly dialed: string | null
  readonly door: CallDoor | null
  readonly language: string | null
  readonly customer_id: string | null
  readonly customer_name: string | null
  readonly flow: string | null
  readonly flow_version: string | null
  readonly flows: string[]
  readonly queue: string | null
  readonly queues: string[]
  readonly agent: string | null
  readonly agents: string[]
  readonly fast_path: string | null
  readonly intent: string | null
  readonly tags: string[] | null
  readonly result: string | null
  readonly reason: string | null
  readonly cause: number | null
  readonly error: string | null
  readonly queued_ms: number | null
  readonly talked_ms: number | null
  readonly held_ms: number | null
}

/** One call in a list. Times are ISO 8601; null where the fact is unknown or has not happened. */
export interface CallSummary {
  readonly callId: string
  readonly contactId: string
  readonly startedAt: string
  readonly answeredAt: string | null
  readonly endedAt: string | null
  readonly caller: string | null
  readonly callerName: string | null
  readonly dialed: string | null
  readonly door: CallDoor | null
  readonly language: string | null
  readonly customer: { readonly id: string; readonly name: string | null } | null
  /** The first flow that took the call, and its version. */
  readonly flow: { readonly name: string; readonly version: string | null } | null
  readonly flows: readonly string[]
  readonly queue: string | null
  readonly queues: readonly string[]
  readonly agent: string | null
  readonly agents: readonly string[]
  readonly fastPath: string | null
  readonly intent: string | null
  readonly tags: readonly string[]
  /** Null while the call goes on. */
  readonly termination: {
    readonly result: string
    readonly reason: string
    readonly cause: number | null
    readonly error: string | null
  } | null
  readonly totals: { readonly queuedMs: number; readonly talkedMs: number; readonly heldMs: number } | null
}

export function toSummary(row: CallRow): CallSummary {
  return {
    callId: row.call_id,
    contactId: row.contact_id,
    startedAt: row.started_at.toISOString(),
    answeredAt: row.answered_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
    caller: row.caller,
    callerName: row.caller_name,
    dialed: row.dialed,
    door: row.door,
    language: row.language,
    customer: row.customer_id === null ? null : { id: row.customer_id, name: row.customer_name },
    flow: row.flow === null ? null : { name: row.flow, version: row.flow_version },
    flows: row.flows,
    queue: row.queue,
    queues: row.queues,
    agent: row.agent,
    agents: row.agents,
    fastPath: row.fast_path,
    intent: row.intent,
    tags: row.tags ?? [],
    termination: toTermination(row),
    totals: row.queued_ms === null ? null : { queuedMs: row.queued_ms, talkedMs: row.talked_ms ?? 0, heldMs: row.held_ms ?? 0 }
  }
}

function toTermination({ result, reason, cause, error }: CallRow): CallSummary['termination'] {
  return result === null || reason === null ? null : { result, reason, cause, error }
}
