import type { Roster } from '../../agents/roster.ts'
import type { CallId } from '../../domain/ids.ts'
import type { QueueStatus, WaitingCall } from '../../domain/queue.ts'
import type { RoutingCore } from '../../routing/routing-core.ts'
import type { Forecasts } from './forecasts.ts'
import type { OfferBook } from './offer-book.ts'

/** Who waits, who works and how long it may take, counted out of what the distribution keeps: it reads and never writes. */
export class QueueFigures {
  readonly #core: RoutingCore
  readonly #roster: Roster
  readonly #offers: OfferBook
  readonly #forecasts: Forecasts

  constructor(core: RoutingCore, roster: Roster, offers: OfferBook, forecasts: Forecasts) {
    this.#core = core
    this.#roster = roster
    this.#offers = offers
    this.#forecasts = forecasts
  }

  status(queue: string): QueueStatus | undefined {
    const all = this.#core.status(queue)
    if (all === undefined) return undefined
    const callbacks = this.#offers.callbacksIn(queue)
    const oldestSince = callbacks === 0 ? all.oldestSince : this.#offers.oldestCallerIn(queue)
    const { atWork, ...staff } = this.#roster.staffOf(queue)
    const expectedMs = this.#forecasts.expectMs(queue, all.waiting + 1 - this.#offers.ringingIn(queue), atWork)
    const errorMs = this.#forecasts.errorMs(queue)
    return {
      queue,
      waiting: all.waiting - callbacks,
      callbacks,
      ...(oldestSince !== undefined && { oldestSince }),
      ...staff,
      ...(expectedMs !== undefined && { estimateMs: staff.ready > 0 && all.waiting === 0 ? 0 : expectedMs }),
      ...(errorMs !== undefined && { estimateErrorMs: errorMs })
    }
  }

  /** How much longer the caller has to expect to wait, milliseconds; undefined while too little is known. */
  estimateMs(callId: CallId): number | undefined {
    const queue = this.#offers.partyOf(callId)?.queue
    if (queue === undefined || this.#core.position(callId) === undefined) return undefined
    return this.#forecasts.expectMs(queue, this.turn({ callId, queue }), this.atWork(queue))
  }

  /** How many agents have to become free before the caller has one: those before them who are being rung have theirs. */
  turn({ callId, queue }: Pick<WaitingCall, 'callId' | 'queue'>): number {
    return Math.max(1, (this.#core.position(callId) ?? 1) - this.#offers.ringingIn(queue))
  }

  atWork(queue: string): number {
    return this.#roster.staffOf(queue).atWork
  }

  /** The watchdog's figure, always 0: callers kept from a free agent, and agents kept from callers. */
  stuck(now: number): number {
    const forgotten = this.#roster.inState('ready').filter(({ agentId }) => !this.#core.isFree(agentId))
    const zombies = this.#roster.inState('reserved').filter(({ offerId }) => !this.#offers.isOpen(offerId))
    return this.#core.stuck(now) + forgotten.length + zombies.length
  }
}
