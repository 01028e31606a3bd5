import type { TransferTarget } from '../domain/caller.ts'
import type { AgentId, DeviceId } from '../domain/ids.ts'
import type { DeskResult } from '../domain/ports/desk.ts'
import type { Channel } from '../domain/ports/telephony.ts'
import { TalkBridge } from './bridge.ts'
import { type Hold, holdMusic } from './hold.ts'
import type { LiveCall, TalkControl } from './live-call.ts'
import { type NextStop, nextStop } from './next-stop.ts'
import type { CallsOffice } from './office.ts'
import { hangUp } from './ring-phone.ts'
import type { Answered } from './ringing.ts'

export type TalkEnd =
  /** The agent's phone went in the moment between answer and bridge: the caller has not been served. */
  { readonly kind: 'never-joined' } | { readonly kind: 'agent-left' } | { readonly kind: 'sent-on'; readonly to: NextStop }

type Leaving = Exclude<TalkEnd, { kind: 'never-joined' }>

/**
 * Caller and agent talk, until the agent leaves or sends the caller on. When the caller leaves, the signal aborts and its reason is thrown.
 * Whatever happens, the agent's leg is hung up, the bridge destroyed (in that order: Asterisk issue 1124) and the agent released to wrap-up.
 */
export async function talk(call: LiveCall, office: CallsOffice, answered: Answered, signal: AbortSignal): Promise<TalkEnd> {
  const { leg, device, offer } = answered
  const since = office.clock.now()
  let bridge: TalkBridge | undefined
  let cause = 16
  using _gone = leg.events.on((event) => {
    if (event.type === 'destroyed') cause = event.cause
  })
  using left = leg.events.subscribe((event) => event.type === 'left' || event.type === 'destroyed')

  try {
    call.enter('talking')
    bridge = await TalkBridge.open(office.newId(), office, signal)
    if (!(await bridge.add([call.channel.id, leg.id], signal))) return { kind: 'never-joined' }
    const queue = offer.queue === '' ? {} : { queue: offer.queue }
    call.publish({ type: 'call.established', agentId: offer.agentId, device, ...queue, waitedMs: call.totals.queuedMs })
    return await untilOver(call, office, { ...answered, bridge, left: (over) => left.first(over) }, signal)
  } finally {
    call.talk = undefined
    call.totals.talkedMs += office.clock.now() - since
    await hangUp(leg)
    await bridge?.close()
    call.publish({ type: 'leg.ended', device, cause })
    office.distribution.talkOver(offer.agentId, call.callId, offer.queue === '' ? undefined : offer.queue)
  }
}

interface Joined extends Answered {
  readonly bridge: TalkBridge
  readonly left: (over: AbortSignal) => Promise<unknown>
}

async function untilOver(call: LiveCall, office: CallsOffice, joined: Joined, signal: AbortSignal): Promise<Leaving> {
  const over = new AbortController()
  const either = AbortSignal.any([signal, over.signal])
  const hold = holdMusic(call, office, joined.bridge, joined.device)
  using _phoneHold = watchPhoneHold(call, joined.leg, joined.device)

  try {
    const sentOn = new Promise<Leaving>((resolve) => {
      call.talk = control(call, office, joined, hold, (to) => resolve({ kind: 'sent-on', to }))
    })
    const agentLeft = joined.left(either).then((): Leaving => ({ kind: 'agent-left' }))
    return await Promise.race([sentOn, agentLeft])
  } finally {
    over.abort(new Error('The talk is over'))
    await hold.end()
  }
}

function control(call: LiveCall, office: CallsOffice, joined: Joined, hold: Hold, sendOn: (to: NextStop) => void): TalkControl {
  const agentId: AgentId = joined.offer.agentId
  const device: DeviceId = joined.device
  return {
    agentId,
    device,
    hold: () => hold.begin(),
    retrieve: () => hold.retrieve(),
    transfer(to: TransferTarget): DeskResult {
      const next = nextStop(call, office, to)
      if (!next.ok) return next
      call.publish({ type: 'call.transferred', from: device, to: nameOf(to) })
      call.talk = undefined
      sendOn(next.value)
      return { ok: true, value: undefined }
    },
    async clear() {
      await joined.leg.hangup()
      return { ok: true, value: undefined }
    }
  }
}

function nameOf(to: TransferTarget): DeviceId {
  if (to.kind === 'agent') return to.agentId as DeviceId
  if (to.kind === 'queue') return to.queue as DeviceId
  return (to.kind === 'number' ? to.number : to.uri) as DeviceId
}

/** Hold pressed on the phone itself: Asterisk plays the music, we tell the desk. */
function watchPhoneHold(call: LiveCall, leg: Channel, device: DeviceId): Disposable {
  return leg.events.on((event) => {
    if (event.type === 'held') call.publish({ type: 'call.held', device, by: 'phone' })
    if (event.type === 'unheld') call.publish({ type: 'call.retrieved', device, by: 'phone' })
  })
}
