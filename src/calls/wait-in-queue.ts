import type { Attend, QueueExit, QueueRequest } from '../domain/caller.ts'
import type { PriorityName } from '../domain/queue.ts'
import { converse } from './converse.ts'
import type { LiveCall } from './live-call.ts'
import type { CallsOffice } from './office.ts'
import { placeOf } from './queue-place.ts'
import { waitForAgent } from './wait-for-agent.ts'

/** From entering a queue until the caller is back in the flow: waiting, talking, and wherever agents send them on. */
export async function waitInQueue(
  call: LiveCall,
  office: CallsOffice,
  request: QueueRequest,
  signal: AbortSignal
): Promise<QueueExit> {
  let place = placeOf(request, call, office)

  for (;;) {
    const wait = await waitForAgent(call, office, place, signal)
    if (typeof wait === 'string') return { exit: wait }
    const end = await converse(call, office, wait, signal)
    call.enter('flow')
    if (end.kind === 'over') return { exit: 'answered' }
    if (end.kind === 'number') return { exit: 'transferred', number: end.number }
    // Another queue is another wait; who was not served keeps the place they had.
    place =
      end.kind === 'queue' ? placeOf(sentOnTo(end.queue, place.priority, place.attend), call, office) : { ...place, kept: true }
  }
}

function sentOnTo(queue: string, priority: PriorityName, attend: Attend | undefined): QueueRequest {
  return { queue, skills: {}, priority, leaveIfNoAgents: false, ...(attend !== undefined && { attend }) }
}
