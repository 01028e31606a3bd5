import type { Connection } from '../messages.ts'
import type { CallRecord } from './call-record.ts'

/** What clients see of a call, before it is said what they may do. */
export type View = CallRecord['view']
type Party = Omit<Connection, 'state'>

/** The device name of a queue. */
export function queueDevice(queue: string): string {
  return `queue:${queue}`
}

/** The caller, in whatever state. */
export function callerOf(call: CallRecord): Party {
  const found = call.view.connections.find(isCaller)
  if (found === undefined) return { deviceId: call.view.callingDevice, kind: 'caller' }
  const { state: _, ...who } = found
  return who
}

function isCaller(connection: Connection): boolean {
  return connection.kind === 'caller'
}

/** With that party in that state; added at the end when it was not there. */
export function put(view: View, party: Party, state: Connection['state']): View {
  const next = { ...party, state }
  const at = view.connections.findIndex((connection) => connection.deviceId === party.deviceId && connection.kind === party.kind)
  return { ...view, connections: at < 0 ? [...view.connections, next] : view.connections.with(at, next) }
}

/** Removes a party other than the caller, whose connection lasts as long as the call. */
export function drop(view: View, device: string): View {
  return { ...view, connections: view.connections.filter((connection) => connection.deviceId !== device || isCaller(connection)) }
}

/** With the device, unless it is the caller's, in that state. */
export function turn(view: View, device: string, state: Connection['state']): View {
  const connections = view.connections.map((connection) =>
    connection.deviceId === device && !isCaller(connection) ? { ...connection, state } : connection
  )
  return { ...view, connections }
}

/** The place in a queue and what is expected of the wait, as far as known. */
export function standingOf({
  position,
  estimateMs
}: {
  readonly position?: number
  readonly estimateMs?: number
}): Partial<View> {
  return { ...(position !== undefined && { position }), ...(estimateMs !== undefined && { estimateMs }) }
}

/** In no queue. */
export function leaveQueue({ queue: _queue, enqueuedAt: _since, position: _place, estimateMs: _estimate, ...view }: View): View {
  return { ...view, connections: view.connections.filter((connection) => connection.kind !== 'queue') }
}

/** With somebody beside the caller in that state: an agent, or a phone outside. */
export function party(
  call: CallRecord,
  device: string,
  state: Connection['state'],
  agentOf: (device: string) => string | undefined
) {
  const agentId = agentOf(device)
  const known = call.view.connections.some((connection) => connection.deviceId === device && connection.kind === 'agent')
  if (agentId === undefined && !known) return { view: put(call.view, { deviceId: device, kind: 'outside' }, state) }
  const view = put(call.view, { deviceId: device, kind: 'agent', ...(agentId !== undefined && { agentId }) }, state)
  return { view, agents: agentId === undefined ? call.agents : new Set(call.agents).add(agentId) }
}
