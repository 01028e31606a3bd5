import type { CallEvent, Entry } from './entry.ts'

/** What some events change in one row of `calls`; column names, times in milliseconds, unset means unchanged. */
export interface CallChange {
  readonly call_id: string
  readonly contact_id: string
  readonly flows: string[]
  readonly queues: string[]
  readonly agents: string[]
  started_at: number
  [column: string]: string | number | string[] | undefined
}

/** One change per call, in the order of the events. Pure. */
export function deriveCalls(entries: readonly Entry<CallEvent>[]): CallChange[] {
  const changes = new Map<string, CallChange>()
  for (const { event } of entries) {
    const change = changes.get(event.callId) ?? {
      call_id: event.callId,
      contact_id: event.contactId,
      started_at: event.at,
      flows: [],
      queues: [],
      agents: []
    }
    changes.set(event.callId, change)
    apply(change, event)
  }
  // Always in the same order, so that two servers that write at the same time cannot lock each other out.
  return [...changes.values()].toSorted((one, other) => (one.call_id < other.call_id ? -1 : 1))
}

function apply(change: CallChange, event: CallEvent): void {
  switch (event.type) {
    case 'call.started':
      Object.assign(change, {
        caller: event.caller,
        caller_name: event.callerName,
        dialed: event.dialed,
        door: event.door,
        language: event.language
      })
      // Also when they reach nobody.
      if (event.by !== undefined) {
        change.agent = event.by
        add(change.agents, event.by)
      }
      return
    case 'call.restored':
      // Of a process that was killed before anybody had written that the call began.
      change.started_at = Math.min(change.started_at, event.startedAt)
      Object.assign(change, {
        caller: change.caller ?? event.caller,
        caller_name: change.caller_name ?? event.callerName,
        dialed: change.dialed ?? event.dialed,
        door: change.door ?? event.door,
        language: event.data.language
      })
      return
    case 'call.answered':
      change.answered_at = event.at
      return
    case 'call.identified':
      Object.assign(change, { customer_id: event.customer.id, customer_name: event.customer.name })
      return
    case 'call.language-changed':
      change.language = event.language
      return
    case 'flow.started':
      change.flow ??= event.flow
      change.flow_version ??= event.version
      add(change.flows, event.flow)
      return
    case 'shortcut.taken':
      change.fast_path = event.shortcut
      return
    case 'call.data-changed':
      change.intent = event.data.intent ?? change.intent
      return
    case 'call.tagged':
      change.tags = [...event.tags]
      return
    case 'call.queued':
      change.queue = event.queue
      change.intent = event.data.intent ?? change.intent
      add(change.queues, event.queue)
      return
    case 'call.established':
      change.agent = event.agentId
      add(change.agents, event.agentId)
      return
    case 'call.ended':
      end(change, event)
  }
}

function end(
  change: CallChange,
  { at, startedAt, answeredAt, termination, totals }: Extract<CallEvent, { type: 'call.ended' }>
): void {
  // The first end stands.
  if (change.result !== undefined) return
  change.started_at = Math.min(change.started_at, startedAt)
  change.answered_at = answeredAt ?? change.answered_at
  Object.assign(change, {
    ended_at: at,
    result: termination.result,
    reason: termination.reason,
    cause: termination.cause,
    error: termination.error
  })
  Object.assign(change, { queued_ms: totals.queuedMs, talked_ms: totals.talkedMs, held_ms: totals.heldMs })
}

function add(names: string[], name: string): void {
  if (!names.includes(name)) names.push(name)
}
