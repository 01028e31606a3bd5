import type { Channel } from '../../domain/ports/telephony.ts'
import type { TalkBridge } from '../line/bridge.ts'
import type { Plan, Seat } from './seating.ts'
import { type Consultation, isPresent, type Member } from './talk-member.ts'

/** Where everybody of a talk is to sit. `arriving`: a phone rings so that somebody joins, and a caller who is alone hears that instead of music. */
export function planSeats(caller: Channel, members: readonly Member[], bridge: TalkBridge, arriving: boolean): Plan {
  const plan = new Map<Channel, Seat>()
  const joined: Seat = { bridge }
  // In a bridge of two Asterisk plays music to whom a phone puts on hold (bridge_simple.c); where it mixes, nobody does (bridge_softmix.c).
  const mixed = bridge.kind === 'conference'
  const waits: Seat = { hears: arriving ? 'ringing' : 'music' }
  plan.set(caller, members.some((member) => isPresent(member) && !(mixed && member.phoneHolds)) ? joined : waits)
  for (const member of members) {
    const { consultation, leaving, party } = member
    const away = consultation?.ownLine === undefined ? awaySeat(consultation) : undefined
    const seat = isPresent(member) ? joined : (away ?? (members.length > 1 ? { hears: 'nothing' } : joined))
    if (!leaving) plan.set(party.leg.channel, seat)
    if (consultation?.ownLine !== undefined) plan.set(consultation.ownLine.channel, besides(consultation))
    if (consultation?.party !== undefined)
      plan.set(consultation.party.leg.channel, consultation.with === 'consulted' ? besides(consultation) : { hears: 'music' })
  }
  return plan
}

function awaySeat(consultation: Consultation | undefined): Seat | undefined {
  if (consultation?.with !== 'consulted') return undefined
  return besides(consultation)
}

/** Where agent and consulted party are. */
function besides({ bridge, party, queue }: Consultation): Seat {
  if (bridge !== undefined && party !== undefined) return { bridge }
  return { hears: queue === undefined ? 'ringing' : 'music' }
}
