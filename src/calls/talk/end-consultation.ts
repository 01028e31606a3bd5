import type { ConsultationResult } from '../../domain/consultation.ts'
import type { AgentId } from '../../domain/ids.ts'
import type { Consultation } from './talk-member.ts'
import type { TalkParties } from './talk-parties.ts'

/** The consulted party, or the ring of their phone, is let go. Told twice, it counts once. */
export function endConsultation(parties: TalkParties, consultation: Consultation, result: ConsultationResult): void {
  if (!parties.consultations.has(consultation)) return
  const { party, ring, bridge, member, state, id } = consultation
  isOver(parties, consultation)
  if (member.consultation === consultation) member.consultation = undefined
  const gone = async () => {
    await ring?.drop()
    if (party !== undefined) await parties.letGo(party, id)
    // Of one that never began nobody knows, and that of one who is on the way into the talk was told.
    if (state !== 'begun' && state !== 'arriving') tellEnd(parties, consultation, result)
    await bridge?.close()
  }
  parties.afterwards(gone())
}

/** Ends it for who was consulted, and brings the agent back to the caller. */
export function targetIsGone(parties: TalkParties, consultation: Consultation, result: 'unanswered' | 'target-left'): void {
  if (!parties.consultations.has(consultation)) return
  endConsultation(parties, consultation, result)
  parties.look()
}

/** The second line of the agent's phone is hung up, if they called with it. */
export function dropOwnLine(parties: TalkParties, consultation: Consultation): void {
  const { ownLine } = consultation
  consultation.ownLine = undefined
  if (ownLine !== undefined) parties.afterwards(ownLine.end())
}

/** Nothing more is done about it. */
export function isOver(parties: TalkParties, consultation: Consultation): void {
  dropOwnLine(parties, consultation)
  consultation.state = 'over'
  parties.consultations.delete(consultation)
}

export function tellEnd({ call }: TalkParties, { id, member, device: to }: Consultation, result: ConsultationResult): void {
  const { device, agentId } = member.party
  call.publish({ type: 'consultation.ended', consultation: id, agentId: agentId as AgentId, device, to, result })
}
