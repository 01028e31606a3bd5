import type { DomainEventBody } from '../../../src/domain/events.ts'
import type { AgentId, CallId, ContactId, CustomerId, DeviceId, OfferId } from '../../../src/domain/ids.ts'
import type { OfferResult } from '../../../src/domain/queue.ts'
import type { AttachedData } from '../../../src/domain/screen-pop.ts'

export const attached: AttachedData = {
  intent: 'lost-card',
  path: [{ step: 'welcome', kind: 'menu', at: 1, exit: '1', detail: '1' }],
  collected: { card: '••••' },
  customer: {
    id: 'c1' as CustomerId,
    name: 'Mei Lin',
    numbers: ['13800000001'],
    segment: 'gold',
    flags: ['card-lost'],
    profile: {}
  },
  waited: { totalMs: 1200, queues: ['service'] },
  language: 'en',
  priority: 'high',
  fastPath: 'lost-card'
}

/** The facts of one call, in the words of the core. */
export function callScript(id: string, queue = 'service') {
  const of = { callId: id as CallId, contactId: `contact-${id}` as ContactId }
  const caller = '13800000001' as DeviceId
  const offer = (agent: string) => ({
    offerId: `offer-${id}-${agent}` as OfferId,
    agentId: agent as AgentId,
    device: agent as DeviceId
  })

  return {
    started: { type: 'call.started', caller, callerName: 'Mei', dialed: '95588', door: 'trunk', language: 'en', ...of },
    answered: { type: 'call.answered', ...of },
    queued: { type: 'call.queued', queue, priority: 'high', enqueuedAt: 5, data: attached, ...of },
    leftQueue: { type: 'call.dequeued', queue, exit: 'timeout', waitedMs: 9, ...of },
    tagged: (...tags: readonly string[]): DomainEventBody => ({ type: 'call.tagged', tags, ...of }),
    dequeued: { type: 'call.dequeued', queue, exit: 'answered', waitedMs: 9, ...of },
    offered: (agent: string): DomainEventBody => ({
      type: 'offer.made',
      caller,
      queue,
      deadline: 20_000,
      data: attached,
      ...offer(agent),
      ...of
    }),
    offerEnded: (agent: string, result: OfferResult): DomainEventBody => ({
      type: 'offer.ended',
      result,
      ...offer(agent),
      ...of
    }),
    answerRequested: (agent: string): DomainEventBody => ({ type: 'offer.answer-requested', ...offer(agent), ...of }),
    established: (agent: string): DomainEventBody => ({
      type: 'call.established',
      agentId: agent as AgentId,
      device: agent as DeviceId,
      queue,
      waitedMs: 1200,
      ...of
    }),
    held: (agent: string): DomainEventBody => ({ type: 'call.held', device: agent as DeviceId, by: 'desk', ...of }),
    retrieved: (agent: string): DomainEventBody => ({ type: 'call.retrieved', device: agent as DeviceId, by: 'desk', ...of }),
    transferred: (from: string, to: string): DomainEventBody => ({
      type: 'call.transferred',
      from: from as DeviceId,
      to: to as DeviceId,
      ...of
    }),
    dialed: (device: string): DomainEventBody => ({ type: 'leg.dialed', device: device as DeviceId, ...of }),
    connected: (device: string): DomainEventBody => ({ type: 'leg.connected', device: device as DeviceId, ...of }),
    legEnded: (device: string, cause = 16): DomainEventBody => ({ type: 'leg.ended', device: device as DeviceId, cause, ...of }),
    dataChanged: { type: 'call.data-changed', data: { ...attached, collected: { amount: 5 } }, by: 'flow', ...of },
    ended: {
      type: 'call.ended',
      termination: { result: 'completed', reason: 'caller-hung-up-after-talk', cause: 16 },
      startedAt: 1,
      totals: { queuedMs: 1, talkedMs: 1, heldMs: 0 },
      ...of
    }
  } as const satisfies Record<string, DomainEventBody | ((...words: never[]) => DomainEventBody)>
}
