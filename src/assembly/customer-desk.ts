import { keptBy, mergeCustomers, unmergeCustomers } from '../customers/merge-customers.ts'
import type { Customers } from '../domain/customer.ts'
import type { Publish } from '../domain/event-bus.ts'
import type { CustomerDesk, PastCall } from '../domain/ports/customer-desk.ts'
import type { Database } from '../domain/ports/database.ts'
import type { CallSummary } from '../records/call-summary.ts'
import { listCalls } from '../records/read-calls.ts'
import { readDispositions } from '../records/read-dispositions.ts'

/** The customers that flows know too, and their calls out of the records. */
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
    async history(of, reach, limit) {
      const { calls } = await listCalls(database, { ...of, within: reach, limit })
      const dispositions = await readDispositions(database, [...new Set(calls.map(({ contactId }) => contactId))])
      return calls.map((call) => pastCall(call, dispositions.get(call.contactId)))
    }
  }
}

function pastCall(call: CallSummary, disposition: string | undefined): PastCall {
  const { callId, contactId, startedAt, endedAt, caller, dialed, door, intent, queues, agents, tags, termination } = call
  return {
    ...{ callId, contactId, startedAt: Date.parse(startedAt), queues, agents, tags },
    ...(endedAt !== null && { endedAt: Date.parse(endedAt) }),
    ...(caller !== null && { caller }),
    ...(dialed !== null && { dialed }),
    ...(door !== null && { door }),
    ...(intent !== null && { intent }),
    ...(termination !== null && { result: termination.result }),
    ...(disposition !== undefined && { disposition })
  }
}
