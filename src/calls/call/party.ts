import type { AgentId, CallId, ChannelId, DeviceId } from '../../domain/ids.ts'
import type { KeptParty } from '../../domain/kept-call.ts'
import { Leg } from '../line/leg.ts'
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

/** Somebody whom an earlier process left in a talk. */
export function partyLeft(
  { device, channelId, agentId, queue }: KeptParty,
  callId: CallId,
  legs: ReadonlyMap<ChannelId, Leg>,
  { distribution, telephony, clock }: CallsOffice
): Party {
  if (agentId !== undefined) distribution.standsIn(agentId, callId)
  const leg = legs.get(channelId) ?? new Leg(telephony.channel(channelId), clock)
  const onLetGo = () => {
    if (agentId !== undefined) distribution.talkOver(agentId, callId, queue)
  }
  return { device, leg, ...(agentId !== undefined && { agentId }), ...(queue !== undefined && { queue }), onLetGo }
}

/** The agent who picked up for a caller. */
export function partyOf({ offer, device, leg }: Answered, office: CallsOffice): Party {
  const { agentId, callId, queue: from } = offer
  const queue = from === '' ? undefined : from
  const onLetGo = () => office.distribution.talkOver(agentId, callId, queue)
  return { device, leg, agentId, ...(queue !== undefined && { queue }), onLetGo }
}
