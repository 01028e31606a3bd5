import type { CallRecord } from './call-record.ts'
import type { CallAction, Connection } from './messages.ts'
import type { Viewer } from './viewer.ts'
import { mayDirect, mayPickUp, maySeeCall } from './visibility.ts'

const nothing: readonly CallAction[] = []
const directing: readonly CallAction[] = ['clearConnection', 'associateData']
const directingWaiting: readonly CallAction[] = [...directing, 'pickupCall']
const pickingUp: readonly CallAction[] = ['pickupCall']
const annotating: readonly CallAction[] = ['associateData']

/** What an agent may do in their own part of a call, by its state. */
const ownActions: Readonly<Record<Connection['state'], readonly CallAction[]>> = {
  null: nothing,
  initiated: ['clearConnection'],
  alerting: ['answerCall', 'clearConnection'],
  connected: ['clearConnection', 'holdCall', 'singleStepTransferCall', 'generateDigits', 'associateData'],
  hold: ['clearConnection', 'retrieveCall', 'singleStepTransferCall', 'associateData'],
  queued: nothing,
  fail: nothing
}

/** What this client may do with the call now: sent with every call event, enforced by the commands, and how a desk greys its buttons out. */
export function allowedActions(viewer: Viewer, call: CallRecord): readonly CallAction[] {
  if (call.view.endedAt !== undefined) return nothing
  const own = ownActionsOf(viewer, call)
  if (mayDirect(viewer, call)) {
    const others = call.view.connections.some(({ kind }) => kind === 'queue') ? directingWaiting : directing
    return own.length === 0 ? others : [...new Set([...own, ...others])]
  }
  if (viewer.role === 'crm' && maySeeCall(viewer, call)) return annotating
  // Who is being rung for this caller has them already.
  return own.length === 0 && mayPickUp(viewer, call) ? pickingUp : own
}

/** The viewer's own connection in the call. */
export function ownConnection(viewer: Viewer, call: CallRecord): Connection | undefined {
  if (viewer.agentId === undefined) return undefined
  return call.view.connections.find(({ agentId }) => agentId === viewer.agentId)
}

function ownActionsOf(viewer: Viewer, call: CallRecord): readonly CallAction[] {
  const own = ownConnection(viewer, call)
  if (own === undefined) return nothing
  // An agent who dialed in is the caller of that call: all there is to do from the desk is to hang up.
  return own.kind === 'agent' ? ownActions[own.state] : ownActions.initiated
}
