import { isAllowedAddress } from '../domain/allowed-address.ts'
import type { TransferExit } from '../domain/caller.ts'
import type { DeviceId } from '../domain/ids.ts'
import { expectOrGone } from '../domain/outcome.ts'
import { TalkBridge } from './bridge.ts'
import type { Leg } from './leg.ts'
import type { LiveCall } from './live-call.ts'
import type { CallsOffice } from './office.ts'
import { type RingResult, ringPhone } from './ring-phone.ts'
import { whenConnected } from './when-connected.ts'

/** The endpoint outside calls leave by. */
const TRUNK = 'trunk'

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
  signal: AbortSignal
): Promise<OutExit> {
  if (!isAllowedAddress(uri, office.centre.allowedTransfers)) return 'refused'
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
  signal: AbortSignal
): Promise<RingResult> {
  expectOrGone(await whenConnected(office, () => call.channel.startRinging(), signal), 'ring back')
  const limit = new AbortController()
  const either = AbortSignal.any([signal, limit.signal])
  const clock = office.clock.sleep(timeoutMs, either).then(
    () => limit.abort(new Error('The far end did not answer in time')),
    () => undefined // The ring was decided first; the sleep was cancelled.
  )
  try {
    return await ringPhone(
      {
        endpoint: `PJSIP/${TRUNK}/${uri}`,
        originator: call.channel.id,
        callerNumber: call.device,
        callerName: call.incoming.callerName,
        timeoutMs
      },
      office,
      { ringing: () => undefined, hangupReason: () => 'normal' },
      either
    )
  } catch (reason) {
    if (signal.aborted || !limit.signal.aborted) throw reason
    return { kind: 'no-answer', cause: 19 }
  } finally {
    limit.abort(new Error('The ring was decided'))
    await clock
    if (!call.signal.aborted) await call.channel.stopRinging()
  }
}

async function connect(call: LiveCall, office: CallsOffice, device: DeviceId, leg: Leg, signal: AbortSignal): Promise<OutExit> {
  let since: number | undefined
  let bridge: TalkBridge | undefined
  try {
    bridge = await TalkBridge.open(office.newId(), office, signal)
    if (!(await bridge.add([call.channel.id, leg.channel.id], signal))) return 'unreachable'
    call.enter('talking')
    since = office.clock.now()
    call.publish({ type: 'leg.connected', device })
    await leg.left(signal)
    return 'completed'
  } finally {
    if (since !== undefined) call.totals.talkedMs += office.clock.now() - since
    const cause = await leg.end()
    await bridge?.close()
    call.publish({ type: 'leg.ended', device, cause })
    call.enter('flow')
  }
}
