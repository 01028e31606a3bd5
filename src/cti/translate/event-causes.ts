import type { DomainEventOf } from '../../domain/events.ts'
import type { OfferResult } from '../../domain/queue.ts'
import type { Cause } from '../messages.ts'

/** Why a caller left a queue. */
export const dequeueCauses = {
  answered: 'distributed',
  timeout: 'timeout',
  no_agents: 'noAvailableAgents',
  closed: 'noAvailableAgents',
  withdrawn: 'normal',
  left: 'normal',
  callback: 'normal',
  overflow: 'overflow',
  deflected: 'redirected',
  callerGone: 'callCancelled',
  fault: 'resourcesNotAvailable'
} as const satisfies Record<DomainEventOf<'call.dequeued'>['exit'], Cause>

/** Why an agent who wants to consult left a queue: here leaving is the agent's doing. */
export const waitCauses = { ...dequeueCauses, left: 'callCancelled' } as const satisfies Record<string, Cause>

/** Why nobody answered whom an agent calls. */
export const unreachedCauses = {
  busy: 'busy',
  'no-answer': 'callNotAnswered',
  rejected: 'callRejected',
  unreachable: 'destNotObtainable'
} as const satisfies Record<DomainEventOf<'call.unreached'>['result'], Cause>

/** Why an offer ended. */
export const offerCauses = {
  answered: 'distributed',
  missed: 'callNotAnswered',
  rejected: 'callRejected',
  callerGone: 'callCancelled',
  unreachable: 'destNotObtainable',
  deflected: 'redirected',
  answeredElsewhere: 'callPickup'
} as const satisfies Record<OfferResult, Cause>

/** Who put a caller on hold, or took them back. */
export const holdCauses = {
  desk: 'keyOperation',
  phone: 'keyOperation',
  consultation: 'consultation'
} as const satisfies Record<DomainEventOf<'call.held'>['by'], Cause>

/** Q.850 in the words of CSTA; what has no word of its own is normal clearing. */
export function causeOf(q850: number): Cause {
  switch (q850) {
    case 17:
      return 'busy'
    case 18:
    case 19:
      return 'callNotAnswered'
    case 21:
      return 'callRejected'
    case 1:
    case 20:
    case 27:
      return 'destNotObtainable'
    case 34:
    case 38:
    case 42:
      return 'networkNotObtainable'
    default:
      return 'normalClearing'
  }
}
