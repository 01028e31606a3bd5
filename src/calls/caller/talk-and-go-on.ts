import type { QueueRequest } from '../../domain/caller.ts'
import type { Termination } from '../../domain/termination.ts'
import type { ConversationEnd } from '../call/conversation-end.ts'
import type { LeftOver } from '../call/left-over.ts'
import type { LiveCall } from '../call/live-call.ts'
import type { CallsOffice } from '../call/office.ts'
import { inAnotherQueue, type Place } from '../call/queue-place.ts'
import type { Answered } from '../call/ringing.ts'
import type { Deflected } from '../call/stay-control.ts'
import { converse } from './converse.ts'
import { goOnWith, waitAndGoOn } from './wait-and-go-on.ts'
import { agentOf } from './wait-in-queue.ts'

const over: Termination = { result: 'completed', reason: 'agent-hung-up' }

/**
 * Agent and the one we called talk, and whoever was called is followed wherever agents send them. `back`: the queue where they wait when
 * their agent was gone before the two were joined, or nobody takes them where they were sent; without one they are let go.
 */
export async function talkAndGoOn(
  call: LiveCall,
  agent: Answered | LeftOver,
  office: CallsOffice,
  back: QueueRequest | undefined
): Promise<Termination> {
  return await goOnAfter(await converse(call, office, agent, call.signal), call, agent, office, back)
}

/** The same, from the end of that conversation, or of the way that an agent sent the caller. */
export async function goOnAfter(
  end: ConversationEnd,
  call: LiveCall,
  agent: Answered | Deflected | LeftOver,
  office: CallsOffice,
  back: QueueRequest | undefined
): Promise<Termination> {
  if (end.kind === 'over') return over
  if (end.kind === 'number') return await goOnWith(end.number, call, office)
  return await waitAndGoOn(call, nextWait(end, agent, back), office)
}

function nextWait(
  end: ConversationEnd,
  agent: Answered | Deflected | LeftOver,
  back: QueueRequest | undefined
): QueueRequest | undefined {
  if (end.kind !== 'queue') return back
  const routing: Place['routing'] = {
    ...(back?.ageBonusMs !== undefined && { ageBonusMs: back.ageBonusMs }),
    ...(back?.preferred !== undefined && { preferred: back.preferred })
  }
  const { priority = 'normal' } = back ?? {}
  const { queue, enqueuedAt } = end
  const since = enqueuedAt === undefined ? {} : { enqueuedAt }
  return { queue, skills: {}, priority, leaveIfNoAgents: false, ...since, ...inAnotherQueue(routing, agentOf(agent)) }
}
