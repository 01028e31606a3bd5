import type { DomainEvent, DomainEventOf } from '../domain/events.ts'
import type { CallId } from '../domain/ids.ts'

/** A fact and the process that counted it: together with the event's number a key that stays the same when it is sent again. */
export interface Entry<Event extends DomainEvent = DomainEvent> {
  readonly instance: string
  readonly event: Event
}

export type CallEvent = Extract<DomainEvent, { callId: CallId }>
export type AgentEvent = DomainEventOf<'agent.changed' | 'agent.wrapped-up'>

/** Facts about a call; the others come and go without a record. */
export function isOfCall(entry: Entry): entry is Entry<CallEvent> {
  return 'callId' in entry.event
}

/** Whether the fact belongs into the records. Queue figures, phones and sign-ins do not: they are live news. */
export function isRecorded(event: DomainEvent): boolean {
  return 'callId' in event || event.type === 'agent.changed' || event.type === 'agent.wrapped-up'
}
