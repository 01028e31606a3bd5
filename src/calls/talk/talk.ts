import { Either, type Signal } from '../../domain/abort.ts'
import { within } from '../../domain/within.ts'
import type { LeftOver } from '../call/left-over.ts'
import type { LiveCall } from '../call/live-call.ts'
import type { CallsOffice } from '../call/office.ts'
import { type Party, partyLeft, partyOf } from '../call/party.ts'
import { type Answered, letGo } from '../call/ringing.ts'
import { TalkBridge } from '../line/bridge.ts'
import { type TalkAround, TalkDesk, type TalkOver } from './talk-desk.ts'

export type TalkEnd =
  /** The agent's phone went in the moment between answer and bridge: the caller has not been served. */
  { readonly kind: 'never-joined' } | TalkOver

/** One of the two could not be joined: how long we wait to be told which of them has gone. */
const WHO_LEFT_LIMIT_MS = 1_000

/**
 * Caller and agent talk, and whoever joins them, until nobody is left with the caller or the caller is sent on. When the caller leaves, the
 * signal aborts and its reason is thrown. Whatever happens, all legs are hung up, the bridge destroyed (in that order: Asterisk issue 1124)
 * and each agent released to wrap-up.
 */
export async function talk(call: LiveCall, office: CallsOffice, answered: Answered, signal: Signal): Promise<TalkEnd> {
  let bridge: TalkBridge | undefined
  let began = false
  try {
    const kind = call.recorder.expects(answered.offer.queue) ? 'conference' : 'talk'
    bridge = await TalkBridge.open(office.newId(), kind, office, signal)
    if (await bridge.add([call.channel.id, answered.leg.channel.id], signal)) {
      // Who has gone by now was not served.
      signal.throwIfAborted()
      began = true
      return await begin(call, office, answered, bridge, signal)
    }
    // When it is the caller who has gone, the signal tells so; they must not be queued again.
    await within(WHO_LEFT_LIMIT_MS, office.clock, (limit) => answered.leg.left(new Either(signal, limit)))
    return { kind: 'never-joined' }
  } finally {
    if (!began) await letGo(answered, call, office)
    await bridge?.close()
  }
}

/** Goes on with a talk as an earlier process left it; who has gone meanwhile is let go. Ends as `talk`. */
export async function goOnTalking(call: LiveCall, office: CallsOffice, left: LeftOver, signal: Signal): Promise<TalkEnd> {
  const { talk: kept } = left
  if (kept === undefined) return { kind: 'never-joined' }
  const bridge = new TalkBridge(kept.bridgeId, kept.isConference ? 'conference' : 'talk', office)
  left.isTalkTakenUp = true
  const parties = kept.parties.map((one) => partyLeft(one, call.callId, left.legs, office))
  try {
    return await together({ call, office, bridge, since: kept.since, signal }, parties, (desk) => {
      desk.goOn(kept, left)
      left.take()
      call.leftOver = undefined
    })
  } finally {
    await bridge.close()
  }
}

async function begin(
  call: LiveCall,
  office: CallsOffice,
  answered: Answered,
  bridge: TalkBridge,
  signal: Signal
): Promise<TalkEnd> {
  const { device, offer } = answered
  const since = office.clock.now()
  call.enter('talking')
  // Asked for by name: by the caller, or by an agent who has talked with them.
  const direct = call.totals.talkedMs > 0 ? { joins: true as const } : {}
  const queue = offer.queue === '' ? direct : { queue: offer.queue }
  call.publish({ type: 'call.established', agentId: offer.agentId, device, ...queue, waitedMs: call.totals.queuedMs })
  return await together({ call, office, bridge, since, signal }, [partyOf(answered, office)])
}

async function together(around: TalkAround, parties: readonly Party[], began?: (desk: TalkDesk) => void): Promise<TalkEnd> {
  const { call, office, since, signal } = around
  const desk = new TalkDesk(around, parties)
  call.talk = desk
  began?.(desk)
  try {
    signal.throwIfAborted()
    return await desk.untilOver(signal)
  } finally {
    call.talk = undefined
    await desk.close()
    call.totals.talkedMs += office.clock.now() - since
  }
}
