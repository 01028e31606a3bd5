import type { KeptConsultation, KeptParty, KeptTalk } from '../../domain/kept-call.ts'
import type { Party } from '../call/party.ts'
import type { TalkBridge } from '../line/bridge.ts'
import type { Consultation, Member } from './talk-member.ts'

/** A talk as the next process needs it. Who is being let go or rung is left out. */
export function keptTalk({ id, kind }: TalkBridge, members: Iterable<Member>): Omit<KeptTalk, 'since'> {
  const staying = [...members].filter(({ leaving }) => !leaving)
  const consultations = staying.flatMap(({ consultation }) => (consultation && keptConsultation(consultation)) ?? [])
  return {
    bridgeId: id,
    isConference: kind === 'conference',
    parties: staying.map((member) => keptParty(member.party, member)),
    ...(consultations.length > 0 && { consultations })
  }
}

/** Undefined unless somebody has picked up and the two have a bridge. */
function keptConsultation({ id, member, party, bridge, queue, ownLine, ...rest }: Consultation): KeptConsultation | undefined {
  if (rest.state !== 'answered' || party === undefined || bridge === undefined) return undefined
  return {
    ...{ id, by: member.party.device, party: keptParty(party, { held: false, phoneHolds: false }) },
    ...{ bridgeId: bridge.id, isConference: bridge.kind === 'conference', with: rest.with },
    ...(queue !== undefined && { queue }),
    ...(ownLine !== undefined && { ownLine: ownLine.channel.id })
  }
}

function keptParty(
  { device, leg, agentId, queue }: Party,
  { held, phoneHolds }: Pick<KeptParty, 'held' | 'phoneHolds'>
): KeptParty {
  return {
    ...{ device, channelId: leg.channel.id, held, phoneHolds },
    ...(agentId !== undefined && { agentId }),
    ...(queue !== undefined && { queue })
  }
}
