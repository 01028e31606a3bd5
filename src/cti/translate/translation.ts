import type { CallRecord } from '../board/call-record.ts'
import type { CtiEvent } from '../messages.ts'

/** What an event is about: decides who may see it. */
export type Subject =
  | { readonly kind: 'call'; readonly call: CallRecord }
  | { readonly kind: 'offer'; readonly agentId: string; readonly call: CallRecord }
  | { readonly kind: 'supervision'; readonly agentId: string; readonly isTold: boolean; readonly call: CallRecord }
  | { readonly kind: 'agent'; readonly agentId: string }
  | { readonly kind: 'phone'; readonly deviceId: string; readonly agentId: string | undefined }
  | { readonly kind: 'queue'; readonly queue: string }
  | { readonly kind: 'flow'; readonly flow: string }
  /** With the calls of theirs that go on. */
  | { readonly kind: 'customer'; readonly customer: string; readonly calls: readonly CallRecord[] }

export type Without<Event, Keys extends PropertyKey> = Event extends unknown ? Omit<Event, Keys> : never

/** A CTI event before it is numbered for a session and told what that client may do. */
export type EventBody = Without<CtiEvent, 'seq' | 'allowed'>

export interface Translation {
  readonly subject: Subject
  readonly body: EventBody
}
