import { Abort, type Signal } from '../../domain/abort.ts'
import type { ConsultationWaitEnd } from '../../domain/consultation.ts'
import type { AgentId, CallId, DeviceId } from '../../domain/ids.ts'
import type { QueueSettings } from '../../domain/queue.ts'
import type { CallsOffice } from '../call/office.ts'
import { partyOf } from '../call/party.ts'
import { turnedAway, untilRuleLeaves } from '../call/queue-rules.ts'
import { Ringing, type RingNews } from '../call/ringing.ts'
import type { ConsultationCall } from './consultation-call.ts'
import type { PartyRing } from './party-ring.ts'

/** Whether an agent can wait in the queue for somebody: it takes callers now, and somebody else works there. */
export function takesConsultations(settings: QueueSettings, office: CallsOffice, by: AgentId): boolean {
  const { distribution } = office
  const { name } = settings
  const isOfQueue = distribution.profileOf(by)?.queues.includes(name) === true
  return turnedAway(settings, office) === undefined && distribution.staffOf(name).loggedOn > Number(isOfQueue)
}

/**
 * Takes an agent into the queue's line, at its end, for one of its agents: each one who is free is rung, as for a caller. Undefined when it
 * takes nobody now.
 */
export function ringQueue(
  ringer: ConsultationCall,
  office: CallsOffice,
  settings: QueueSettings,
  by: AgentId
): PartyRing | undefined {
  const { distribution, clock } = office
  const { name: queue } = settings
  const { id: key, contactId, device } = ringer
  if (!takesConsultations(settings, office, by)) return undefined

  const enqueuedAt = clock.now()
  const ringing = new Ringing(ringer, office, enqueuedAt)
  const decided = ringing.news.subscribe(({ type }) => type === 'answered' || type === 'fault')
  const place = { callId: key, contactId, queue, priority: 'normal', skills: {}, enqueuedAt } as const
  const told = ringer.told.bind(ringer)
  if (distribution.enqueue(place, ringing, { leaveIfNoAgents: true, told }) !== 'waiting') {
    decided[Symbol.dispose]()
    return undefined
  }
  const over = new Abort()
  let agentId: AgentId | undefined
  let left: Promise<void> | undefined
  const leave = (exit: ConsultationWaitEnd) => {
    left ??= (async () => {
      distribution.withdraw(key)
      over.abort(new Error('The wait in the queue is over'))
      ringer.publish({ type: 'consultation.dequeued', queue, exit, consultation: key })
      await ringing.close()
    })()
    return left
  }
  const standing = () => standingOf(key, distribution)

  return {
    device: queue as DeviceId,
    get agentId() {
      return agentId
    },
    alerting: () => ringer.alerting,
    line: {
      now() {
        const { position, ...rest } = standing()
        const ringing = ringer.alerting === undefined ? {} : { ringing: ringer.alerting.offer.agentId }
        if (left !== undefined || position === undefined) return undefined
        return { callId: key, contactId, caller: device, queue, priority: 'normal', enqueuedAt, position, ...rest, ...ringing }
      },
      withdraw: () => void leave('withdrawn')
    },
    async pickedUp() {
      ringer.publish({ type: 'consultation.queued', queue, enqueuedAt, ...standing(), consultation: key })
      try {
        const first = await Promise.race([decided.first(over.signal), untilNoMore(settings, ringing, office, over.signal)])
        if (typeof first === 'string') {
          await leave(first)
          return undefined
        }
        if (left !== undefined) return undefined
        const picked = answerOf(first)
        ringing.takeOver()
        agentId = picked.offer.agentId
        await leave('answered')
        return partyOf(picked, office)
      } catch (error) {
        if (left !== undefined) return undefined
        throw error
      } finally {
        decided[Symbol.dispose]()
        await leave('fault')
      }
    },
    drop: () => leave('left')
  }
}

/** A limit that passes while a phone rings waits for that ring to end, as for a caller. */
async function untilNoMore(
  { name, maxWaitMs }: QueueSettings,
  ringing: Ringing,
  office: CallsOffice,
  signal: Signal
): Promise<'timeout' | 'closed' | 'no_agents'> {
  const limit = async () => {
    await office.clock.sleep(maxWaitMs, signal)
    await ringing.untilIdle(signal)
    return 'timeout' as const
  }
  return await Promise.race([limit(), untilRuleLeaves(name, office, ringing, signal)])
}

function answerOf(news: RingNews) {
  if (news.type === 'fault') throw news.error
  if (news.type === 'ended') throw new TypeError('An offer that ended was taken for an answer')
  return news
}

function standingOf(callId: CallId, distribution: CallsOffice['distribution']) {
  const position = distribution.position(callId)
  const estimateMs = distribution.estimateMs(callId)
  return { ...(position !== undefined && { position }), ...(estimateMs !== undefined && { estimateMs }) }
}
