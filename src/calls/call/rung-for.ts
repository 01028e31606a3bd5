import type { CallId, ChannelId, ContactId, DeviceId } from '../../domain/ids.ts'
import type { Offer } from '../../domain/queue.ts'
import type { AttachedData } from '../../domain/screen-pop.ts'
import type { CallFact } from './call-fact.ts'

/** An agent's phone that is being rung. */
export interface Alerting {
  readonly offer: Offer
  readonly device: DeviceId
  readonly canAnswer: boolean
}

/** For whom somebody is rung: a caller, or an agent who consults about one. */
export interface RungFor {
  /** The call that an agent is on who picks up. */
  readonly callId: CallId
  readonly contactId: ContactId
  /** Who calls, as the phone shows it. */
  readonly device: DeviceId
  readonly shownName: string
  /** The channel on whose behalf we call, when there is one. */
  readonly originator: ChannelId | undefined
  /** Set while an agent's phone rings. */
  alerting: Alerting | undefined
  attachedData(waitingSince?: number): AttachedData
  publish(fact: CallFact): void
}
