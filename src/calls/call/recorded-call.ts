import type { Signal } from '../../domain/abort.ts'
import type { CallId, ContactId, DeviceId } from '../../domain/ids.ts'
import type { Channel } from '../../domain/ports/telephony.ts'
import type { CallFact } from './call-fact.ts'
import type { CallStory } from './call-story.ts'
import type { TalkControl } from './talk-control.ts'

/** What a recorder knows of its call. */
export interface RecordedCall {
  readonly callId: CallId
  readonly contactId: ContactId
  readonly channel: Channel
  readonly device: DeviceId
  readonly incoming: { readonly callerName: string }
  readonly story: Pick<CallStory, 'customer'>
  readonly signal: Signal
  readonly talk: Pick<TalkControl, 'mix'> | undefined
  publish(fact: CallFact): void
}
