import type { Signal } from '../../domain/abort.ts'
import type { AttemptResult, CallbackAttempt } from '../../domain/callback.ts'
import { addressOf, type DialRules } from '../../domain/dial-rules.ts'
import { CallEnded, type Termination } from '../../domain/termination.ts'
import { untilAborted } from '../../domain/until-aborted.ts'
import { within } from '../../domain/within.ts'
import type { LiveCall } from '../call/live-call.ts'
import type { CallsOffice } from '../call/office.ts'
import { type Dialable, ringForAgent } from '../call/ring-for-agent.ts'
import { type Answered, letGo } from '../call/ringing.ts'
import { whatNow } from '../call/what-now.ts'
import { talkAndGoOn } from '../caller/talk-and-go-on.ts'
import type { Leg } from '../line/leg.ts'
import type { RingResult } from '../line/ring-phone.ts'
import { afterAttempt } from './after-attempt.ts'
import type { CallbackEntry } from './callback-entry.ts'

/** Nobody is called before it is written that they are; an agent is not kept for that much longer than this. */
const WRITE_LIMIT_MS = 3_000

const released: Termination = { result: 'completed', reason: 'callback-released' }
const unreached: Termination = { result: 'completed', reason: 'callback-unreached' }

/** An agent has picked up for a callback: the customer is called, the two talk, and the callback knows what came of it. */
export async function callCustomer(
  entry: CallbackEntry,
  call: LiveCall,
  agent: Answered,
  office: CallsOffice,
  rules: DialRules,
  signal: Signal
): Promise<Termination> {
  let result: RingResult | AttemptResult = 'interrupted'
  let watch: Disposable | undefined
  // From this moment the customer's hang-up is the end of the call.
  using _answer = call.channel.events.on((event) => {
    if (event.type === 'answered') watch ??= call.watch()
  })

  try {
    result = await dial(entry, call, agent, office, rules, signal)
  } catch (reason) {
    // Who answers and hangs up before the two are joined has declined; anything else that ends it now is a callback that is given up.
    if (signal.aborted) result = watch === undefined ? 'cancelled' : 'rejected'
    attempted(entry, call, result as AttemptResult, office, rules)
    throw reason
  } finally {
    call.talk = undefined
    if (typeof result === 'string' || result.kind !== 'answered') {
      await letGo(agent, call, office)
    }
  }

  if (typeof result === 'string' || result.kind !== 'answered') {
    const why = typeof result === 'string' ? result : result.kind === 'away' ? 'interrupted' : (result.kind as AttemptResult)
    attempted(entry, call, why, office, rules)
    return why === 'agent-left' || why === 'interrupted' || why === 'cancelled' ? released : unreached
  }
  try {
    return await serveCustomer(entry, call, agent, result.leg, office, rules)
  } finally {
    watch?.[Symbol.dispose]()
  }
}

/** Rings the customer while the agent hears that they are being called. */
async function dial(
  entry: CallbackEntry,
  call: LiveCall,
  agent: Answered,
  office: CallsOffice,
  rules: DialRules,
  signal: Signal
): Promise<RingResult | AttemptResult> {
  const ready = async (): Promise<Dialable<AttemptResult>> => {
    // By the rules of this moment: nobody is dialled whom they do not allow any more.
    const { dialRules } = office.centre
    const isDue = dialRules !== undefined && whatNow(entry.callback, office) === 'due'
    const address = isDue ? addressOf(entry.callback.number, dialRules) : undefined
    // A cap that was reached since: it waits for its time again.
    if (address === undefined || !office.outside.admit(address, call)) return { not: 'cancelled' }
    const { attempts } = entry.callback
    const attempt: CallbackAttempt = { at: office.clock.now(), callId: call.callId, agentId: agent.offer.agentId }
    entry.move('calling', { attempts: [...attempts, attempt] })
    const written = entry.written().then(() => true)
    const isWritten = await within(WRITE_LIMIT_MS, office.clock, (limit) => Promise.race([written, untilAborted(limit)]))
    return isWritten === true ? { address } : { not: 'interrupted' }
  }
  const dialling = () => call.publish({ type: 'callback.dialed', callback: entry.callback, device: call.device })
  return await ringForAgent(call, agent, office, rules, { ready, dialling }, signal)
}

/** The customer is on the line: joined with the agent, and followed wherever agents send them. */
async function serveCustomer(
  entry: CallbackEntry,
  call: LiveCall,
  agent: Answered,
  customer: Leg,
  office: CallsOffice,
  rules: DialRules
): Promise<Termination> {
  call.onLine = true
  call.answeredAt = office.clock.now()
  call.publish({ type: 'call.answered' })
  const { attempts } = entry.callback
  const [last] = attempts.slice(-1)
  const answered = { ...(last as CallbackAttempt), result: 'answered' as const }
  entry.move('connected', { attempts: [...attempts.slice(0, -1), answered] })
  call.publish({ type: 'callback.attempted', callback: entry.callback, attempt: answered })
  try {
    await agent.leg.channel.stopRinging()
    const { queue, priority, skills, enqueuedAt, routing } = entry.callback
    // The customer keeps their place.
    const back = { queue, priority, skills, enqueuedAt, leaveIfNoAgents: false, ...routing }
    return await talkAndGoOn(call, agent, office, back)
  } catch (error) {
    if (error instanceof CallEnded) return error.termination
    throw error
  } finally {
    const now = office.clock.now()
    // Who has gone before anybody spoke to them is tried again by the rule; a customer whose agent vanished, at once.
    if (call.hasTalked) entry.move('done', { outcome: 'talked', endedAt: now })
    else entry.move(...onward(entry, rules, now))
    await customer.end()
  }
}

/** Writes down how the attempt ended, and what happens now. */
function attempted(entry: CallbackEntry, call: LiveCall, result: AttemptResult, office: CallsOffice, rules: DialRules): void {
  const { attempts, state } = entry.callback
  const last = attempts.at(-1)
  // Given up before anybody was called.
  if (state !== 'calling' || last === undefined) return
  const attempt = { ...last, result }
  const all = [...attempts.slice(0, -1), attempt]
  const now = office.clock.now()
  const next = afterAttempt({ ...entry.callback, attempts: all }, rules, now)
  entry.move('waiting', { attempts: all, ...(next.state === 'waiting' && { dueAt: next.dueAt }) })
  call.publish({ type: 'callback.attempted', callback: entry.callback, attempt })
  if (next.state === 'failed' && entry.ending === undefined) entry.move('failed', { outcome: next.outcome, endedAt: now })
}

function onward(entry: CallbackEntry, rules: DialRules, now: number): Parameters<CallbackEntry['move']> {
  const next = afterAttempt(entry.callback, rules, now)
  return next.state === 'waiting' ? ['waiting', { dueAt: next.dueAt }] : ['failed', { outcome: next.outcome, endedAt: now }]
}
