import type { AttemptResult, CallbackAttempt } from '../domain/callback.ts'
import { addressOf, type DialRules } from '../domain/dial-rules.ts'
import { expectOrGone } from '../domain/outcome.ts'
import type { DeskResult } from '../domain/ports/desk.ts'
import { CallEnded, type Termination } from '../domain/termination.ts'
import { untilAborted } from '../domain/until-aborted.ts'
import { ChildAbort } from '../flow/child-abort.ts'
import { afterAttempt } from './after-attempt.ts'
import type { CallbackEntry } from './callback-entry.ts'
import { CallerOnPhone } from './caller-on-phone.ts'
import { converse } from './converse.ts'
import type { Leg } from './leg.ts'
import type { LiveCall, TalkControl } from './live-call.ts'
import type { CallsOffice } from './office.ts'
import { inAnotherQueue } from './queue-place.ts'
import { type RingResult, ringPhone } from './ring-phone.ts'
import { type Answered, letGo } from './ringing.ts'
import { waitInQueue } from './wait-in-queue.ts'
import { walkFlows } from './walk-flows.ts'
import { whatNow } from './what-now.ts'
import { within } from './within.ts'

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
  signal: AbortSignal
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
    if (signal.aborted) result = 'cancelled'
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

/** Rings the customer while the agent hears that they are being called. The agent's hang-up ends it. */
async function dial(
  entry: CallbackEntry,
  call: LiveCall,
  agent: Answered,
  office: CallsOffice,
  rules: DialRules,
  signal: AbortSignal
): Promise<RingResult | AttemptResult> {
  const agentLeft = new Error('The agent has left')
  using dialling = new ChildAbort(signal)
  const here = agent.leg.left(dialling.signal).then(
    () => dialling.abort(agentLeft),
    () => undefined // The call was decided first.
  )
  call.talk = whileDialling(agent)
  try {
    expectOrGone(await agent.leg.channel.startRinging(), 'let the agent hear that the customer is called')
    dialling.signal.throwIfAborted()
    const address = whatNow(entry.callback, office, rules) === 'due' ? addressOf(entry.callback.number, rules) : undefined
    if (address === undefined) return 'cancelled'
    const { attempts } = entry.callback
    const attempt: CallbackAttempt = { at: office.clock.now(), callId: call.callId, agentId: agent.offer.agentId }
    entry.move('calling', { attempts: [...attempts, attempt] })
    const written = entry.written().then(() => true)
    const isWritten = await within(WRITE_LIMIT_MS, office.clock, (limit) => Promise.race([written, untilAborted(limit)]))
    if (isWritten !== true) return 'interrupted'
    dialling.signal.throwIfAborted()

    call.publish({ type: 'callback.dialed', callback: entry.callback, device: call.device })
    const rung = await within(rules.ringMs, office.clock, (limit) =>
      ringPhone(
        {
          channelId: call.channel.id,
          endpoint: `PJSIP/${rules.endpoint}/${address}`,
          originator: agent.leg.channel.id,
          callerNumber: rules.callerId,
          callerName: '',
          timeoutMs: rules.ringMs
        },
        office,
        { ringing: () => undefined, hangupReason: () => 'normal' },
        AbortSignal.any([dialling.signal, limit])
      )
    )
    return rung ?? 'no-answer'
  } catch (reason) {
    if (dialling.endedBy(agentLeft)) return 'agent-left'
    throw reason
  } finally {
    dialling.abort(new Error('The customer was called'))
    await here
  }
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
    return await talkAndGoOn(entry, call, agent, office)
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

async function talkAndGoOn(entry: CallbackEntry, call: LiveCall, agent: Answered, office: CallsOffice): Promise<Termination> {
  const { queue, priority, skills, enqueuedAt, routing } = entry.callback
  const over: Termination = { result: 'completed', reason: 'agent-hung-up' }
  const end = await converse(call, office, agent, call.signal)
  if (end.kind === 'over') return over
  let number = end.kind === 'number' ? end.number : undefined
  if (number === undefined) {
    // Sent on to another queue; or the agent was gone before the two were joined, and the customer keeps the place.
    const place =
      end.kind === 'queue'
        ? { queue: end.queue, skills: {}, ...inAnotherQueue(routing ?? {}, agent.offer.agentId) }
        : { queue, skills, enqueuedAt, ...routing }
    const left = await waitInQueue(call, office, { ...place, priority, leaveIfNoAgents: false }, call.signal)
    if (left.exit !== 'transferred') return over
    number = left.number
  }
  const flows = office.world.flows.asOfNow()
  const flow = flows.byNumber(number)
  if (flow === undefined) return { result: 'completed', reason: 'flow-finished' }
  const caller = new CallerOnPhone(call, office)
  try {
    return await walkFlows(flow, flows, caller, call, office)
  } finally {
    await caller.close()
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

/** What the desk may do while the customer's phone rings: the agent may hang up. */
function whileDialling({ offer, device, leg }: Answered): TalkControl {
  const notTalking: DeskResult = { ok: false, code: 'NOT_TALKING' }
  return {
    agentId: offer.agentId,
    device,
    hold: async () => notTalking,
    retrieve: async () => notTalking,
    transfer: () => notTalking,
    sendDigits: async () => notTalking,
    async clear() {
      await leg.channel.hangup()
      return { ok: true, value: undefined }
    }
  }
}
