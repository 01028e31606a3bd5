import type { Party } from '../call/party.ts'
import type { TalkParties } from './talk-parties.ts'

/** Somebody who has just picked up joins the caller, and whoever else is there. */
export async function joinedAsParty(parties: TalkParties, party: Party): Promise<void> {
  const { call, members } = parties
  parties.add(party)
  const result = await parties.settle()
  if (result === 'unavailable' || result === 'refused') return parties.fail(result)
  // They hung up meanwhile, or the talk is over.
  if (result === 'over' || members.get(party.device)?.party !== party) return
  const { device, agentId } = party
  if (agentId === undefined) call.publish({ type: 'leg.connected', device })
  else call.publish({ type: 'call.established', agentId, device, joins: true, waitedMs: call.totals.queuedMs })
}
