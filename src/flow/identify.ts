import type { Customer } from '../domain/customer.ts'
import type { Conversation } from './conversation.ts'
import { CustomerView } from './views.ts'

/** From here on the caller is this customer, as they are now: in the expressions of all flows that are open, and for the agent. */
export function identify(customer: Customer, talk: Conversation): void {
  talk.customer = customer
  for (const frame of talk.frames) frame.names.customer = new CustomerView(customer)
  talk.trace.identified(customer)
}
