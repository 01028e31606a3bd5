import { Abort, Either, type Signal } from '../../domain/abort.ts'
import type { Wait } from '../../domain/caller.ts'
import { AppError } from '../../domain/errors.ts'
import type { Subscription } from '../../domain/event-feed.ts'
import type { DomainEventOf } from '../../domain/events.ts'
import type { OverflowRule } from '../../domain/waiting.ts'
import type { LiveCall } from '../call/live-call.ts'
import type { CallsOffice } from '../call/office.ts'
import { QueueMusic } from '../call/queue-music.ts'
import { type Place, stayIn, waitLeftMs } from '../call/queue-place.ts'
import { turnedAway, untilRuleLeaves } from '../call/queue-rules.ts'
import { type Answered, Ringing, type RingNews } from '../call/ringing.ts'
import { type Deflected, StayControl } from '../call/stay-control.ts'
import { untilOverflow } from './overflow.ts'

/** How a wait ends without an agent. */
export type Leaving = Given | 'full'
type Given = PlainExit | { readonly type: 'overflow'; readonly rule: OverflowRule }
type PlainExit = 'timeout' | 'no_agents' | 'closed' | 'left' | 'callback' | 'withdrawn'

/** Music and company until an agent has answered, the time is over, the caller wants no more, or there is nobody to wait for. */
export async function waitForAgent(
  call: LiveCall,
  office: CallsOffice,
  place: Place,
  signal: Signal
): Promise<Answered | Deflected | Leaving> {
  const since = place.since ?? office.clock.now()
  const ringing = new Ringing(call, office, since)
  // Before anybody can be rung: a quick agent answers while the music is still being started.
  using decided = ringing.news.subscribe((news) => news.type === 'answered' || news.type === 'fault')
  const joined = join(call, office, place, ringing)
  if (joined !== 'waiting') return joined

  const { name: queue } = place.settings
  const music = new QueueMusic(call, office, place.ownMusic ?? place.settings.music)
  const control = new StayControl(queue)
  let exit: DomainEventOf<'call.dequeued'>['exit'] = 'fault'
  call.stay = control
  call.deflectable = control
  begin(call, office, place, since)

  try {
    await music.start(signal)
    const end = await untilDecided({ call, office, place, ringing, decided, music, control }, signal)
    exit = typeof end === 'string' ? end : end.type
    if (exit === 'answered') ringing.takeOver()
    return end
  } catch (reason) {
    if (signal.aborted) exit = call.signal.aborted ? 'callerGone' : 'left'
    await control.deflected?.drop()
    throw reason
  } finally {
    const waitedMs = office.clock.now() - since
    call.stay = undefined
    call.deflectable = undefined
    call.lastStay = stayIn(place, undefined)
    call.totals.queuedMs += waitedMs
    call.story.waited(waitedMs)
    // Who was deflected has left already, and may be offered to somebody else.
    if (exit !== 'answered' && exit !== 'deflected') office.distribution.withdraw(call.callId)
    await ringing.close()
    call.publish({ type: 'call.dequeued', queue, exit, waitedMs, ...byWhom(exit, control) })
    if (exit !== 'answered') call.enter('flow')
    if (exit === 'callerGone')
      call.brokenOff = { queues: [...place.visited], priority: place.priority, enqueuedAt: place.enqueuedAt }
    else await music.stop()
  }
}

function byWhom(exit: DomainEventOf<'call.dequeued'>['exit'], { by, deflected }: StayControl) {
  if (exit === 'withdrawn') return { by }
  return exit === 'deflected' && deflected !== undefined ? { by: deflected.by, to: deflected.to } : {}
}

/** In one breath: nobody can change their mind between the rules and the place. */
function join(call: LiveCall, office: CallsOffice, place: Place, ringing: Ringing): 'waiting' | 'full' | 'no_agents' | 'closed' {
  const { settings, priority, skills, enqueuedAt, leaveIfNoAgents, kept, routing } = place
  const refusal = kept ? undefined : turnedAway(settings, office)
  if (refusal !== undefined) return refusal
  return office.distribution.enqueue(
    {
      callId: call.callId,
      contactId: call.contactId,
      queue: settings.name,
      priority,
      skills,
      enqueuedAt,
      ...routing
    },
    ringing,
    { leaveIfNoAgents, keepsPlace: kept }
  )
}

