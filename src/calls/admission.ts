import type { Log } from '../domain/log.ts'
import { isEmergency, type OverloadRules, type ShedAnswer, type Strain } from '../domain/overload.ts'
import { type AdmissionRate, everybody, LOOK_MS, nextRate } from './admission-rate.ts'

const LOOKS_PER_SECOND = 1000 / LOOK_MS

/** Words cost Asterisk as much as a served call: beyond so many callers a second the others are refused. */
const ANNOUNCED_PER_SECOND = 2

/** Turns callers away while there is no room for them: early, and only as many as must be. */
export class Admission {
  readonly #rules: () => OverloadRules
  readonly #log: Log
  #rate: AdmissionRate = everybody
  /** Callers that may still come in before the next look. */
  #tokens = Number.POSITIVE_INFINITY
  #announcements = ANNOUNCED_PER_SECOND
  /** Of each of the last looks, the newest last. */
  #looks: { wanted: number; admitted: number }[] = [{ wanted: 0, admitted: 0 }]
  #shedSince = 0
  #shedding = false

  constructor(rules: () => OverloadRules, log: Log) {
    this.#rules = rules
    this.#log = log
  }

  /** Callers a second who are let in. Infinity: everybody. */
  get perSecond(): number {
    return this.#rate.perSecond
  }

  /** Whether callers to that number would be let in; nothing is counted. `inProgress` is calls. */
  hasRoom(dialed: string, inProgress: number): boolean {
    const rules = this.#rules()
    const { callsMax = Number.POSITIVE_INFINITY, emergencyReserve } = rules
    if (isEmergency(dialed, rules)) return inProgress < callsMax + emergencyReserve
    return inProgress < callsMax && this.#tokens >= 1
  }

  /** What to do with a caller who has come: undefined is to serve them. */
  judge(dialed: string, inProgress: number): ShedAnswer | undefined {
    const look = this.#looks.at(-1)
    const rules = this.#rules()
    if (look !== undefined) look.wanted++
    if (this.hasRoom(dialed, inProgress)) {
      if (look !== undefined) look.admitted++
      if (!isEmergency(dialed, rules)) this.#tokens--
      return undefined
    }
    this.#tell(inProgress)
    if (rules.answer !== 'announce') return rules.answer
    if (this.#announcements < 1) return 'refuse'
    this.#announcements--
    return 'announce'
  }

  /** To be told every `LOOK_MS`. */
  note(strain: Strain): void {
    const rules = this.#rules()
    const recent = {
      wanted: this.#looks.reduce((sum, { wanted }) => sum + wanted, 0),
      admitted: this.#looks.reduce((sum, { admitted }) => sum + admitted, 0)
    }
    this.#rate = nextRate(this.#rate, strain, recent, rules)
    this.#looks = [...this.#looks.slice(1 - LOOKS_PER_SECOND), { wanted: 0, admitted: 0 }]
    // What was not used is kept for a second at most, so that a short rush is none.
    this.#tokens = Math.min(Math.max(this.#tokensKept(), 0) + this.#rate.perSecond / LOOKS_PER_SECOND, this.#rate.perSecond)
    this.#announcements = Math.min(this.#announcements + ANNOUNCED_PER_SECOND / LOOKS_PER_SECOND, ANNOUNCED_PER_SECOND)
    if (!this.#shedding || this.#rate.perSecond !== Number.POSITIVE_INFINITY || this.#shedSince > 0) {
      this.#shedSince = 0
      return
    }
    this.#shedding = false
    this.#log.info({}, 'Callers are let in again')
  }

  #tokensKept(): number {
    return this.#tokens === Number.POSITIVE_INFINITY ? 0 : this.#tokens
  }

  #tell(inProgress: number): void {
    this.#shedSince++
    if (this.#shedding) return
    this.#shedding = true
    this.#log.warn({ inProgress, perSecond: this.#rate.perSecond }, 'Callers are turned away: there is no room')
  }
}
