import type { DomainEventOf } from '../../domain/events.ts'
import type { PastContact } from '../../domain/past-contact.ts'
import type { CtiOptions } from '../cti-world.ts'

/** How many past contacts are shown with a call, and as many again of older ones with open promises. */
const SHOWN_MAX = 8

/**
 * Looks up what contacts a customer had before, as soon as it is known who they are: long before anybody is rung, as a rule. Nothing waits for
 * it, and without the records calls are told as ever.
 */
export async function lookUpPast(
  event: DomainEventOf<'call.identified' | 'call.restored'>,
  { customers, log }: CtiOptions
): Promise<readonly PastContact[]> {
  const customer = event.type === 'call.identified' ? event.customer : event.data.customer
  if (customer === undefined) return []
  const { callId, contactId } = event
  try {
    const past = await customers.pastOf(customer.id, callId, SHOWN_MAX)
    // The callback that this call keeps is not past.
    return past.filter(({ kind, contactId: of }) => kind !== 'callback' || of !== contactId)
  } catch (err) {
    // What cannot be read is not shown; who asks for it with contact.history is told.
    log.warn({ err, callId }, 'The past contacts of a customer could not be read')
    return []
  }
}
