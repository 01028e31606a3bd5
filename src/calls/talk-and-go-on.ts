import type { QueueRequest } from '../domain/caller.ts'
import type { Termination } from '../domain/termination.ts'
import { CallerOnPhone } from './caller-on-phone.ts'
import type { ConversationEnd } from './conversation-end.ts'
import { converse } from './converse.ts'
import type { LiveCall } from './live-call.ts'
import type { CallsOffice } from './office.ts'
import { inAnotherQueue, type Place } from './queue-place.ts'
import type { Answered } from './ringing.ts'
import { waitInQueue } from './wait-in-queue.ts'
import { walkFlows } from './walk-flows.ts'

const over: Termination = { result: 'completed', reason: 'agent-hung-up' }

/**
 * Agent and the one we called talk, and whoever was called is followed wherever agents send them. `back`: the queue where they wait when
 * their agent was gone before the two were joined, or nobody takes them where they were sent; without one they are let go.
 */
export async function talkAndGoOn(
  call: LiveCall,
  agent: Answered,
  office: CallsOffice,
  back: QueueRequest | undefined
): Promise<Termination> {
  const end = await converse(call, office, agent, call.signal)
  if (end.kind === 'over') return over
  let number = end.kind === 'number' ? end.number : undefined
  if (number === undefined) {
    const request = nextWait(end, agent, back)
    if (request === undefined) return over
    const left = await waitInQueue(call, office, request, call.signal)
    if (left.exit !== 'transferred') return over
    number = left.number
  }
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

function nextWait(end: ConversationEnd, { offer }: Answered, back: QueueRequest | undefined): QueueRequest | undefined {
  if (end.kind !== 'queue') return back
  const routing: Place['routing'] = {
    ...(back?.ageBonusMs !== undefined && { ageBonusMs: back.ageBonusMs }),
    ...(back?.preferred !== undefined && { preferred: back.preferred })
  }
  const { priority = 'normal' } = back ?? {}
  const { queue, enqueuedAt } = end
  const since = enqueuedAt === undefined ? {} : { enqueuedAt }
  return { queue, skills: {}, priority, leaveIfNoAgents: false, ...since, ...inAnotherQueue(routing, offer.agentId) }
}
