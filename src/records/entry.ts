import type { DomainEvent, DomainEventOf } from '../domain/events.ts'
import type { CallId } from '../domain/ids.ts'

/** A fact and the process that counted it: together with the event's number a key that stays the same when it is sent again. */
export interface Entry<Event extends DomainEvent = DomainEvent> {
  readonly instance: string
  readonly event: Event
  /** The event as JSON, written once: for the files on the way to the database, and for the database. */
  readonly json: string
}

export function entryOf(instance: string, event: DomainEvent): Entry {
  return { instance, event, json: JSON.stringify(event) }
}

/** As it stands in a file, with the end of its line. */
export function lineOf({ instance, json }: Entry): string {
  return `{"instance":${JSON.stringify(instance)},"event":${json}}\n`
}

/** What stands in a line of a file; nothing when that was cut off, of which `onDamage` hears. */
export function entriesIn(line: string, onDamage: (line: string) => void): Entry[] {
  if (line === '') return []
  try {
    const { instance, event } = JSON.parse(line) as Entry
    return [entryOf(instance, event)]
  } catch {
    // Only a line that was cut off is not JSON; it is reported, and the others are whole.
    onDamage(line)
    return []
  }
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
