import type { QueueRequest } from '../../domain/caller.ts'
import type { Termination } from '../../domain/termination.ts'
import type { LiveCall } from '../call/live-call.ts'
import type { CallsOffice } from '../call/office.ts'
import { CallerOnPhone } from './caller-on-phone.ts'
import { waitInQueue } from './wait-in-queue.ts'
import { walkFlows } from './walk-flows.ts'

const over: Termination = { result: 'completed', reason: 'agent-hung-up' }

/** Somebody waits, outside of any flow, for whoever serves them next, and is followed wherever agents send them; without a wait they are let go. */
export async function waitAndGoOn(call: LiveCall, request: QueueRequest | undefined, office: CallsOffice): Promise<Termination> {
  if (request === undefined) return over
  const left = await waitInQueue(call, office, request, call.signal)
  return left.exit === 'transferred' ? await goOnWith(left.number, call, office) : over
}

/** On with the flow of that number, as if it had been dialled. */
export async function goOnWith(number: string, call: LiveCall, office: CallsOffice): Promise<Termination> {
  const flows = office.world.flows.asOfNow()
  const flow = flows.byNumber(number)
  if (flow === undefined) return { result: 'completed', reason: 'flow-finished' }
  const caller = new CallerOnPhone(call, office)
  try {
    return await walkFlows(flow, flows, caller, call, office)
  } finally {
    await caller.close()
  }
}
