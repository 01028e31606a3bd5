import type { CallId, DeviceId } from '../../domain/ids.ts'
import type { Party } from '../call/party.ts'
import type { TalkBridge } from '../line/bridge.ts'
import type { Leg } from '../line/leg.ts'
import type { ConsultationCall } from './consultation-call.ts'
import type { PartyRing } from './party-ring.ts'

/** One of a talk, beside the caller. */
export interface Member {
  readonly party: Party
  /** Put on hold by their desk: the caller, where nobody else is with them, hears music. */
  held: boolean
  /** Hold pressed on the phone itself: Asterisk plays the music, we only tell. */
  phoneHolds: boolean
  /** To be let go as soon as the others are joined. */
  leaving: boolean
  /** Whom they call about the caller. */
  consultation: Consultation | undefined
  /** What was told last: that they are away, and why. */
  toldAway: 'desk' | 'consultation' | undefined
}

/**
 * An agent's call with somebody else about the caller.
 *
 *   begun ──caller on hold──▶ ringing ──picked up──▶ answered ──transfer, conference──▶ over (one more in the talk)
 *                               │ transfer: arriving ──picked up──▶ over                 ▲
 *                               └──unanswered, reconnect, agent left──▶ over ◀──left, reconnect
 *
 * Each state is set before the commands that depend on it, and taken back when Asterisk cannot carry them out.
 */
export interface Consultation {
  readonly id: CallId
  readonly member: Member
  /** The queue in whose line the agent waits for them; it wraps the contact up when they take it over. */
  readonly queue: string | undefined
  /** Of a queue: that until one of its agents has picked up. */
  device: DeviceId
  /** Unset before the caller is on hold. */
  ring: PartyRing | undefined
  /** Unset until they have picked up, and when they have become one of the talk. */
  party: Party | undefined
  bridge: TalkBridge | undefined
  readonly line: ConsultationCall
  /** The second line of the agent's phone, which they called with: they are in this consultation by it, and on hold with the caller by their leg. */
  ownLine: Leg | undefined
  state: 'begun' | 'ringing' | 'answered' | 'arriving' | 'over'
  /** A command of the agent is being carried out: what happens to the consulted party meanwhile waits for its end. */
  busy: Promise<unknown> | undefined
  /** With whom the agent is; the other one is on hold. */
  with: 'consulted' | 'talk'
  /** What was told last: that the consulted party is on hold. */
  toldHeld: boolean
}

/** Whether they and the caller hear each other. */
export function isPresent({ held, leaving, consultation }: Member): boolean {
  return !held && !leaving && consultation?.with !== 'consulted'
}
