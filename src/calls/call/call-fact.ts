import type { DomainEventBody } from '../../domain/events.ts'
import type { CallId } from '../../domain/ids.ts'

export type EventOfCall = Extract<DomainEventBody, { callId: CallId }>
type WithoutIds<Event> = Event extends EventOfCall ? Omit<Event, 'callId' | 'contactId'> : never

/** A fact about one call, before it says of which. */
export type CallFact = WithoutIds<EventOfCall>
