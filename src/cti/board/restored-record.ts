import type { DomainEventOf } from '../../domain/events.ts'
import type { CallRecord } from './call-record.ts'
import { firstConsultation } from './consultation-record.ts'
import { firstCall } from './next-call.ts'
import { callerOf, put, queueDevice, turn } from './record-parties.ts'

type Restored = DomainEventOf<'call.restored'>

/** A call that an earlier process began, as it stands. Who has had to do with it before is not known any more, but for who is in it. */
export function restoredCall(event: Restored, agentOf: (device: string) => string | undefined): CallRecord {
  const { data, startedAt, parties = [] } = event
  const first = firstCall({ ...event, type: 'call.started', language: data.language, at: startedAt }, agentOf)
  const agents = parties.flatMap(({ agentId }) => agentId ?? [])
  // An agent who began it from the desk is there no more unless they are one of its parties.
  const connections = first.view.connections.filter(({ kind }) => kind === 'caller')
  let view: CallRecord['view'] = { ...first.view, connections, data, ...knownOf(event) }
  if (event.answeredAt !== undefined) view = put(view, callerOf(first), 'connected')
  if (event.phase === 'queued' && event.queue !== undefined)
    view = put(view, { deviceId: queueDevice(event.queue), kind: 'queue' }, 'queued')
  for (const { device: deviceId, agentId, isHolding } of parties) {
    const state = isHolding ? 'hold' : 'connected'
    view = put(view, agentId === undefined ? { deviceId, kind: 'outside' } : { deviceId, kind: 'agent', agentId }, state)
  }
  return {
    ...first,
    view,
    agents: new Set([...first.agents, ...agents]),
    queues: new Set(data.waited.queues),
    talked: new Set(agents)
  }
}

/** The consultations of a restored call, each a call of its own, of agent and consulted party. */
export function restoredConsultations(event: Restored, of: CallRecord): readonly CallRecord[] {
  const { consultations = [], callId, contactId, at, number } = event
  return consultations.map(({ agentId, device, to, toAgent, isHolding, ...which }) => {
    const about = { callId, contactId, at, number, agentId, device, to, ...which }
    const first = firstConsultation({ ...about, type: 'consultation.started' }, of)
    const who = toAgent === undefined ? { kind: 'outside' as const } : { kind: 'agent' as const, agentId: toAgent }
    const talking = put(first.view, { deviceId: to, ...who }, 'connected')
    return {
      ...first,
      view: isHolding ? turn(talking, device, 'hold') : talking,
      agents: new Set([agentId, ...(toAgent === undefined ? [] : [toAgent])])
    }
  })
}

/** What a view shows beside the parties, as far as it is so. */
function knownOf({
  data,
  answeredAt,
  phase,
  queue,
  priority,
  enqueuedAt,
  talkingSince,
  flow,
  recording
}: Restored): Partial<CallRecord['view']> {
  const { customer } = data
  return {
    ...(answeredAt !== undefined && { answeredAt }),
    ...(flow !== undefined && { flow }),
    ...(customer !== undefined && { customer: { id: customer.id, name: customer.name, segment: customer.segment } }),
    ...(phase !== 'flow' && queue !== undefined && { queue }),
    ...(priority !== undefined && { priority }),
    ...(phase === 'queued' && enqueuedAt !== undefined && { enqueuedAt }),
    ...(talkingSince !== undefined && { establishedAt: talkingSince }),
    ...(recording !== undefined && { recording: recording.state, recordedBy: recording.by })
  }
}
