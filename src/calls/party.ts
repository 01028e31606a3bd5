import type { AgentId, DeviceId } from '../domain/ids.ts'
import type { Leg } from './leg.ts'
import type { CallsOffice } from './office.ts'
import type { Answered } from './ringing.ts'

/** Somebody who takes part in a talk beside the caller: an agent, or a phone outside. */
export interface Party {
  readonly device: DeviceId
  readonly leg: Leg
  readonly agentId?: AgentId
  /** The queue whose contact an agent serves. */
  readonly queue?: string
  /** Told once, when their leg has ended. */
  readonly onLetGo: () => void
}

/** The agent who picked up for a caller. */
export function partyOf({ offer, device, leg }: Answered, office: CallsOffice): Party {
  const { agentId, callId, queue: from } = offer
  const queue = from === '' ? undefined : from
  const onLetGo = () => office.distribution.talkOver(agentId, callId, queue)
  return { device, leg, agentId, ...(queue !== undefined && { queue }), onLetGo }
}
