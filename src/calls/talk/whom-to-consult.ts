import { isAllowedAddress } from '../../domain/allowed-address.ts'
import type { ConsultationTarget } from '../../domain/caller.ts'
import { addressOf, plainNumber } from '../../domain/dial-rules.ts'
import type { AgentId, DeviceId } from '../../domain/ids.ts'
import type { DeskResult } from '../../domain/ports/desk.ts'
import type { CallsOffice } from '../call/office.ts'
import type { ConsultationCall } from './consultation-call.ts'
import { type PartyRing, ringAgent, ringSomebodyOutside } from './party-ring.ts'
import { ringQueue, takesConsultations } from './queue-ring.ts'

/** How long the phone of somebody who is consulted rings. In a queue the agent waits as long as callers do. */
export const CONSULTED_RING_MS = 30_000

/** Somebody whom an agent may consult, and how they are rung. */
export interface WhomToConsult {
  readonly device: DeviceId
  /** Whichever agent of this queue is free first. */
  readonly queue?: string
  /** Whether they can take a call now. */
  readonly isFree: boolean
  /** Begins to ring; undefined when they cannot take a call any more. */
  ring(line: ConsultationCall, office: CallsOffice): PartyRing | undefined
}

/**
 * Checks the target of a consultation before anything is given up: nobody is dialled whom the configuration does not allow. `by`: the agent who
 * wants it.
 */
export function whomToConsult(to: ConsultationTarget, office: CallsOffice, by: AgentId): DeskResult<WhomToConsult> {
  const found = lookUp(to, office, by)
  if (found === undefined) return { ok: false, code: 'TARGET_UNKNOWN' }
  return found.isFree ? { ok: true, value: found } : { ok: false, code: 'TARGET_NOT_AVAILABLE' }
}

function lookUp(to: ConsultationTarget, office: CallsOffice, by: AgentId): WhomToConsult | undefined {
  const { centre, distribution } = office
  switch (to.kind) {
    case 'agent': {
      const agentId = to.agentId as AgentId
      if (!centre.agents.has(agentId)) return undefined
      return {
        device: to.agentId as DeviceId,
        isFree: distribution.status(agentId)?.state === 'ready',
        ring: (line, office) => ringAgent(line, office, agentId, CONSULTED_RING_MS)
      }
    }
    case 'sip': {
      if (!isAllowedAddress(to.uri, centre.allowedTransfers)) return undefined
      return {
        device: to.uri as DeviceId,
        isFree: true,
        ring: (line, office) => ringSomebodyOutside(line, office, to.uri, CONSULTED_RING_MS)
      }
    }
    case 'number': {
      const { dialRules } = centre
      const number = plainNumber(to.number)
      const address = number === undefined || dialRules === undefined ? undefined : addressOf(number, dialRules)
      if (number === undefined || address === undefined || dialRules === undefined) return undefined
      const { endpoint, callerId, ringMs } = dialRules
      const outside = { number, address, endpoint, callerId }
      return {
        device: number as DeviceId,
        isFree: true,
        ring: (line, office) => ringSomebodyOutside(line, office, outside, ringMs)
      }
    }
    case 'queue': {
      const settings = centre.queues.get(to.queue)
      if (settings === undefined) return undefined
      return {
        device: to.queue as DeviceId,
        queue: to.queue,
        isFree: takesConsultations(settings, office, by),
        ring: (line, office) => ringQueue(line, office, settings, by)
      }
    }
    default:
      return to satisfies never
  }
}
