import { keptBy, mergeCustomers, unmergeCustomers } from '../customers/merge-customers.ts'
import type { Customers } from '../domain/customer.ts'
import type { Publish } from '../domain/event-bus.ts'
import type { CustomerDesk } from '../domain/ports/customer-desk.ts'
import type { Database } from '../domain/ports/database.ts'
import { markPromise, readOpenPromises, readPromise } from '../records/promises.ts'
import { listCalls } from '../records/read-calls.ts'
import { readContacts, readPastOf } from '../records/read-contacts.ts'

/** The customers that flows know too, and their contacts out of the records. */
export function customerDesk(customers: Pick<Customers, 'find' | 'update'>, database: Database, publish: Publish): CustomerDesk {
  // Both have a limit of their own; nobody breaks a look-up off.
  const patient = () => new AbortController().signal
  return {
    find: (key) => customers.find(key, patient()),
    async update(id, changes, by) {
      const customer = await customers.update(id, changes, patient())
      if (customer !== undefined) publish({ type: 'customer.changed', customer, by })
      return customer
    },
    async merge(kept, other, by) {
      const merged = await mergeCustomers(database, kept, other, by)
      if (merged !== undefined) publish({ type: 'customer.changed', customer: merged.customer, merged: other, by })
      return merged
    },
    keptBy: (mergeId) => keptBy(database, mergeId),
    async unmerge(mergeId, by) {
      const both = await unmergeCustomers(database, mergeId, by)
      for (const customer of both === undefined ? [] : [both.kept, both.restored])
        publish({ type: 'customer.changed', customer, by })
      return both
    },
    history: (of, reach, limit) => readContacts(database, of, reach, limit),
    pastOf: (customer, notCall, limit) => readPastOf(database, customer, notCall, limit),
    async mayRead(of, within) {
      return (await listCalls(database, { ...of, within, limit: 1 })).calls.length > 0
    },
    promise: (id) => readPromise(database, id),
    openPromises: (reach, limit) => readOpenPromises(database, reach, limit),
    async markPromise(id, state, by) {
      const marked = await markPromise(database, id, state, by)
      if (marked?.isNews === true) publish({ type: 'promise.changed', promise: marked.promise, by })
      return marked?.promise
    }
  }
}
