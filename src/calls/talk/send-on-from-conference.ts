import type { TransferTarget } from '../../domain/caller.ts'
import { isReachable } from '../../domain/dial-rules.ts'
import type { AgentId, DeviceId } from '../../domain/ids.ts'
import type { DeskResult } from '../../domain/ports/desk.ts'
import { done, refuse } from '../call/desk-result.ts'
import { COLLEAGUE_RING_MS, nameOf } from '../call/next-stop.ts'
import { joinedAsParty } from './joined-as-party.ts'
import { type PartyRing, ringAgent, ringSomebodyOutside } from './party-ring.ts'
import type { Member } from './talk-member.ts'
import type { TalkParties } from './talk-parties.ts'

/**
 * An agent leaves a talk in which others go on, and has somebody called in their place. Into a queue or to a flow nobody can be sent from there:
 * the caller would be taken from those who talk with them.
 */
export async function sendOnFromConference(
  parties: TalkParties,
  member: Member,
  to: TransferTarget,
  agreed?: () => Promise<unknown>
): Promise<DeskResult> {
  const { call, office, members, arrivals } = parties
  if (to.kind === 'queue' || to.kind === 'number') return refuse('OTHERS_IN_TALK')
  const isKnown = to.kind === 'sip' ? isReachable(to.uri, office.centre) : office.centre.agents.has(to.agentId)
  if (!isKnown) return refuse('TARGET_UNKNOWN')
  if (members.has(nameOf(to) as DeviceId)) return refuse('TARGET_NOT_AVAILABLE')

  const ring =
    to.kind === 'agent'
      ? ringAgent(call, office, to.agentId as AgentId, COLLEAGUE_RING_MS)
      : ringSomebodyOutside(call, office, to.uri, COLLEAGUE_RING_MS)
  if (ring === undefined) return refuse('TARGET_NOT_AVAILABLE')
  arrivals.add(ring)
  members.delete(member.party.device)
  call.publish({ type: 'call.transferred', from: member.party.device, to: nameOf(to) })
  parties.settleOrFail()
  parties.afterwards(follow(parties, ring))
  await agreed?.()
  void parties.letGo(member.party)
  return done
}

async function follow(parties: TalkParties, ring: PartyRing): Promise<void> {
  const { arrivals } = parties
  try {
    const party = await ring.pickedUp()
    const waited = arrivals.delete(ring)
    if (party === undefined) {
      if (waited) parties.look(true)
    } else if (waited) await joinedAsParty(parties, party)
    else await parties.letGo(party)
  } catch (error) {
    if (arrivals.delete(ring)) parties.look(true)
    throw error
  }
}
