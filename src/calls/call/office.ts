import type { CallbackExit } from '../../domain/callback.ts'
import type { Centre } from '../../domain/centre.ts'
import type { Customers } from '../../domain/customer.ts'
import type { Publish } from '../../domain/event-bus.ts'
import type { EventFeed } from '../../domain/event-feed.ts'
import type { InterruptedCalls } from '../../domain/interrupted.ts'
import type { Log } from '../../domain/log.ts'
import type { CallbackDraft } from '../../domain/ports/callbacks.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import type { LiveStore } from '../../domain/ports/live-store.ts'
import type { Recordings } from '../../domain/ports/recordings.ts'
import type { Telephony, TelephonyStatus } from '../../domain/ports/telephony.ts'
import type { FlowWorld } from '../../flow/flow-world.ts'
import type { Admission } from '../admission/admission.ts'
import type { Distribution } from '../offers/distribution.ts'
import type { AfterCalls } from './after-calls.ts'
import type { KeptPlaces } from './kept-places.ts'
import type { OutsideCalls } from './outside-calls.ts'

/** Everything a call needs around it; the same for all calls. */
export interface CallsOffice {
  readonly telephony: Telephony
  /** Asked before anybody outside is called. */
  readonly outside: OutsideCalls
  /** News of the connection to Asterisk. */
  readonly connection: EventFeed<TelephonyStatus>
  readonly distribution: Distribution
  /** Each call adds its own `afterCall`. */
  readonly world: Omit<FlowWorld, 'afterCall'>
  readonly customers: Customers
  readonly callbacks: { add(draft: CallbackDraft): Promise<CallbackExit> }
  /** Holds what flows still do when their callers have left. */
  readonly afterCalls: AfterCalls
  readonly interrupted: InterruptedCalls
  readonly keptPlaces: KeptPlaces
  readonly centre: Centre
  /** Turns callers away while there is no room for them. */
  readonly admission: Admission
  readonly liveStore: LiveStore
  readonly recordings: Recordings
  readonly clock: Clock
  readonly publish: Publish
  readonly log: Log
  readonly newId: () => string
}
