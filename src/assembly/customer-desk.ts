import type { Customers } from '../domain/customer.ts'
import type { CustomerDesk, PastCall } from '../domain/ports/customer-desk.ts'
import type { Database } from '../domain/ports/database.ts'
import type { CallSummary } from '../records/call-summary.ts'
import { listCalls } from '../records/read-calls.ts'

/** The customers that flows know too, and their calls out of the records. */
export function customerDesk(customers: Pick<Customers, 'find' | 'update'>, database: Database): CustomerDesk {
  // Both have a limit of their own; nobody breaks a look-up off.
  const patient = () => new AbortController().signal
  return {
    find: (key) => customers.find(key, patient()),
    update: (id, changes) => customers.update(id, changes, patient()),
    async history(of, reach, limit) {
      const { calls } = await listCalls(database, { ...of, within: reach, limit })
      return calls.map(pastCall)
    }
  }
}

function pastCall({
  callId,
  contactId,
  startedAt,
  endedAt,
  caller,
  dialed,
  intent,
  queues,
  agents,
  tags,
  termination
}: CallSummary): PastCall {
  return {
    ...{ callId, contactId, startedAt: Date.parse(startedAt), queues, agents, tags },
    ...(endedAt !== null && { endedAt: Date.parse(endedAt) }),
    ...(caller !== null && { caller }),
    ...(dialed !== null && { dialed }),
    ...(intent !== null && { intent }),
    ...(termination !== null && { result: termination.result })
  }
}
