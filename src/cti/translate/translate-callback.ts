import { viewOfCallback } from '../../domain/callback-view.ts'
import type { DomainEventOf } from '../../domain/events.ts'
import type { Translation } from './translation.ts'

const callbackEvents = {
  'callback.booked': 'callbackBooked',
  'callback.changed': 'callbackChanged',
  'callback.dialed': 'callbackChanged',
  'callback.attempted': 'callbackChanged',
  'callback.ended': 'callbackEnded'
} as const

/** For everybody who sees the queue. */
export function translateCallback(
  { type, callback }: DomainEventOf<keyof typeof callbackEvents>,
  time: string
): readonly Translation[] {
  const body = { type: callbackEvents[type], time, ...viewOfCallback(callback) }
  return [{ subject: { kind: 'queue', queue: callback.queue }, body }]
}
