import type { Test } from 'tap'
import type { CtiEvent, CtiEventType } from '../../../src/cti/messages.ts'
import { until } from '../until.ts'
import { faultsOf } from './event-faults.ts'
import { shownBy } from './shown-events.ts'

const seen = new Map<CtiEventType, number>()
const faults: string[] = []

/** Remembers that a client of this test file was told such an event; used where its schema is looked at elsewhere. */
export function noteSeen({ type }: CtiEvent): void {
  seen.set(type, (seen.get(type) ?? 0) + 1)
}

/** Remembers what a desk of this test file was told, and what was wrong with it. */
export function noteEvent(event: CtiEvent): void {
  noteSeen(event)
  for (const fault of faultsOf(event))
    if (faults.length < 20) faults.push(`${event.type}: not so: ${fault}: ${JSON.stringify(event)}`)
}

/**
 * The desks of this file were told all that the file is to show, and every single event was as its type promises.
 * What is on its way to an open desk is waited for.
 */
export async function allEventsShown(t: Test, file: keyof typeof shownBy): Promise<void> {
  const missing = () => shownBy[file].filter((type) => !seen.has(type))
  await until(() => missing().length === 0, {
    what: () => `events of all kinds that this file is to show; missing: ${missing()}`
  })
  t.same(faults, [], 'every event holds what its type promises')
  t.comment(JSON.stringify(Object.fromEntries(seen)))
}
