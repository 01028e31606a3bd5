import type { DomainEventOf } from '../domain/events.ts'
import type { PastCall } from '../domain/ports/customer-desk.ts'
import type { CtiOptions } from './cti-world.ts'

/** How many past calls are shown with a call. */
const SHOWN_MAX = 5

/**
 * Looks up what calls a customer had before, as soon as it is known who they are: long before anybody is rung, as a rule. Nothing waits for
 * it, and without the records calls are told as ever.
 */
export async function lookUpPast(
  event: DomainEventOf<'call.identified' | 'call.restored'>,
  { customers, log }: CtiOptions
): Promise<readonly PastCall[]> {
  const customer = event.type === 'call.identified' ? event.customer : event.data.customer
  if (customer === undefined) return []
  const { callId } = event
  try {
    const calls = await customers.history({ customer: customer.id }, undefined, SHOWN_MAX + 1)
    return calls.filter((past) => past.callId !== callId).slice(0, SHOWN_MAX)
  } catch (err) {
    // What cannot be read is not shown; who asks for it with contact.history is told.
    log.warn({ err, callId }, 'The past calls of a customer could not be read')
    return []
  }
}
