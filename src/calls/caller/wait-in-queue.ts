import type { Signal } from '../../domain/abort.ts'
import type { QueueExit, QueueRequest } from '../../domain/caller.ts'
import type { AgentId } from '../../domain/ids.ts'
import type { LeftOver } from '../call/left-over.ts'
import type { LiveCall } from '../call/live-call.ts'
import type { CallsOffice } from '../call/office.ts'
import { overflowed, type Place, placeFor, placeLeft, placeOf, sentOnTo } from '../call/queue-place.ts'
import type { Answered } from '../call/ringing.ts'
import type { Deflected } from '../call/stay-control.ts'
import { converse } from './converse.ts'
import { overflowNow } from './overflow.ts'
import { type Leaving, waitForAgent } from './wait-for-agent.ts'

/** From entering a queue until the caller is back in the flow: waiting, talking, and wherever agents send them on. */
export async function waitInQueue(
  call: LiveCall,
  office: CallsOffice,
  request: QueueRequest,
  signal: Signal
): Promise<QueueExit> {
  const stay = call.leftOver?.stay
  let place = stay === undefined ? placeFor(request, call, office) : placeLeft(stay, request, call, office)
  let left = call.leftOver?.talk === undefined ? undefined : call.leftOver

  for (;;) {
    const [wait, last] = left === undefined ? await waitThrough(call, office, place, signal) : [left, place]
    if (typeof wait === 'string') return { exit: wait }
    left = undefined
    const end = wait.type === 'deflected' ? await wait.go(signal) : await converse(call, office, wait, signal)
    call.enter('flow')
    if (end.kind === 'over') return { exit: 'answered' }
    if (end.kind === 'number') return { exit: 'transferred', number: end.number }
    // Another queue is another wait; who was not served keeps the place they had.
    place = end.kind === 'queue' ? placeOf(sentOnTo(end, agentOf(wait), last), call, office) : again(last)
  }
}

/** The place of somebody who was not served. */
function again({ since: _, ...place }: Place): Place {
  return { ...place, kept: true }
}

/** Who talked to the caller last, or sent them on. */
export function agentOf(wait: Answered | Deflected | LeftOver): AgentId {
  if (wait.type === 'left-over') return wait.agentId
  return wait.type === 'answered' ? wait.offer.agentId : wait.by
}

/** Waits in one queue after the other, as their overflows say. What came of it, and in which place. */
async function waitThrough(
  call: LiveCall,
  office: CallsOffice,
  first: Place,
  signal: Signal
): Promise<readonly [Answered | Deflected | Exclude<Leaving, { type: 'overflow' }>, Place]> {
  let place = first
  for (;;) {
    const wait = await waitForAgent(call, office, place, signal)
    const rule = ruleOf(wait, place, office)
    if (rule !== undefined) place = overflowed(place, rule, office)
    else if (typeof wait === 'string' || wait.type !== 'overflow') return [wait, place]
  }
}

/** By which rule the caller goes on: whom the queue does not take may be taken by another one. */
function ruleOf(wait: Answered | Deflected | Leaving, place: Place, office: CallsOffice) {
  if (wait === 'full' || wait === 'no_agents' || wait === 'closed')
    return overflowNow(place, office, 0, office.distribution.queueStatus(place.settings.name)?.waiting ?? 0)
  return typeof wait !== 'string' && wait.type === 'overflow' ? wait.rule : undefined
}
