import type { TransferTarget } from '../../domain/caller.ts'
import type { AgentId } from '../../domain/ids.ts'
import type { DeskProblem, DeskResult } from '../../domain/ports/desk.ts'
import { refuse } from '../call/desk-result.ts'
import type { LiveCall } from '../call/live-call.ts'
import { nameOf, nextStop } from '../call/next-stop.ts'
import type { CallsOffice } from '../call/office.ts'
import { dropRing } from '../call/reserve-agent.ts'
import { goOn } from '../caller/converse.ts'

/**
 * An agent whose phone rings for a caller, out of a queue or straight, sends them elsewhere without answering. In one breath: the offer ends, the
 * caller leaves the line, and a colleague is reserved; until then nothing is given up.
 */
export function deflect(call: LiveCall, office: CallsOffice, agentId: AgentId, to: TransferTarget): DeskResult {
  const { alerting, deflectable } = call
  if (alerting?.offer.agentId !== agentId) return refuse('NOT_ALERTING')
  // Who is to be called by this agent is on no line yet, and in a conference nobody waits.
  if (deflectable === undefined) return refuse('NOT_WAITING')
  if (to.kind === 'agent') {
    const problem = problemWith(to.agentId as AgentId, agentId, office)
    if (problem !== undefined) return refuse(problem)
  } else {
    const checked = nextStop(call, office, to)
    if (!checked.ok) return checked
  }

  office.distribution.withdraw(call.callId, 'deflected')
  // Without the place in the line the colleague can be reserved; whatever happens, the caller is not lost.
  const next = nextStop(call, office, to)
  deflectable.deflect({
    type: 'deflected',
    by: agentId,
    to: nameOf(to),
    go: async (signal) => (next.ok ? await goOn(call, office, next.value, signal) : { kind: 'not-served' }),
    drop: async () => {
      if (next.ok && next.value.kind === 'agent') await dropRing(office, next.value.ring)
    }
  })
  return next.ok ? { ok: true, value: undefined } : next
}

function problemWith(target: AgentId, from: AgentId, { centre, distribution, telephony }: CallsOffice): DeskProblem | undefined {
  if (!centre.agents.has(target)) return 'TARGET_UNKNOWN'
  if (!telephony.status().connected) return 'ASTERISK_UNAVAILABLE'
  return target !== from && distribution.status(target)?.state === 'ready' ? undefined : 'TARGET_NOT_AVAILABLE'
}
