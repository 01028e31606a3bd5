import type { TransferTarget } from '../domain/caller.ts'
import type { DeviceId } from '../domain/ids.ts'
import type { DeskResult } from '../domain/ports/desk.ts'
import { TalkBridge } from './bridge.ts'
import { Hold } from './hold.ts'
import type { LiveCall, TalkControl } from './live-call.ts'
import { type NextStop, nextStop } from './next-stop.ts'
import type { CallsOffice } from './office.ts'
import { dropRing } from './reserve-agent.ts'
import { type Answered, letGo } from './ringing.ts'
import { sendDigits } from './send-digits.ts'
import { within } from './within.ts'

export type TalkEnd =
  /** The agent's phone went in the moment between answer and bridge: the caller has not been served. */
  { readonly kind: 'never-joined' } | { readonly kind: 'agent-left' } | { readonly kind: 'sent-on'; readonly to: NextStop }

type Leaving = Exclude<TalkEnd, { kind: 'never-joined' }>

/** One of the two could not be joined: how long we wait to be told which of them has gone. */
const WHO_LEFT_LIMIT_MS = 1_000

/**
 * Caller and agent talk, until the agent leaves or sends the caller on. When the caller leaves, the signal aborts and its reason is thrown.
 * Whatever happens, the agent's leg is hung up, the bridge destroyed (in that order: Asterisk issue 1124) and the agent released to wrap-up.
 */
export async function talk(call: LiveCall, office: CallsOffice, answered: Answered, signal: AbortSignal): Promise<TalkEnd> {
  let bridge: TalkBridge | undefined
  try {
    bridge = await TalkBridge.open(office.newId(), office, signal)
    if (await bridge.add([call.channel.id, answered.leg.channel.id], signal)) {
      // Who has gone by now was not served.
      signal.throwIfAborted()
      return await together(call, office, answered, bridge, signal)
    }
    // When it is the caller who has gone, the signal tells so; they must not be queued again.
    await within(WHO_LEFT_LIMIT_MS, office.clock, (limit) => answered.leg.left(AbortSignal.any([signal, limit])))
    return { kind: 'never-joined' }
  } finally {
    await letGo(answered, call, office)
    await bridge?.close()
  }
}

async function together(
  call: LiveCall,
  office: CallsOffice,
  answered: Answered,
  bridge: TalkBridge,
  signal: AbortSignal
): Promise<Leaving> {
  const { device, offer } = answered
  const since = office.clock.now()
  call.enter('talking')
  const queue = offer.queue === '' ? {} : { queue: offer.queue }
  call.publish({ type: 'call.established', agentId: offer.agentId, device, ...queue, waitedMs: call.totals.queuedMs })
  const hold = new Hold(call, office, bridge, device)
  using _phoneHold = answered.leg.channel.events.on((event) => {
    if (event.type === 'held' || event.type === 'unheld') hold.byPhone(event.type)
  })

  try {
    return await untilOver(call, office, answered, hold, signal)
  } finally {
    call.talk = undefined
    await hold.end()
    call.totals.talkedMs += office.clock.now() - since
  }
}

async function untilOver(
  call: LiveCall,
  office: CallsOffice,
  answered: Answered,
  hold: Hold,
  signal: AbortSignal
): Promise<Leaving> {
  const over = new AbortController()
  let next: NextStop | undefined
  const sentOn = new Promise<void>((resolve) => {
    call.talk = control(call, office, answered, hold, (to) => {
      next = to
      resolve()
    })
  })

  try {
    await Promise.race([sentOn, answered.leg.left(AbortSignal.any([signal, over.signal]))])
    return next === undefined ? { kind: 'agent-left' } : { kind: 'sent-on', to: next }
  } catch (reason) {
    if (next?.kind === 'agent') await dropRing(call, office, next.ring)
    throw reason
  } finally {
    over.abort(new Error('The talk is over'))
  }
}

function control(
  call: LiveCall,
  office: CallsOffice,
  { offer, device, leg }: Answered,
  hold: Hold,
  sendOn: (to: NextStop) => void
): TalkControl {
  return {
    agentId: offer.agentId,
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
    async sendDigits(digits, toneMs) {
      if (hold.isOn) return { ok: false, code: 'NOT_TALKING' }
      return await sendDigits(call, device, digits, toneMs)
    },
    async clear() {
      await leg.channel.hangup()
      return { ok: true, value: undefined }
    }
  }
}

function nameOf(to: TransferTarget): DeviceId {
  if (to.kind === 'agent') return to.agentId as DeviceId
  if (to.kind === 'queue') return to.queue as DeviceId
  return (to.kind === 'number' ? to.number : to.uri) as DeviceId
}
