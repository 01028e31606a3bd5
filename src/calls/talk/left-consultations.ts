import type { KeptConsultation, KeptTalk } from '../../domain/kept-call.ts'
import type { LeftOver } from '../call/left-over.ts'
import type { CallsOffice } from '../call/office.ts'
import { type Party, partyLeft } from '../call/party.ts'
import { TalkBridge } from '../line/bridge.ts'
import { Leg } from '../line/leg.ts'
import { ConsultationCall } from './consultation-call.ts'
import { queueServed, watchConsulted } from './join-consulted.ts'
import type { PartyRing } from './party-ring.ts'
import type { Consultation } from './talk-member.ts'
import type { TalkParties } from './talk-parties.ts'

/**
 * Takes up the consultations that an earlier process left, before anybody is seated. Who has hung up meanwhile is told so by their leg; an agent
 * whose bridge is gone is back with the caller. The ones taken up are returned.
 */
export function takeUpConsultations(parties: TalkParties, kept: KeptTalk, left: LeftOver): readonly Consultation[] {
  return (kept.consultations ?? []).flatMap((one) => {
    const consultation = left.bridges.has(one.bridgeId) ? takenUp(parties, one, left) : undefined
    if (consultation !== undefined) return consultation
    const lines = [one.party.channelId, ...(one.ownLine === undefined ? [] : [one.ownLine])]
    for (const line of lines) parties.afterwards(left.legs.get(line)?.drop() ?? Promise.resolve())
    const { agentId } = one.party
    if (agentId !== undefined) parties.office.distribution.talkOver(agentId, one.id, undefined)
    tellLost(parties, one, kept)
    return []
  })
}

/** That there was one has been told with the call. */
function tellLost({ call }: TalkParties, { id, by, party }: KeptConsultation, { parties }: KeptTalk): void {
  const agentId = parties.find(({ device }) => device === by)?.agentId
  if (agentId === undefined) return
  call.publish({ type: 'consultation.ended', consultation: id, agentId, device: by, to: party.device, result: 'target-left' })
}

function takenUp(parties: TalkParties, kept: KeptConsultation, { legs }: LeftOver): Consultation | undefined {
  const { call, office, members, consultations } = parties
  const { id, by, bridgeId, isConference, with: whom, queue, ownLine } = kept
  const member = members.get(by)
  if (member === undefined) return undefined
  const left = partyLeft(kept.party, id, legs, office)
  const consultation: Consultation = {
    ...{ id, member, queue, device: left.device, with: whom, state: 'answered', toldHeld: whom === 'talk' },
    line: new ConsultationCall(id, call, member.party, office),
    ring: answeredBefore(left),
    party: undefined,
    bridge: new TalkBridge(bridgeId, isConference ? 'conference' : 'talk', office),
    busy: undefined,
    ownLine: ownLine && (legs.get(ownLine) ?? new Leg(office.telephony.channel(ownLine), office.clock))
  }
  const party = asConsulted(left, consultation, office)
  Object.assign(consultation, { party })
  consultations.add(consultation)
  member.consultation = consultation
  watchConsulted(parties, consultation, party)
  return consultation
}

/** The ring that an earlier process began: there is nothing left of it to end. */
function answeredBefore({ device, agentId }: Party): PartyRing {
  return { device, agentId, alerting: () => undefined, pickedUp: async () => undefined, drop: async () => undefined }
}

/** A wrap-up comes after the caller's call only: who was merely consulted has none. */
export function asConsulted(party: Party, consultation: Consultation, { distribution }: CallsOffice): Party {
  const { agentId, queue: _, ...rest } = party
  const { line } = consultation
  if (agentId === undefined) return party
  const queue = queueServed(consultation)
  return {
    ...rest,
    agentId,
    ...(queue !== undefined && { queue }),
    onLetGo: () => distribution.talkOver(agentId, line.callId, line.isJoined ? queue : undefined)
  }
}
