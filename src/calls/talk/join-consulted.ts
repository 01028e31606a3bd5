import type { DeskResult } from '../../domain/ports/desk.ts'
import { done, refuse } from '../call/desk-result.ts'
import type { Party } from '../call/party.ts'
import { dropOwnLine, endConsultation, isOver, targetIsGone, tellEnd } from './end-consultation.ts'
import { joinedAsParty } from './joined-as-party.ts'
import type { PartyRing } from './party-ring.ts'
import type { Consultation, Member } from './talk-member.ts'
import type { TalkParties } from './talk-parties.ts'

/** Awaited when nothing can be refused any more, before the agent is let go. */
export type Agreed = () => Promise<unknown>

/** Whoever was consulted becomes a party of the talk; with `transferred` the agent is let go as soon as caller and party are joined. */
export async function joinConsulted(
  parties: TalkParties,
  consultation: Consultation,
  result: 'conferenced' | 'transferred',
  agreed?: Agreed
): Promise<DeskResult> {
  const { members } = parties
  const { member, party } = consultation
  if (party === undefined) return refuse('NOT_ANSWERED')
  const joined = await parties.change(
    () => {
      Object.assign(member, { consultation: undefined, leaving: result === 'transferred' })
      consultation.party = undefined
      parties.add(party)
    },
    () => separate(parties, consultation, party)
  )
  if (!joined.ok) return joined
  if (members.get(party.device)?.party !== party) {
    // They hung up as they were being joined.
    member.leaving = false
    targetIsGone(parties, consultation, 'target-left')
    return refuse('TARGET_NOT_AVAILABLE')
  }
  becomesPart(parties, consultation)
  serves(parties, consultation)
  tellJoin(parties, consultation, result)
  const { ownLine } = consultation
  consultation.ownLine = undefined
  isOver(parties, consultation)
  parties.afterwards(consultation.bridge?.close() ?? Promise.resolve())
  if (agreed !== undefined) await agreed()
  if (ownLine !== undefined) parties.afterwards(ownLine.end())
  if (result === 'transferred') release(parties, member)
  return done
}

/** The agent goes while the phone rings: the caller hears that, and waits for them. */
export async function leaveRinging(parties: TalkParties, consultation: Consultation, agreed?: Agreed): Promise<DeskResult> {
  const { arrivals, signal } = parties
  const { member, ring } = consultation
  if (ring === undefined) return refuse('NOT_ANSWERED')
  const waits = await parties.change(
    () => {
      arrivals.add(ring)
      Object.assign(member, { consultation: undefined, leaving: true })
    },
    () => {
      arrivals.delete(ring)
      Object.assign(member, { consultation, leaving: false })
    }
  )
  if (!waits.ok || signal.aborted) return waits
  becomesPart(parties, consultation)
  tellJoin(parties, consultation, 'transferred')
  consultation.state = 'arriving'
  if (agreed !== undefined) await agreed()
  dropOwnLine(parties, consultation)
  release(parties, member)
  return done
}

/** What came of the ring that the caller waits for. */
export async function arrived(
  parties: TalkParties,
  consultation: Consultation,
  ring: PartyRing,
  party: Party | undefined
): Promise<void> {
  isOver(parties, consultation)
  // Not waited for any more: the talk has ended.
  const waited = parties.arrivals.delete(ring)
  if (party === undefined) {
    if (waited) parties.look(true)
    return
  }
  if (!waited) return parties.letGo(party)
  serves(parties, consultation)
  await joinedAsParty(parties, party)
}

/** Asterisk could not join them: agent and consulted party are together as before. */
function separate(parties: TalkParties, consultation: Consultation, party: Party): void {
  const { members, consultations } = parties
  const { member } = consultation
  member.leaving = false
  if (members.get(party.device)?.party !== party || !consultations.has(consultation)) {
    endConsultation(parties, consultation, 'target-left')
    return
  }
  members.delete(party.device)
  watchConsulted(parties, consultation, party)
  consultation.party = party
  if (members.get(member.party.device) === member) member.consultation = consultation
  else endConsultation(parties, consultation, 'agent-left')
}

/** Ends the consultation when they hang up; not before a command about them is through. */
export function watchConsulted(parties: TalkParties, consultation: Consultation, party: Party): void {
  parties.watch(party, () => {
    const ended = async () => {
      await consultation.busy
      targetIsGone(parties, consultation, 'target-left')
    }
    void ended()
  })
}

/** From now on what happens to them is told of the caller's call. */
function becomesPart({ call, office }: TalkParties, { line, ring }: Consultation): void {
  const agentId = ring?.agentId
  line.join()
  if (agentId !== undefined) office.distribution.joined(agentId, line.id, call.callId, undefined)
}

/** The contact is theirs as well: they wrap it up. */
function serves({ call, office }: TalkParties, consultation: Consultation): void {
  const agentId = consultation.ring?.agentId
  if (agentId !== undefined) office.distribution.joined(agentId, call.callId, call.callId, queueServed(consultation))
}

/** By whose rules a consulted agent wraps the contact up: those of the queue they were asked in, or of who asked them. */
export function queueServed({ queue, member }: Consultation): string | undefined {
  return queue ?? member.party.queue
}

function release(parties: TalkParties, member: Member): void {
  const { members } = parties
  const { device } = member.party
  // They may have hung up by themselves.
  if (members.get(device) !== member) return
  members.delete(device)
  void parties.letGo(member.party)
}

function tellJoin(parties: TalkParties, consultation: Consultation, result: 'conferenced' | 'transferred'): void {
  const { call } = parties
  const { id, member, device, ring, state } = consultation
  const from = member.party.device
  const agentId = ring?.agentId
  const agent = agentId === undefined ? {} : { agentId }
  if (result === 'transferred') call.publish({ type: 'call.transferred', from, to: device, consultation: id })
  else call.publish({ type: 'call.conferenced', by: from, device, consultation: id, ...agent })
  if (agentId !== undefined && state === 'answered')
    call.publish({ type: 'call.established', agentId, device, joins: true, waitedMs: call.totals.queuedMs })
  tellEnd(parties, consultation, result)
}
