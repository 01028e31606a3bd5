import type { Clock } from '../../domain/ports/clock.ts'
import type { LiveCall } from '../call/live-call.ts'
import { isPresent, type Member } from './talk-member.ts'

/** Tells who in a talk holds whom, once each, and books how long the caller was on hold. */
export class ToldHolds {
  readonly #call: LiveCall
  readonly #clock: Clock
  #heldSince: number | undefined

  constructor(call: LiveCall, clock: Clock) {
    this.#call = call
    this.#clock = clock
  }

  /** What is so now. */
  tell(members: readonly Member[]): void {
    for (const member of members) {
      if (member.leaving) continue
      this.#tellOf(member)
      this.#tellOfConsulted(member)
    }
    this.count(members)
  }

  /** Books the time of the caller on hold once, when nobody holds any more, or nobody is left. */
  count(members: readonly Member[]): void {
    const now = this.#clock.now()
    const held = members.length > 0 && members.filter(isPresent).every(({ phoneHolds }) => phoneHolds)
    if (held) this.#heldSince ??= now
    else if (this.#heldSince !== undefined) {
      this.#call.totals.heldMs += now - this.#heldSince
      this.#heldSince = undefined
    }
  }

  #tellOf(member: Member): void {
    const { party, toldAway } = member
    const away = awayBy(member)
    member.toldAway = away
    if ((away === undefined) === (toldAway === undefined)) return
    const by = away ?? toldAway ?? 'desk'
    this.#call.publish({ type: away === undefined ? 'call.retrieved' : 'call.held', device: party.device, by })
  }

  #tellOfConsulted({ party, consultation }: Member): void {
    if (consultation === undefined || (consultation.with === 'talk') === consultation.toldHeld) return
    consultation.toldHeld = !consultation.toldHeld
    this.#call.publish({
      type: consultation.toldHeld ? 'call.held' : 'call.retrieved',
      device: party.device,
      by: 'consultation',
      consultation: consultation.id
    })
  }
}

/** What keeps them from the caller, beside a hold on their phone, which was told as that. */
export function awayBy({ held, phoneHolds, consultation }: Member): Member['toldAway'] {
  if (held) return 'desk'
  const isTold = consultation?.ownLine !== undefined && phoneHolds
  return consultation?.with === 'consulted' && !isTold ? 'consultation' : undefined
}
