import type { Skills } from '../domain/agent.ts'
import type { QueueExit, QueueRequest } from '../domain/caller.ts'
import { AppError } from '../domain/errors.ts'
import type { Subscription } from '../domain/event-feed.ts'
import { expectOrGone } from '../domain/outcome.ts'
import type { PriorityName, QueueSettings } from '../domain/queue.ts'
import { converse } from './converse.ts'
import type { LiveCall } from './live-call.ts'
import type { CallsOffice } from './office.ts'
import { type Answered, Ringing, type RingNews } from './ringing.ts'
import { whenConnected } from './when-connected.ts'

/** A place in a queue that can be taken again: after a failed transfer the caller returns to it, with the first enqueue time. */
interface Place {
  readonly settings: QueueSettings
  readonly priority: PriorityName
  readonly skills: Skills
  readonly enqueuedAt: number
  readonly maxWaitMs: number
  readonly leaveIfNoAgents: boolean
  /** The caller was in this place before: neither length nor staffing turns them away. */
  readonly kept: boolean
}

/** From entering a queue until the caller is back in the flow: waiting, talking, and wherever agents send them on. */
export async function waitInQueue(
  call: LiveCall,
  office: CallsOffice,
  request: QueueRequest,
  signal: AbortSignal
): Promise<QueueExit> {
  let place = placeOf(request, office)

  for (;;) {
    const wait = await waitForAgent(call, office, place, signal)
    if (typeof wait === 'string') return { exit: wait }
    const end = await converse(call, office, wait, signal)
    call.enter('flow')
    if (end.kind === 'over') return { exit: 'answered' }
    if (end.kind === 'number') return { exit: 'transferred', number: end.number }
    // Another queue is another wait; who was not served keeps the place they had.
    place =
      end.kind === 'queue'
        ? placeOf({ queue: end.queue, skills: {}, priority: place.priority, leaveIfNoAgents: false }, office)
        : { ...place, kept: true }
  }
}

/** Music until an agent has answered, the time is over or there is nobody to wait for. */
async function waitForAgent(
  call: LiveCall,
  office: CallsOffice,
  place: Place,
  signal: AbortSignal
): Promise<Answered | 'timeout' | 'full' | 'no_agents'> {
  const queue = place.settings.name
  const since = office.clock.now()
  const ringing = new Ringing(call, office, since)
  // Before anybody can be rung: a quick agent answers while the music is still being started.
  using decided = ringing.news.subscribe((news) => news.type === 'answered' || news.type === 'fault')
  const joined = office.distribution.enqueue(
    {
      callId: call.callId,
      contactId: call.contactId,
      queue,
      priority: place.priority,
      skills: place.skills,
      enqueuedAt: place.enqueuedAt
    },
    ringing,
    { leaveIfNoAgents: place.leaveIfNoAgents, keepsPlace: place.kept }
  )
  if (joined !== 'waiting') return joined

  let exit: 'answered' | 'timeout' | 'left' | 'callerGone' | 'fault' = 'fault'
  call.story.enteredQueue(queue)
  call.story.priority = place.priority
  call.enter('queued')
  call.publish({
    type: 'call.queued',
    queue,
    priority: place.priority,
    enqueuedAt: place.enqueuedAt,
    data: call.story.attachedData(since)
  })

  try {
    await startMusic(call, office, place.settings.music, signal)
    const answered = await answerOrTimeout(ringing, decided, office, place.maxWaitMs, signal)
    exit = answered === 'timeout' ? 'timeout' : 'answered'
    if (exit === 'answered') ringing.takeOver()
    return answered
  } catch (reason) {
    if (signal.aborted) exit = call.signal.aborted ? 'callerGone' : 'left'
    throw reason
  } finally {
    const waitedMs = office.clock.now() - since
    call.totals.queuedMs += waitedMs
    call.story.waited(waitedMs)
    if (exit !== 'answered') office.distribution.withdraw(call.callId)
    await ringing.close()
    call.publish({ type: 'call.dequeued', queue, exit, waitedMs })
    if (exit !== 'answered') call.enter('flow')
    if (exit !== 'callerGone') await call.channel.stopMusic()
  }
}

/** A limit that passes while a phone rings waits for that ring to end: nobody is taken away from an agent who is reaching for the phone. */
async function answerOrTimeout(
  ringing: Ringing,
  decided: Subscription<RingNews>,
  office: CallsOffice,
  maxWaitMs: number,
  signal: AbortSignal
): Promise<Answered | 'timeout'> {
  const over = new AbortController()
  const either = AbortSignal.any([signal, over.signal])

  try {
    const first = await Promise.race([decided.first(either), limit(ringing, office, maxWaitMs, either)])
    if (first === 'timeout') return 'timeout'
    if (first.type === 'fault') throw first.error
    if (first.type !== 'answered') throw new AppError('INTERNAL', 'server', 'An offer that ended was taken for an answer')
    return first
  } finally {
    over.abort(new Error('The wait is over'))
  }
}

async function limit(ringing: Ringing, office: CallsOffice, maxWaitMs: number, signal: AbortSignal): Promise<'timeout'> {
  await office.clock.sleep(maxWaitMs, signal)
  while (ringing.busy) {
    using ended = ringing.news.subscribe((news) => news.type === 'ended')
    await ended.first(signal)
  }
  return 'timeout'
}

async function startMusic(call: LiveCall, office: CallsOffice, music: string, signal: AbortSignal): Promise<void> {
  const outcome = await whenConnected(office, () => call.channel.startMusic(music), signal)
  expectOrGone(outcome, 'start music')
}

function placeOf(request: QueueRequest, office: CallsOffice): Place {
  const settings = office.centre.queues.get(request.queue)
  if (settings === undefined)
    throw new AppError('QUEUE_UNKNOWN', 'flow', 'A flow named a queue that does not exist', { details: { queue: request.queue } })
  return {
    settings,
    priority: request.priority,
    skills: request.skills,
    enqueuedAt: office.clock.now(),
    maxWaitMs: request.maxWaitMs ?? settings.maxWaitMs,
    leaveIfNoAgents: request.leaveIfNoAgents,
    kept: false
  }
}
