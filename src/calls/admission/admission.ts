import type { CallId } from '../../domain/ids.ts'
import type { Log } from '../../domain/log.ts'
import { isEmergency, type OverloadRules, placesOf, type ShedAnswer, type Strain } from '../../domain/overload.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import { type AdmissionRate, everybody, LOOK_MS, nextRate } from './admission-rate.ts'
import { FIRST_WINDOW, nextWindow } from './answer-window.ts'

const LOOKS_PER_SECOND = 1000 / LOOK_MS

/** Words cost Asterisk as much as a served call: beyond so many callers a second the others are refused. */
const ANNOUNCED_PER_SECOND = 2

/** Callers are let in again when nobody was turned away for so many looks: while a few are, it is told once. */
const QUIET_LOOKS = LOOKS_PER_SECOND

/** Who has waited for this share of what is slow before we heard of them would be answered late: the next one need not be. */
const STALE = 0.5

/** Turns callers away while there is no room for them: early, and only as many as must be. */
export class Admission {
  readonly #rules: () => OverloadRules
  readonly #audible: number
  readonly #log: Log
  readonly #clock: Pick<Clock, 'now'>
  #rate: AdmissionRate = everybody
  /** Callers that may still come in before the next look. */
  #tokens = Number.POSITIVE_INFINITY
  #announcements = ANNOUNCED_PER_SECOND
  /** Of callers who are on their way to us. */
  #announcementsAhead = ANNOUNCED_PER_SECOND
  /** Of each of the last looks, the newest last. */
  #looks: { wanted: number; admitted: number }[] = [{ wanted: 0, admitted: 0 }]
  /** Since when those who were let in wait for the answer, the first to come first. */
  readonly #unanswered = new Map<CallId, number>()
  #window = FIRST_WINDOW
  #answers = { slowestMs: 0, most: 0 }
  /** Looks since somebody was turned away. */
  #quietLooks = 0
  #shedding = false

  /** `audible`: so many calls can be heard at once, by the ports that there are. */
  constructor(rules: () => OverloadRules, audible: number, log: Log, clock: Pick<Clock, 'now'>) {
    this.#rules = rules
    this.#audible = audible
    this.#log = log
    this.#clock = clock
  }

  /** Callers a second who are let in. Infinity: everybody. */
  get perSecond(): number {
    return this.#rate.perSecond
  }

  /** Whether callers to that number would be let in; nothing is counted. `inProgress` is calls. */
  hasRoom(dialed: string, inProgress: number): boolean {
    const rules = this.#rules()
    const { ordinary, all } = placesOf(rules, this.#audible)
    if (isEmergency(dialed, rules)) return inProgress < all
    return inProgress < ordinary && this.#tokens >= 1 && !this.#isCrowded(rules)
  }

  /** What to do with a caller who has come, and of whom the news have waited so long: undefined is to serve them. */
  judge(dialed: string, inProgress: number, waitedMs = 0): ShedAnswer | undefined {
    const look = this.#looks.at(-1)
    const rules = this.#rules()
    if (look !== undefined) look.wanted++
    if (this.hasRoom(dialed, inProgress) && (isEmergency(dialed, rules) || !this.#isStale(waitedMs, rules))) {
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

  /**
   * What to tell a caller who has not come to us yet. Who is sent on is judged again when they come, so nothing is counted but who is sent on to
   * hear the words: Asterisk says them, and no more callers are to reach it for that than it can tell.
   */
  judgeAhead(dialed: string, inProgress: number): ShedAnswer | undefined {
    if (this.hasRoom(dialed, inProgress)) return undefined
    const { answer } = this.#rules()
    if (answer !== 'announce') return answer
    if (this.#announcementsAhead < 1) return 'refuse'
    this.#announcementsAhead--
    return 'announce'
  }

  /** That caller was let in, and is to be answered. */
  letIn(callId: CallId, waitedMs = 0): void {
    this.#unanswered.set(callId, this.#clock.now() - waitedMs)
    this.#answers.most = Math.max(this.#answers.most, this.#unanswered.size)
  }

  /** That caller is answered, or gone; whoever says so a second time is ignored. */
  answered(callId: CallId): void {
    const since = this.#unanswered.get(callId)
    if (since === undefined) return
    this.#unanswered.delete(callId)
    this.#answers.slowestMs = Math.max(this.#answers.slowestMs, this.#clock.now() - since)
  }

  /** To be told every `LOOK_MS`. */
  note(strain: Strain): void {
    const rules = this.#rules()
    const wanted = this.#looks.reduce((sum, look) => sum + look.wanted, 0)
    this.#rate = nextRate(this.#rate, strain, { wanted, admitted: this.#admittedOfLate }, rules)
    this.#lookAtAnswers(rules)
    this.#looks = [...this.#looks.slice(1 - LOOKS_PER_SECOND), { wanted: 0, admitted: 0 }]
    // What was not used is kept for a second at most, so that a short rush is none.
    this.#tokens = Math.min(Math.max(this.#tokensKept(), 0) + this.#rate.perSecond / LOOKS_PER_SECOND, this.#rate.perSecond)
    const announced = (left: number) => Math.min(left + ANNOUNCED_PER_SECOND / LOOKS_PER_SECOND, ANNOUNCED_PER_SECOND)
    this.#announcements = announced(this.#announcements)
    this.#announcementsAhead = announced(this.#announcementsAhead)
    if (++this.#quietLooks <= QUIET_LOOKS || !this.#shedding || this.#rate.perSecond !== Number.POSITIVE_INFINITY) return
    this.#shedding = false
    this.#log.info({}, 'Callers are let in again')
  }

  get #admittedOfLate(): number {
    return this.#looks.reduce((sum, { admitted }) => sum + admitted, 0)
  }

  /** So many wait for the answer that one more would wait long. */
  #isCrowded({ leastPerSecond }: OverloadRules): boolean {
    return this.#unanswered.size >= this.#window && this.#admittedOfLate >= leastPerSecond
  }

  #isStale(waitedMs: number, { commandDelayMs, leastPerSecond }: OverloadRules): boolean {
    return waitedMs > commandDelayMs * STALE && this.#admittedOfLate >= leastPerSecond
  }

  #lookAtAnswers({ commandDelayMs }: OverloadRules): void {
    const [oldest] = this.#unanswered.values()
    const { slowestMs, most } = this.#answers
    const waitingMs = oldest === undefined ? 0 : this.#clock.now() - oldest
    this.#window = nextWindow(this.#window, { slowestMs: Math.max(slowestMs, waitingMs), most }, commandDelayMs)
    this.#answers = { slowestMs: 0, most: this.#unanswered.size }
  }

  #tokensKept(): number {
    return this.#tokens === Number.POSITIVE_INFINITY ? 0 : this.#tokens
  }

  #tell(inProgress: number): void {
    this.#quietLooks = 0
    if (this.#shedding) return
    this.#shedding = true
    const { ordinary: most } = placesOf(this.#rules(), this.#audible)
    this.#log.warn(
      { inProgress, most, unanswered: this.#unanswered.size, perSecond: this.#rate.perSecond },
      'Callers are turned away: there is no room'
    )
  }
}
