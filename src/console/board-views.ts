import type { CallView, Connection } from '../cti/messages.ts'
import type { Board } from './board.ts'

const ranks: Readonly<Record<string, number>> = { emergency: 3, high: 2, normal: 1, low: 0 }

/** Callers in a queue, the next one first. */
export function waitingCalls({ calls }: Board): readonly CallView[] {
  return [...calls.values()]
    .filter((call) => call.endedAt === undefined && has(call, ({ kind }) => kind === 'queue'))
    .sort((one, other) => rank(other) - rank(one) || (one.enqueuedAt ?? 0) - (other.enqueuedAt ?? 0))
}

/** Calls in which somebody talks to the caller, the newest first. */
export function talkingCalls({ calls }: Board): readonly CallView[] {
  return [...calls.values()]
    .filter((call) => call.endedAt === undefined && has(call, talks))
    .sort((one, other) => (other.establishedAt ?? 0) - (one.establishedAt ?? 0))
}

/** Calls that a flow is still talking to. */
export function flowCalls({ calls }: Board): readonly CallView[] {
  return [...calls.values()]
    .filter((call) => call.endedAt === undefined && !has(call, ({ kind }) => kind === 'queue') && !has(call, talks))
    .sort((one, other) => other.startedAt - one.startedAt)
}

/** The call an agent has in hand: ringing, talking or being wrapped up. */
export function callInHand({ calls, agents }: Board, agentId: string): CallView | undefined {
  const named = calls.get(agents.get(agentId)?.callId ?? '')
  return named ?? [...calls.values()].find((call) => call.endedAt === undefined && has(call, (part) => part.agentId === agentId))
}

/** That agent's part in a call. */
export function partOf(call: CallView, agentId: string): Connection | undefined {
  return call.connections.find((part) => part.agentId === agentId)
}

/** Whether that offer still rings: a call may be offered to the same agent anew. A supervisor who takes a call has no state that names the offer. */
export function isOffered(
  { calls, agents }: Pick<Board, 'calls' | 'agents'>,
  { agentId, callId, offerId }: Readonly<Record<'agentId' | 'callId' | 'offerId', string>>
): boolean {
  const call = calls.get(callId)
  const agent = agents.get(agentId)
  return call !== undefined && partOf(call, agentId)?.state === 'alerting' && (agent === undefined || agent.offerId === offerId)
}

/** Whom that agent consults about a call, in a call that the two have, or the queue they wait in; `hold` when the agent has put them on hold. */
export function consultedParty(
  { calls }: Board,
  callId: string,
  agentId: string
): Pick<Connection, 'deviceId' | 'state'> | undefined {
  const consultation = [...calls.values()].find((call) => call.consultationOf === callId && call.endedAt === undefined)
  const other = consultation?.connections.findLast((part) => part.agentId !== agentId)
  if (consultation === undefined || other === undefined) return undefined
  return partOf(consultation, agentId)?.state === 'hold' ? { ...other, state: 'hold' } : other
}

/** The one who talks to the caller. */
export function talkingParty(call: CallView): Connection | undefined {
  return call.connections.find(talks)
}

/** The agent whose phone rings for the caller. */
export function ringingParty(call: CallView): Connection | undefined {
  return call.connections.find(({ kind, state }) => kind === 'agent' && state === 'alerting')
}

/** Whom a call is shown as. */
export function callerName({ customer, callerName, callingDevice }: CallView): string {
  return customer?.name ?? (callerName || callingDevice)
}

function talks({ kind, state }: Connection): boolean {
  return kind !== 'caller' && kind !== 'queue' && (state === 'connected' || state === 'hold')
}

function has(call: CallView, wanted: (part: Connection) => boolean): boolean {
  return call.connections.some(wanted)
}

function rank({ priority = 'normal' }: CallView): number {
  return ranks[priority] ?? 1
}
