import type { CallRecord } from '../board/call-record.ts'
import type { Subject } from '../translate/translation.ts'
import type { Narrowing, Viewer } from './viewer.ts'
import { overlap, wants, wantsAgent, wantsCall, wantsQueue } from './wants.ts'

/**
 * Who sees what:
 *
 * - agent: their own state and phone, the calls they were offered or talked in, and the figures of their queues.
 * - supervisor: the calls on their own phone, the same of every agent of their teams, the calls that waited in queues those agents serve (not
 *   for closed teams: these see the calls of their own agents only), and which flows are live.
 * - crm: what its monitor filter names, within the teams it was given, if any; nothing without a filter.
 * - admin: all.
 *
 * For the others a monitor filter narrows this. Sight of a call is never lost before its end, so that no client is left with a stale one.
 */
export function maySee(viewer: Viewer, subject: Subject): boolean {
  return grants(viewer, subject) && wantsAny(viewer, (one) => wants(one, subject))
}

/** Whether the viewer sees that call. */
export function maySeeCall(viewer: Viewer, call: CallRecord): boolean {
  return grantsCall(viewer, call) && wantsAny(viewer, (one) => wantsCall(one, call))
}

/** Whether the viewer sees the state of that agent. */
export function maySeeAgent(viewer: Viewer, agentId: string): boolean {
  return grantsAgent(viewer, agentId) && wantsAny(viewer, (one) => wantsAgent(one, agentId))
}

/** Whether the viewer sees that phone. One that belongs to no agent is for those who see everything. */
export function maySeePhone(viewer: Viewer, deviceId: string, agentId: string | undefined): boolean {
  return maySeeAgent(viewer, agentId ?? deviceId)
}

/** Whether the viewer sees the figures of that queue. */
export function maySeeQueue(viewer: Viewer, queue: string): boolean {
  return grantsQueue(viewer, queue) && wantsAny(viewer, (one) => wantsQueue(one, queue))
}

/** Whether the viewer is told of flows: whoever may read them over the API. A filter of agents and queues does not touch them. */
export function maySeeFlows({ role }: Viewer): boolean {
  return role === 'supervisor' || role === 'admin'
}

/** Whether the viewer may act on a call beside their own part in it: supervisors while it is with their team, administrators always. */
export function mayDirect(viewer: Viewer, call: CallRecord): boolean {
  if (call.view.endedAt !== undefined || !maySeeCall(viewer, call)) return false
  if (viewer.role === 'admin') return true
  if (viewer.role !== 'supervisor') return false
  const { connections, queue } = call.view
  const waits = connections.some(({ kind }) => kind === 'queue') && queue !== undefined && viewer.callQueues.has(queue)
  return waits || connections.some(({ agentId }) => agentId !== undefined && viewer.ledAgents.has(agentId))
}

/** Whether the viewer may take that caller out of turn: one who waits in a queue of theirs from which its agents may pick up. */
export function mayPickUp(viewer: Viewer, { view: { connections, queue, endedAt } }: CallRecord): boolean {
  if (endedAt !== undefined || queue === undefined || !viewer.pickupQueues.has(queue)) return false
  return connections.some(({ kind }) => kind === 'queue')
}

/** Whether the viewer is of those who listen to others. */
export function maySupervise({ role }: Viewer): boolean {
  return role === 'supervisor' || role === 'admin'
}

/** Whether the viewer may give orders for that agent. */
export function mayCommandAgent(viewer: Viewer, agentId: string): boolean {
  return viewer.agentId === agentId || viewer.role === 'admin' || (viewer.role === 'supervisor' && viewer.ledAgents.has(agentId))
}

/** Whether the viewer may listen to that agent; to oneself there is nothing to listen to. */
export function mayListenTo(viewer: Viewer, agentId: string): boolean {
  return viewer.extension !== agentId && mayCommandAgent(viewer, agentId)
}

function seesAll(viewer: Viewer): boolean {
  return viewer.unlimited && sees(viewer)
}

/** A crm client without a filter has not said what it wants. */
function sees({ role, wanted }: Viewer): boolean {
  return role !== 'crm' || wanted !== undefined
}

function grants(viewer: Viewer, subject: Subject): boolean {
  switch (subject.kind) {
    case 'call':
      return grantsCall(viewer, subject.call)
    case 'offer':
      return grantsAgent(viewer, subject.agentId) && grantsCall(viewer, subject.call)
    case 'supervision': {
      const isToldOf = maySupervise(viewer) || (subject.isTold && viewer.agentId === subject.agentId)
      return isToldOf && grantsCall(viewer, subject.call)
    }
    case 'agent':
      return grantsAgent(viewer, subject.agentId)
    case 'phone':
      return grantsAgent(viewer, subject.agentId ?? subject.deviceId)
    case 'queue':
      return grantsQueue(viewer, subject.queue)
    case 'flow':
      return maySeeFlows(viewer)
    case 'customer':
      return seesAll(viewer) || subject.calls.some((call) => grantsCall(viewer, call))
    default:
      return subject satisfies never
  }
}

function grantsQueue(viewer: Viewer, queue: string): boolean {
  return seesAll(viewer) || (sees(viewer) && viewer.servedQueues.has(queue))
}

function wantsAny({ wanted }: Viewer, wants: (one: Narrowing) => boolean): boolean {
  return wanted === undefined || wanted.some(wants)
}

function grantsAgent(viewer: Viewer, agentId: string): boolean {
  return seesAll(viewer) || viewer.extension === agentId || (sees(viewer) && viewer.ledAgents.has(agentId))
}

function grantsCall(viewer: Viewer, call: CallRecord): boolean {
  if (seesAll(viewer)) return true
  if (viewer.extension !== undefined && call.agents.has(viewer.extension)) return true
  return sees(viewer) && (overlap(call.agents, viewer.ledAgents) || overlap(call.queues, viewer.callQueues))
}
