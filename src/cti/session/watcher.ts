import type { Subject } from '../translate/translation.ts'
import type { Viewer } from '../view/viewer.ts'

/** One event as a watcher is told of it. */
export interface WatchedEvent {
  readonly type: string
  /** Equal for the events of one thing, such as one call: these are in order among themselves. */
  readonly about: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** The members of the event after `seq`, as JSON without braces: what a client of that viewer is sent. */
  readonly body: string
}

/** Somebody who hears of events without a connection, such as a webhook: sees what a client of that viewer would see. */
export interface Watcher {
  readonly viewer: Viewer
  /** Must neither wait nor throw: events are told in the middle of calls. */
  tell(event: WatchedEvent): void
}

/** What an event is about, as one word. An offer belongs to its call. */
export function aboutOf(subject: Subject): string {
  switch (subject.kind) {
    case 'call':
    case 'offer':
    case 'supervision':
      return `call:${subject.call.view.callId}`
    case 'agent':
      return `agent:${subject.agentId}`
    case 'phone':
      return `phone:${subject.deviceId}`
    case 'queue':
      return `queue:${subject.queue}`
    case 'flow':
      return `flow:${subject.flow}`
    case 'customer':
      return `customer:${subject.customer}`
    default:
      return subject satisfies never
  }
}
