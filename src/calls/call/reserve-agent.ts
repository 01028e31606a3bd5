import type { Signal } from '../../domain/abort.ts'
import type { Subscription } from '../../domain/event-feed.ts'
import type { AgentId, CallId } from '../../domain/ids.ts'
import { expectOrGone } from '../../domain/outcome.ts'
import { whenConnected } from '../line/when-connected.ts'
import type { ToldOf } from '../offers/offer-book.ts'
import type { LiveCall } from './live-call.ts'
import type { CallsOffice } from './office.ts'
import { type Answered, Ringing, type RingNews } from './ringing.ts'
import type { RungFor } from './rung-for.ts'
import { Deflectable, type Deflected } from './stay-control.ts'

/** A named agent, reserved for one caller and being rung. */
export interface AgentRing {
  /** Under which the distribution knows who waits for them. */
  readonly key: CallId
  readonly ringing: Ringing
  readonly decided: Subscription<RingNews>
}

/** Reserves the agent at once, or tells that they cannot take a call now (undefined). The ring's news are kept until `untilPickedUp` reads them. */
export function reserveAgent(
  call: RungFor & { told?(): ToldOf },
  office: CallsOffice,
  agentId: AgentId,
  ringMs: number
): AgentRing | undefined {
  const { callId, contactId } = call
  const told = call.told?.bind(call)
  const ringing = new Ringing(call, office)
  // A colleague who takes the ring is rung in their place.
  const decided = ringing.news.subscribe((news) => news.type !== 'ended' || news.result !== 'answeredElsewhere')
  const offer = office.distribution.reserve(agentId, { callId, contactId, ...(told && { told }) }, ringMs, ringing)
  return offer === undefined ? undefined : { key: callId, ringing, decided }
}

/** The caller hears ringing until the agent answers, or (the news of how it ended) does not, or sends them on. */
export async function untilPickedUp(
  call: LiveCall,
  office: CallsOffice,
  ring: AgentRing,
  signal: Signal
): Promise<Answered | Deflected | Extract<RingNews, { type: 'ended' }>> {
  let callerHere = true
  let picked = false
  const deflectable = new Deflectable()
  call.enter('queued')
  call.deflectable = deflectable
  try {
    expectOrGone(await whenConnected(office, () => call.channel.startRinging(), signal), 'ring back')
    const news = await Promise.race([ring.decided.first(signal), deflectable.sentOn])
    // Decided in the same moment: the ring has ended because of it.
    if (deflectable.deflected !== undefined) return deflectable.deflected
    if (news.type === 'deflected') return news
    if (news.type === 'fault') throw news.error
    picked = news.type === 'answered'
    if (picked) ring.ringing.takeOver()
    return news
  } catch (reason) {
    callerHere = !call.signal.aborted
    await deflectable.deflected?.drop()
    throw reason
  } finally {
    call.deflectable = undefined
    if (picked) ring.decided[Symbol.dispose]()
    else await stopRing(office, ring, deflectable.deflected === undefined)
    if (callerHere) await call.channel.stopRinging()
  }
}

/** Nobody waits for that agent any more. */
export async function dropRing(office: CallsOffice, ring: AgentRing): Promise<void> {
  await stopRing(office, ring, true)
}

/** `waits`: under that key nobody else is rung for the caller. */
async function stopRing(office: CallsOffice, ring: AgentRing, waits: boolean): Promise<void> {
  ring.decided[Symbol.dispose]()
  if (waits) office.distribution.withdraw(ring.key)
  await ring.ringing.close()
}
