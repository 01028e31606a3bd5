import type { Centre } from '../../domain/centre.ts'
import { type DialRules, isReachable } from '../../domain/dial-rules.ts'
import type { DeviceId } from '../../domain/ids.ts'
import type { Log } from '../../domain/log.ts'
import { destinationOf, OutsideTally } from '../../domain/outside-tally.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import type { RungFor } from './rung-for.ts'

/** What the door needs around it. */
export interface OutsideOptions {
  readonly centre: Pick<Centre, 'allowedTransfers' | 'outsideCaps'> & { readonly dialRules?: DialRules | undefined }
  readonly clock: Clock
  readonly log: Log
}

/** Why nobody is called. */
export type OutsideRefusal = 'not-allowed' | 'per-minute' | 'per-destination'

/**
 * The one door to the outside. Every call that leaves asks here in the moment before it is dialled, however it was wished for and whatever
 * was checked before: the address is one that the configuration allows now, and no cap is reached.
 */
export class OutsideCalls {
  readonly #options: OutsideOptions
  readonly #tally = new OutsideTally()

  constructor(options: OutsideOptions) {
    this.#options = options
  }

  /** Why that address cannot be called at this moment; undefined when it can. Nothing is counted. */
  refusal(uri: string): OutsideRefusal | undefined {
    const { centre, clock } = this.#options
    if (!isReachable(uri, centre)) return 'not-allowed'
    const { outsideCaps } = centre
    return outsideCaps && this.#tally.reached(this.#countedAs(uri), outsideCaps, clock.now())
  }

  /** Whether it may be called now. Counts it; a refusal is told as a fact of the call. */
  admit(uri: string, told: Pick<RungFor, 'publish' | 'callId'>): boolean {
    const { centre, clock, log } = this.#options
    const why = this.refusal(uri)
    if (why === undefined) {
      if (centre.outsideCaps !== undefined) this.#tally.count(this.#countedAs(uri), centre.outsideCaps, clock.now())
      return true
    }
    told.publish({ type: 'call.dial-refused', device: uri as DeviceId, why })
    log.warn({ callId: told.callId, device: uri, why }, 'A call to the outside was refused')
    return false
  }

  /** Addresses that the configuration names whole are the centre's own choice, not a caller's or an agent's. */
  #countedAs(uri: string): string | undefined {
    return this.#options.centre.allowedTransfers.includes(uri) ? undefined : destinationOf(uri)
  }
}
