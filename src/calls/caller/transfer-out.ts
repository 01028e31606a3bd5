import type { Signal } from '../../domain/abort.ts'
import type { TransferExit } from '../../domain/caller.ts'
import type { DeviceId } from '../../domain/ids.ts'
import type { KeptTalk } from '../../domain/kept-call.ts'
import { expectOrGone } from '../../domain/outcome.ts'
import type { CallFact } from '../call/call-fact.ts'
import type { LiveCall } from '../call/live-call.ts'
import type { CallsOffice } from '../call/office.ts'
import { ringOutside } from '../call/ring-outside.ts'
import { TalkBridge } from '../line/bridge.ts'
import type { Leg } from '../line/leg.ts'
import type { RingResult } from '../line/ring-phone.ts'
import { whenConnected } from '../line/when-connected.ts'

const NORMAL_CLEARING = 16

/** How a call to the outside came out. */
type OutExit = Exclude<TransferExit['exit'], 'transferred'>

const exitOf = {
  busy: 'busy',
  rejected: 'refused',
  'no-answer': 'no_answer',
  unreachable: 'unreachable',
  away: 'unreachable'
} as const satisfies Record<Exclude<RingResult['kind'], 'answered'>, OutExit>

/** Calls a SIP address for the caller and connects the two until the far end hangs up. */
export async function transferOut(
  call: LiveCall,
  office: CallsOffice,
  uri: string,
  timeoutMs: number,
  signal: Signal
): Promise<OutExit> {
  const device = uri as DeviceId
  call.publish({ type: 'leg.dialed', device })
  const result = await ringWithTone(call, office, uri, timeoutMs, signal).catch((reason) => {
    call.publish({ type: 'leg.ended', device, cause: NORMAL_CLEARING })
    throw reason
  })
  if (result.kind === 'answered') return await connect(call, office, device, result.leg, signal)
  call.publish({ type: 'leg.ended', device, cause: result.cause })
  return exitOf[result.kind]
}

async function ringWithTone(
  call: LiveCall,
  office: CallsOffice,
  uri: string,
  timeoutMs: number,
  signal: Signal
): Promise<RingResult> {
  expectOrGone(await whenConnected(office, () => call.channel.startRinging(), signal), 'ring back')
  try {
    const { device, incoming } = call
    const publish = (fact: CallFact) => call.publish(fact)
    const by = { callId: call.callId, device, shownName: incoming.callerName, originator: call.channel.id, publish }
    return await ringOutside(uri, by, office, timeoutMs, signal)
  } finally {
    if (!call.signal.aborted) await call.channel.stopRinging()
  }
}

async function connect(call: LiveCall, office: CallsOffice, device: DeviceId, leg: Leg, signal: Signal): Promise<OutExit> {
  let since: number | undefined
  let bridge: TalkBridge | undefined
  try {
    bridge = await TalkBridge.open(office.newId(), call.recorder.expects() ? 'conference' : 'talk', office, signal)
    if (!(await bridge.add([call.channel.id, leg.channel.id], signal))) return 'unreachable'
    call.enter('talking')
    since = office.clock.now()
    call.talkOutside = talkWith(device, leg, bridge, since)
    call.publish({ type: 'leg.connected', device })
    await leg.left(signal)
    return 'completed'
  } finally {
    call.talkOutside = undefined
    if (since !== undefined) call.totals.talkedMs += office.clock.now() - since
    const cause = await leg.end()
    await bridge?.close()
    call.publish({ type: 'leg.ended', device, cause })
    call.enter('flow')
  }
}

function talkWith(device: DeviceId, leg: Leg, { id: bridgeId }: TalkBridge, since: number): KeptTalk {
  return {
    bridgeId,
    isConference: false,
    since,
    parties: [{ device, channelId: leg.channel.id, held: false, phoneHolds: false }]
  }
}
