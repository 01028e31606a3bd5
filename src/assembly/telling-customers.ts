import type { Customers } from '../domain/customer.ts'
import type { Publish } from '../domain/event-bus.ts'

/** The customers, with what flows make of them told as facts. */
export function tellingCustomers(customers: Customers, publish: Publish): Customers {
  return {
    ...customers,
    async create(number, changes, signal) {
      const made = await customers.create(number, changes, signal)
      if (made.created) publish({ type: 'customer.changed', customer: made.customer, by: 'flow' })
      return made
    },
    async update(id, changes, signal) {
      const customer = await customers.update(id, changes, signal)
      if (customer !== undefined) publish({ type: 'customer.changed', customer, by: 'flow' })
      return customer
    }
  }
}