function begin(call: LiveCall, { distribution }: CallsOffice, place: Place, since: number): void {
  const { settings, priority, skills, enqueuedAt, routing, resumes } = place
  const queue = settings.name
  call.lastPlace = { queue, priority, skills, enqueuedAt, ...routing }
  call.lastStay = stayIn(place, since)
  call.story.enteredQueue(queue)
  call.story.priority = priority
  call.enter('queued')
  call.leftOver?.take()
  // One that an earlier process began was told by it.
  if (place.since !== undefined) return
  call.publish({
    type: 'call.queued',
    queue,
    priority,
    enqueuedAt,
    ...standingOf(call, distribution),
    ...(resumes !== undefined && { resumes }),
    data: call.attachedData()
  })
}

function standingOf({ callId }: LiveCall, distribution: CallsOffice['distribution']) {
  const position = distribution.position(callId)
  const estimateMs = distribution.estimateMs(callId)
  return { ...(position !== undefined && { position }), ...(estimateMs !== undefined && { estimateMs }) }
}

interface Stay {
  readonly call: LiveCall
  readonly office: CallsOffice
  readonly place: Place
  readonly ringing: Ringing
  readonly decided: Subscription<RingNews>
  readonly music: QueueMusic
  readonly control: StayControl
}

/** Whatever comes first. When it returns or throws, nothing is said any more and the channel's thread is free. */
async function untilDecided(stay: Stay, signal: Signal): Promise<Answered | Deflected | Given> {
  const { call, office, place, ringing, decided, control } = stay
  const over = new Abort()
  const either = new Either(signal, over.signal)
  const company = place.attend?.(waitOf(stay, either), either)
  const stayedMs = place.since === undefined ? 0 : office.clock.now() - place.since

  try {
    const first = await Promise.race([
      decided.first(either),
      limitOf(ringing, office, waitLeftMs(place, call, stayedMs), either),
      untilRuleLeaves(place.settings.name, office, ringing, either),
      control.withdrawn,
      control.sentOn,
      ...(place.overflow.length === 0 ? [] : [overflowOf(stay, either)]),
      ...(company === undefined ? [] : [company])
    ])
    // Decided in the same moment: whoever was deflected is in the line no more.
    if (control.deflected !== undefined) return control.deflected
    if (typeof first === 'string' || first.type === 'overflow') {
      // At once, so that nobody picks up for a caller who is about to go.
      office.distribution.withdraw(call.callId)
      return first
    }
    if (first.type === 'fault') throw first.error
    if (first.type !== 'answered') throw new AppError('INTERNAL', 'server', 'An offer that ended was taken for an answer')
    return first
  } finally {
    over.abort(new Error('The wait is over'))
    // It was told to stop, and has nothing more to say; what it was playing has ended when it is settled.
    await company?.catch(() => undefined)
  }
}

/** A limit that passes while a phone rings waits for that ring to end: nobody is taken away from an agent who is reaching for the phone. */
async function limitOf(ringing: Ringing, office: CallsOffice, leftMs: number, signal: Signal): Promise<'timeout'> {
  await office.clock.sleep(leftMs, signal)
  await ringing.untilIdle(signal)
  return 'timeout'
}

async function overflowOf({ call, office, place, ringing }: Stay, signal: Signal): Promise<Given> {
  return { type: 'overflow', rule: await untilOverflow(call, office, place, ringing, signal) }
}

function waitOf({ call, office, place, music }: Stay, stay: Signal): Wait {
  return {
    queue: place.settings.name,
    position: () => office.distribution.position(call.callId),
    estimateMs: () => office.distribution.estimateMs(call.callId),
    play: (clips, signal) => music.playOver(clips, stay, signal)
  }
}
