import type { DomainEventBody } from '../../src/domain/events.ts'
import type { AgentId, CallId, ContactId, CustomerId, DeviceId, OfferId } from '../../src/domain/ids.ts'
import type { AttachedData } from '../../src/domain/screen-pop.ts'

export interface ExampleCall {
  readonly id: string
  readonly caller?: string
  readonly dialed?: string
  readonly queue?: string
  readonly agent?: string
  readonly flow?: string
  readonly abandoned?: boolean
  readonly startedAt: number
  readonly callerName?: string
}

/** The events of a call that waits in a queue, is missed by 1009, and is answered by an agent unless the caller gives up: 17 or 12. */
export function eventsOf(example: ExampleCall): DomainEventBody[] {
  const {
    id,
    caller = '13800138000',
    dialed = '95588',
    queue = 'service',
    agent = '1001',
    flow = 'bank-hotline',
    startedAt
  } = example
  const call = { callId: id as CallId, contactId: `contact-${id}` as ContactId }
  const device = agent as DeviceId
  const data: AttachedData = {
    intent: 'balance',
    path: [],
    collected: {},
    waited: { totalMs: 0, queues: [queue] },
    language: 'en',
    priority: 'normal'
  }
  const offer = (n: number) => ({ ...call, offerId: `${id}-offer-${n}` as OfferId })
  const made = { caller: caller as DeviceId, queue, deadline: startedAt + 30_000, data }
  const customer = { id: 'c-1' as CustomerId, name: 'Wang Fang', numbers: [caller], segment: 'gold', flags: [], profile: {} }
  const start: DomainEventBody[] = [
    {
      type: 'call.started',
      ...call,
      caller: caller as DeviceId,
      callerName: example.callerName ?? '',
      dialed: dialed,
      door: 'trunk',
      language: 'zh-CN'
    },
    { type: 'call.answered', ...call },
    { type: 'call.identified', ...call, customer },
    { type: 'flow.started', ...call, flow, version: 'v1' },
    {
      type: 'step.left',
      ...call,
      flow,
      tookMs: 1200.4,
      entry: { step: 'main', kind: 'menu', at: startedAt, exit: '2', detail: '2' }
    },
    { type: 'call.language-changed', ...call, language: 'en' },
    { type: 'shortcut.taken', ...call, flow, shortcut: 'lost-card-key' },
    { type: 'call.tagged', ...call, tags: ['complaint'] },
    { type: 'call.tagged', ...call, tags: ['complaint', `from-${id}`] },
    { type: 'call.queued', ...call, queue, priority: 'normal', enqueuedAt: startedAt, data },
    { type: 'offer.made', ...offer(1), ...made, agentId: '1009' as AgentId, device: '1009' as DeviceId },
    { type: 'offer.ended', ...offer(1), agentId: '1009' as AgentId, device: '1009' as DeviceId, result: 'missed' }
  ]
  const totals = { queuedMs: 5000, talkedMs: example.abandoned ? 0 : 60_000, heldMs: 0 }
  const ended = { type: 'call.ended', ...call, startedAt, answeredAt: startedAt + 100, totals } as const
  if (example.abandoned) {
    return [
      ...start,
      { type: 'call.dequeued', ...call, queue, exit: 'callerGone', waitedMs: 5000 },
      { ...ended, termination: { result: 'abandoned', reason: 'caller-hung-up-in-queue', cause: 16 } }
    ]
  }
  return [
    ...start,
    { type: 'offer.made', ...offer(2), ...made, agentId: agent as AgentId, device },
    { type: 'offer.ringing', ...offer(2), agentId: agent as AgentId, device },
    { type: 'offer.ended', ...offer(2), agentId: agent as AgentId, device, result: 'answered' },
    { type: 'call.dequeued', ...call, queue, exit: 'answered', waitedMs: 5000 },
    { type: 'call.established', ...call, agentId: agent as AgentId, device, queue, waitedMs: 5000 },
    { type: 'leg.ended', ...call, device, cause: 16 },
    { ...ended, termination: { result: 'completed', reason: 'agent-hung-up', cause: 16 } }
  ]
}
