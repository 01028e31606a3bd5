import type { CallEvent } from './events/call-events.ts'
import type { CentreEvent } from './events/centre-events.ts'
import type { RecordingEvent } from './events/recording-events.ts'
import type { TalkEvent } from './events/talk-events.ts'
import type { WaitingEvent } from './events/waiting-events.ts'

/**
 * The facts, published once each, in the order they became true. Records and CTI are listeners; nobody asks them anything.
 * A new fact is a new line here; a fact is never published twice under two names.
 */
export type DomainEventBody = CallEvent | WaitingEvent | TalkEvent | RecordingEvent | CentreEvent

/** A fact with its time and its number, counted by this process from 1. */
export type DomainEvent = DomainEventBody & { readonly at: number; readonly number: number }

export type DomainEventType = DomainEvent['type']
export type DomainEventOf<Type extends DomainEventType> = Extract<DomainEvent, { type: Type }>
