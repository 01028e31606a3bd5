import { Abort, Either, type Signal } from '../../domain/abort.ts'
import type { Callback } from '../../domain/callback.ts'
import type { DialRules } from '../../domain/dial-rules.ts'
import type { CallId, ChannelId } from '../../domain/ids.ts'
import { type Termination, terminationOf } from '../../domain/termination.ts'
import { LiveCall } from '../call/live-call.ts'
import { MadeCall } from '../call/made-call.ts'
import type { CallsOffice } from '../call/office.ts'
import { type Answered, Ringing, type RingNews } from '../call/ringing.ts'
import { LOOK_AGAIN_MS, whatNow } from '../call/what-now.ts'
import type { CallTable } from '../call-table.ts'
import type { Waiter } from '../offers/distribution.ts'
import { callCustomer } from './call-customer.ts'
import type { CallbackEntry } from './callback-entry.ts'

/** After a fault of ours nothing is tried again for so long. */
const AFTER_FAULT_MS = 60_000

/**
 * A callback in its queue, at its place: until an agent has been reserved, has picked up and the customer was called; or until it may
 * not be called any more. `rules`: by which they are called; whether they may be is asked anew. The call of the attempt begins when the first agent is offered it, and ends with this.
 */
export async function stayInQueue(
  entry: CallbackEntry,
  office: CallsOffice,
  rules: DialRules,
  calls: Pick<CallTable, 'adopt'>
): Promise<void> {
  const { callback } = entry
  const call = callOf(callback, office, rules)
  using signal = new Either(entry.signal, call.signal)
  const ringing = new Ringing(call, office, callback.enqueuedAt)
  using decided = ringing.news.subscribe((news) => news.type === 'answered' || news.type === 'fault')
  // There is a call as soon as an agent is offered it.
  const made = new MadeCall(call, calls)
  let termination: Termination = { result: 'completed', reason: 'callback-released' }
  let picked: Answered | undefined

  entry.move('due')
  const { callId, contactId } = call
  const { queue, priority, skills, enqueuedAt, routing } = callback
  office.distribution.enqueue(
    { callId, contactId, queue, priority, skills, enqueuedAt, ...routing },
    waiterOf(entry, ringing, made),
    { leaveIfNoAgents: false, keepsPlace: true, isCallback: true }
  )

  try {
    picked = await untilPickedUp(entry, ringing, decided.first.bind(decided), office, signal)
    if (picked !== undefined) {
      ringing.takeOver()
      termination = await callCustomer(entry, call, picked, office, rules, signal)
    }
  } catch (error) {
    termination = terminationOf(error)
    if (termination.result === 'failed' && !entry.signal.aborted)
      office.log.error({ err: error, callId }, 'A callback attempt failed')
  } finally {
    if (picked === undefined) office.distribution.withdraw(callId)
    await ringing.close()
    settle(entry, termination, office)
    await call.recorder.close()
    made.end(termination, office)
  }
}

/** Undefined when the customer may not be called any more: the hours are over, or the time in which it was to happen. */
async function untilPickedUp(
  entry: CallbackEntry,
  ringing: Ringing,
  first: (signal: Signal) => Promise<RingNews>,
  office: CallsOffice,
  signal: Signal
): Promise<Answered | undefined> {
  const over = new Abort()
  const either = new Either(signal, over.signal)
  const noLonger = async () => {
    do await office.clock.sleep(LOOK_AGAIN_MS, either)
    while (ringing.busy || whatNow(entry.callback, office) === 'due')
    return undefined
  }
  try {
    const news = await Promise.race([first(either), noLonger()])
    if (news?.type === 'fault') throw news.error
    return news?.type === 'answered' ? news : undefined
  } finally {
    over.abort(new Error('The stay is decided'))
  }
}

/** Whatever ended the stay: the callback is where it can go on from. */
function settle(entry: CallbackEntry, { result }: Termination, office: CallsOffice): void {
  const { state } = entry.callback
  if (state === 'done' || state === 'failed' || state === 'cancelled' || state === 'waiting') return
  entry.move('waiting', result === 'failed' ? { dueAt: office.clock.now() + AFTER_FAULT_MS } : {})
}

function waiterOf(entry: CallbackEntry, ringing: Ringing, made: MadeCall): Waiter {
  return {
    onOffer(offer) {
      made.begin()
      entry.move('reserved')
      ringing.onOffer(offer)
    },
    onOfferEnded(offer, result) {
      ringing.onOfferEnded(offer, result)
      if (entry.callback.state === 'reserved') entry.move('due')
    }
  }
}

function callOf(callback: Callback, office: CallsOffice, rules: DialRules): LiveCall {
  const { data, contactId, number, attempts, id, bookedAt, bookedBy } = callback
  const channel = office.telephony.channel(`sb-${office.newId()}` as ChannelId)
  // A SIP address is shown by its user, as that of a caller is.
  const callerNumber = number.replace(/^sips?:/, '').replace(/@.*$/, '')
  const origin = { channel, door: 'callback', callerNumber, callerName: data.customer?.name ?? '' } as const
  const call = new LiveCall(
    { ...origin, dialed: callback.dialed || rules.callerId, endpoint: rules.endpoint },
    office,
    callback.language,
    {
      callId: office.newId() as CallId,
      contactId
    }
  )
  call.story.restore(data)
  call.story.callback = { id, number, bookedAt, bookedBy, attempt: attempts.length + 1 }
  return call
}
