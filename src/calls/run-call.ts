import type { Customer } from '../domain/customer.ts'
import type { Subscription } from '../domain/event-feed.ts'
import type { Interrupted } from '../domain/interrupted.ts'
import { expectOrGone } from '../domain/outcome.ts'
import type { ShedAnswer } from '../domain/overload.ts'
import type { ChannelEvent, HangupReason } from '../domain/ports/telephony.ts'
import { CallEnded, type Termination, terminationOf } from '../domain/termination.ts'
import { untilAborted } from '../domain/until-aborted.ts'
import { unlessAborted, within } from '../domain/within.ts'
import type { LiveCall } from './call/live-call.ts'
import type { CallsOffice } from './call/office.ts'
import { CallerOnPhone } from './caller/caller-on-phone.ts'
import { findInterrupted, keepIfCutOff, keepPlaceIfCutOff } from './caller/cut-off.ts'
import { walkFlows } from './caller/walk-flows.ts'
import { whenConnected } from './line/when-connected.ts'

/** How long a look-up may keep a caller waiting: without an answer they are served as somebody unknown. */
const LOOK_UP_LIMIT_MS = 500

/** How long a call that is over waits for Asterisk to come back; less than a stopping server waits for its calls. */
const LET_GO_LIMIT_MS = 10_000

/** How long we wait for the last word of Asterisk on the caller's channel, which carries the cause. */
const LAST_WORD_LIMIT_MS = 1_000

/** One call from first event to last. */
export async function runCall(call: LiveCall, office: CallsOffice, shed?: ShedAnswer): Promise<Termination> {
  const serve = async (): Promise<Termination> => {
    call.begin()
    return shed === undefined ? await answerAndServe(call, office) : { result: 'refused', reason: 'overload' }
  }
  return await throughToItsEnd(call, office, serve, shed)
}

/** Whatever `serve` comes to, the call ends once. The only place that decides how; it never throws. */
export async function throughToItsEnd(
  call: LiveCall,
  office: CallsOffice,
  serve: () => Promise<Termination>,
  shed?: ShedAnswer
): Promise<Termination> {
  const watching = call.watch()
  const lastWord = call.channel.events.subscribe((event) => event.type === 'destroyed')
  // Not by `using`: see line/when-connected.ts.
  try {
    return await untilLastWord(call, office, serve, lastWord, shed)
  } finally {
    lastWord[Symbol.dispose]()
    watching[Symbol.dispose]()
  }
}

async function untilLastWord(
  call: LiveCall,
  office: CallsOffice,
  serve: () => Promise<Termination>,
  lastWord: Subscription<ChannelEvent>,
  shed?: ShedAnswer
): Promise<Termination> {
  let termination: Termination
  try {
    termination = await serve()
  } catch (error) {
    termination = terminationOf(error)
    // Whatever ended the call by its signal has been told by whoever did.
    if (termination.result === 'failed' && !(error instanceof CallEnded))
      office.log.error({ callId: call.callId, err: error, termination }, 'Call failed')
  }

  // Most callers have hung up, and nothing of their channel is left.
  if (!lastWord.has) await letGo(call, office, termination, shed)
  if (!lastWord.has) await within(LAST_WORD_LIMIT_MS, office.clock, (signal) => lastWord.first(signal))
  await call.recorder.close()
  call.channel.release()
  const verdict = call.cause === undefined ? termination : { ...termination, cause: call.cause }
  const answered = call.answeredAt === undefined ? {} : { answeredAt: call.answeredAt }
  call.publish({ type: 'call.ended', termination: verdict, startedAt: call.startedAt, ...answered, totals: { ...call.totals } })
  office.liveStore.calls.delete(call.callId)
  keepIfCutOff(call, verdict, office)
  keepPlaceIfCutOff(call, verdict, office)
  const { callId, channel, totals } = call
  office.log.info({ callId, channelId: channel.id, termination: verdict, totals }, 'Call ended')
  return verdict
}

/** From the look-ups to the end of the last flow. */
export async function answerAndServe(call: LiveCall, office: CallsOffice): Promise<Termination> {
  // The call keeps these to its end, also for flows it reaches later.
  const flows = office.world.flows.asOfNow()
  const flow = flows.byNumber(call.dialed)
  if (flow === undefined) return { result: 'refused', reason: 'unknown-number' }

  const [{ customer, interrupted }] = await Promise.all([lookUpCaller(call, office), answer(call, office)])
  call.interrupted = interrupted
  if (customer !== undefined) {
    call.story.customer = customer
    call.publish({ type: 'call.identified', customer })
  }
  const caller = new CallerOnPhone(call, office)
  try {
    return await walkFlows(flow, flows, caller, call, office)
  } finally {
    await caller.close()
  }
}

export async function answer(call: LiveCall, office: CallsOffice): Promise<void> {
  const answered = await whenConnected(office, () => call.channel.answer(), call.signal)
  if (!expectOrGone(answered, 'answer')) return untilAborted(call.signal)
  call.answeredAt = office.clock.now()
  office.admission.answered(call.callId)
  call.publish({ type: 'call.answered' })
}

interface Known {
  customer?: Customer | undefined
  interrupted?: Interrupted | undefined
}

/** What is known of the caller within the limit. A store that is slow or down costs them nothing but what it knows. */
async function lookUpCaller(call: LiveCall, office: CallsOffice): Promise<Known> {
  const known: Known = {}
  const lookUp = async (what: string, ask: () => Promise<void>) => {
    try {
      await ask()
    } catch (error) {
      if (!call.signal.aborted)
        office.log.warn({ callId: call.callId, what, err: error }, 'A look-up failed; the caller is served without it')
    }
  }
  await within(LOOK_UP_LIMIT_MS, office.clock, (signal) => {
    const customer = async () => {
      known.customer = await office.customers.findByNumber(call.device, signal)
    }
    const interrupted = async () => {
      known.interrupted = await findInterrupted(call, office)
    }
    return unlessAborted(Promise.all([lookUp('customer', customer), lookUp('interrupted call', interrupted)]), signal)
  })
  // What comes later is for nobody.
  return { ...known }
}

function hangupReasonOf({ reason }: Termination, shed: ShedAnswer | undefined): HangupReason {
  if (shed !== undefined) return shed === 'busy' ? 'busy' : 'congestion'
  return reason === 'unknown-number' ? 'unallocated' : 'normal'
}

/**
 * Ends the caller's channel the way the verdict asks: a fault of ours is not the caller's, so the dialplan serves them. While Asterisk is
 * away this is tried again when it is back; a channel that we give up on is taken up as a stray by the adapter.
 */
async function letGo(call: LiveCall, office: CallsOffice, termination: Termination, shed?: ShedAnswer): Promise<void> {
  const { channel } = call
  const end = async () => {
    const context = termination.result === 'failed' ? 'away' : shed === 'announce' ? 'overload' : undefined
    const handed = context === undefined ? undefined : await channel.sendToDialplan(context, 's')
    if (handed !== undefined && (handed.ok || handed.problem === 'unavailable')) return handed
    return await channel.hangup(hangupReasonOf(termination, shed))
  }
  const outcome = await within(LET_GO_LIMIT_MS, office.clock, (signal) => whenConnected(office, end, signal))
  if (outcome === undefined || !(outcome.ok || outcome.problem === 'gone'))
    office.log.warn({ callId: call.callId, outcome }, 'Caller could not be let go')
}
