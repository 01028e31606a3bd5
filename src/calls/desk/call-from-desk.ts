import { callTargetOf } from '../../domain/call-target.ts'
import type { AgentId, DeviceId } from '../../domain/ids.ts'
import type { WantedCall } from '../../domain/ports/desk.ts'
import type { Termination } from '../../domain/termination.ts'
import type { LiveCall } from '../call/live-call.ts'
import type { CallsOffice } from '../call/office.ts'
import { reserveAgent, untilPickedUp } from '../call/reserve-agent.ts'
import { type Dialable, ringForAgent } from '../call/ring-for-agent.ts'
import { type Answered, letGo } from '../call/ringing.ts'
import { goOnAfter, talkAndGoOn } from '../caller/talk-and-go-on.ts'
import type { RingResult } from '../line/ring-phone.ts'

/** How long a colleague's phone rings. */
const COLLEAGUE_RING_MS = 20_000

/** Q.850: user busy. */
const BUSY = 17

const agentLeft: Termination = { result: 'completed', reason: 'agent-hung-up' }
const unreached: Termination = { result: 'completed', reason: 'target-unreached' }

/** The agent has picked up: whom they want outside is called, and the two talk. Whatever happens, the agent is free in the end. */
export async function callOutside(
  call: LiveCall,
  agent: Answered,
  { to, queue = '' }: WantedCall,
  office: CallsOffice
): Promise<Termination> {
  let rung: RingResult | 'no-answer' | 'agent-left' | 'not-allowed' | undefined
  try {
    rung = await ring(call, agent, to, office)
  } finally {
    call.talk = undefined
    if (rung === undefined || typeof rung === 'string' || rung.kind !== 'answered') await letGo(agent, call, office)
  }
  if (rung === 'agent-left') return agentLeft
  if (typeof rung === 'string' || rung.kind !== 'answered') return notReached(call, rung)

  call.onLine = true
  call.answeredAt = office.clock.now()
  call.publish({ type: 'call.answered' })
  try {
    await agent.leg.channel.stopRinging()
    const onBehalf = { ...agent, offer: { ...agent.offer, queue } }
    // What they may choose in the wrap-up is that of the queue.
    if (queue !== '') office.distribution.joined(agent.offer.agentId, call.callId, call.callId, queue)
    return await talkAndGoOn(call, onBehalf, office, undefined)
  } finally {
    await rung.leg.end()
  }
}

async function ring(call: LiveCall, agent: Answered, to: string, office: CallsOffice) {
  const { dialRules } = office.centre
  if (dialRules === undefined) return 'not-allowed'
  // The rules may have changed since.
  const ready = (): Dialable<'not-allowed'> => {
    const target = callTargetOf(to, office.centre)
    const isAdmitted = target?.kind === 'outside' && office.outside.admit(target.address, call)
    return isAdmitted ? { address: target.address } : { not: 'not-allowed' }
  }
  const dialling = () => call.publish({ type: 'call.dialed', device: call.device })
  return await ringForAgent(call, agent, office, dialRules, { ready, dialling }, call.signal)
}

function notReached(call: LiveCall, rung: 'no-answer' | 'not-allowed' | Exclude<RingResult, { kind: 'answered' }>): Termination {
  const kind = typeof rung === 'string' ? rung : rung.kind
  const result = kind === 'away' || kind === 'not-allowed' ? 'unreachable' : kind
  call.publish({ type: 'call.unreached', device: call.device, result, cause: typeof rung === 'string' ? 0 : rung.cause })
  return unreached
}

/** The agent has picked up and is the caller from now on: a colleague is reserved and rung, and the two talk. */
export async function callColleague(
  call: LiveCall,
  agent: Answered,
  colleague: AgentId,
  office: CallsOffice
): Promise<Termination> {
  call.onLine = true
  call.callingAgent = agent.offer.agentId
  call.answeredAt = office.clock.now()
  call.publish({ type: 'call.answered' })
  try {
    call.signal.throwIfAborted()
    const ring = reserveAgent(call, office, colleague, COLLEAGUE_RING_MS)
    if (ring === undefined) {
      // Somebody else has them since.
      call.publish({ type: 'call.unreached', device: colleague as string as DeviceId, result: 'busy', cause: BUSY })
      return unreached
    }
    const picked = await untilPickedUp(call, office, ring, call.signal)
    if (picked.type === 'ended') return unreached
    if (picked.type === 'deflected') {
      const end = await picked.go(call.signal)
      return end.kind === 'not-served' ? unreached : await goOnAfter(end, call, picked, office, undefined)
    }
    return await talkAndGoOn(call, picked, office, undefined)
  } finally {
    await letGo(agent, call, office)
  }
}
