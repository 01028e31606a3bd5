import { Abort, Either, type Signal } from '../../domain/abort.ts'
import { type CallTarget, callTargetOf } from '../../domain/call-target.ts'
import { AppError } from '../../domain/errors.ts'
import type { AgentId, CallId, ChannelId } from '../../domain/ids.ts'
import type { DeskProblem, DeskResult, WantedCall } from '../../domain/ports/desk.ts'
import { type Termination, terminationOf } from '../../domain/termination.ts'
import { unlessAborted, within } from '../../domain/within.ts'
import { LiveCall } from '../call/live-call.ts'
import { type CallKeeper, MadeCall } from '../call/made-call.ts'
import type { CallsOffice } from '../call/office.ts'
import { type OwnPhone, phoneOf, Ringing } from '../call/ringing.ts'
import { callColleague, callOutside } from './call-from-desk.ts'

/** How long the agent's own phone rings that does not answer by itself. */
const OWN_RING_MS = 15_000

/** How long the look-up of whom the agent calls may take. */
const LOOK_UP_LIMIT_MS = 500

/** Reserves the agent and begins their call, or tells why it cannot be made. Everything of it happens under the call's own signal. */
export function makeCall(agentId: AgentId, wanted: WantedCall, office: CallsOffice, calls: CallKeeper): DeskResult<CallId> {
  const target = callTargetOf(wanted.to, office.centre)
  const problem = problemWith(agentId, target, wanted, office)
  if (target === undefined || problem !== undefined) return { ok: false, code: problem ?? 'TARGET_UNKNOWN' }

  const call = callOf(agentId, target, office)
  if (wanted.data !== undefined && !call.story.attach(wanted.data)) {
    call.channel.release()
    return { ok: false, code: 'DATA_TOO_LARGE' }
  }
  const own: OwnPhone = target.kind === 'agent' ? { legId: call.channel.id, shows: target.agentId } : { shows: call.device }
  const ringing = new Ringing(call, office, undefined, own)
  const made = new MadeCall(call, calls)
  made.begin(agentId)
  void carryOut(agentId, call, ringing, target, wanted, office)
    .then(async (termination) => {
      await call.recorder.close()
      made.end(termination, office)
    })
    .catch((error) => office.log.error({ err: error, callId: call.callId }, 'A call from the desk could not be ended cleanly'))
  return { ok: true, value: call.callId }
}

function problemWith(
  agentId: AgentId,
  target: CallTarget | undefined,
  { queue }: WantedCall,
  { distribution, telephony }: CallsOffice
): DeskProblem | undefined {
  if (target === undefined || (target.kind === 'agent' && target.agentId === agentId)) return 'TARGET_UNKNOWN'
  if (queue !== undefined && distribution.profileOf(agentId)?.queues.includes(queue) !== true) return 'NOT_QUALIFIED'
  const problem = distribution.whyNotAlone(agentId)
  if (problem !== undefined) return problem
  if (phoneOf(agentId, telephony) === undefined) return 'PHONE_OUT_OF_SERVICE'
  const isFree = target.kind === 'outside' || distribution.status(target.agentId)?.state === 'ready'
  return isFree ? undefined : 'TARGET_NOT_AVAILABLE'
}

/** Its channel is whom the agent calls outside; of a call to a colleague, it is the agent's own phone. */
function callOf(agentId: AgentId, target: CallTarget, office: CallsOffice): LiveCall {
  const channel = office.telephony.channel(`sb-${office.newId()}` as ChannelId)
  const { name = '' } = office.distribution.profileOf(agentId) ?? {}
  const { callerId = '', endpoint = '' } = office.centre.dialRules ?? {}
  const ends =
    target.kind === 'agent'
      ? { callerNumber: agentId, callerName: name, dialed: target.agentId, endpoint: agentId }
      : // A SIP address is shown by its user, as that of a caller is.
        { callerNumber: target.number.replace(/^sips?:/, '').replace(/@.*$/, ''), callerName: '', dialed: callerId, endpoint }
  return new LiveCall({ channel, door: 'desk', ...ends }, office, 'en')
}

async function carryOut(
  agentId: AgentId,
  call: LiveCall,
  ringing: Ringing,
  target: CallTarget,
  wanted: WantedCall,
  office: CallsOffice
): Promise<Termination> {
  let watch: Disposable | undefined
  // From this moment the hang-up of whoever is on the call's own channel is its end.
  using _answer = call.channel.events.on((event) => {
    if (event.type === 'answered') watch ??= call.watch()
  })
  using decided = ringing.news.subscribe(() => true)
  const over = new Abort()
  let picked = false
  try {
    const offer = office.distribution.reserve(agentId, call, OWN_RING_MS, ringing, 'asked')
    if (offer === undefined) throw new AppError('AGENT_NOT_RESERVED', 'server', 'An agent who is alone could not be reserved')
    if (target.kind === 'outside') void identify(call, office, new Either(call.signal, over.signal))
    const news = await decided.first(call.signal)
    if (news.type === 'fault') throw news.error
    if (news.type === 'ended') return { result: 'completed', reason: 'agent-unreached' }
    picked = true
    ringing.takeOver()
    if (target.kind === 'agent') return await callColleague(call, news, target.agentId, office)
    return await callOutside(call, news, wanted, office)
  } catch (error) {
    const termination = terminationOf(error)
    if (termination.result === 'failed' && !call.signal.aborted)
      office.log.error({ err: error, callId: call.callId }, 'A call from the desk failed')
    return termination
  } finally {
    over.abort(new Error('The call is over'))
    if (!picked) office.distribution.withdraw(call.callId)
    await ringing.close()
    watch?.[Symbol.dispose]()
  }
}

/** Who it is that the agent calls, for their screen; without an answer the call goes on without it. */
async function identify(call: LiveCall, office: CallsOffice, signal: Signal): Promise<void> {
  try {
    const customer = await within(LOOK_UP_LIMIT_MS, office.clock, (limit) => {
      const either = new Either(limit, signal)
      return unlessAborted(office.customers.findByNumber(call.device, either), either)
    })
    if (customer === undefined || signal.aborted) return
    call.story.customer = customer
    call.publish({ type: 'call.identified', customer })
  } catch (error) {
    // The call is over.
    if (signal.aborted) return
    office.log.warn({ callId: call.callId, err: error }, 'A look-up failed; the call goes on without it')
  }
}
