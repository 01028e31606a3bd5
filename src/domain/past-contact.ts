import type { CallDoor } from './call-phase.ts'
import type { Callback } from './callback.ts'
import type { GivenPromise } from './promise.ts'
import type { VoicemailState } from './recording.ts'

/** On whatever a customer had with us before. */
interface OfPast {
  readonly contactId: string
  /** Milliseconds since 1970: a call began, a message was left, a callback was asked for. */
  readonly startedAt: number
  readonly queues: readonly string[]
  /** Who talked to the customer in it. */
  readonly agents: readonly string[]
}

export interface PastCall extends OfPast {
  readonly kind: 'call'
  readonly callId: string
  /** Unset while it goes on. */
  readonly endedAt?: number
  readonly caller?: string
  readonly dialed?: string
  readonly door?: CallDoor
  readonly intent?: string
  readonly tags: readonly string[]
  readonly result?: string
  /** What came of the contact, as whoever wrapped it up last said. */
  readonly disposition?: string
  /** What was promised in the contact, with its last call; unset when nothing was. */
  readonly promises?: readonly GivenPromise[]
}

/** A message that they left. */
export interface PastMessage extends OfPast {
  readonly kind: 'message'
  readonly voicemailId: string
  readonly seconds: number
  readonly state: VoicemailState
}

/** A callback that they asked for; `state` and `outcome` say whether it was kept. */
export interface PastCallback extends OfPast, Pick<Callback, 'state' | 'outcome' | 'dueAt' | 'endedAt'> {
  readonly kind: 'callback'
  readonly callbackId: string
}

/** A contact of a customer, by whatever they reached us or we them, as whoever talks to them next wants to know of it. */
export type PastContact = PastCall | PastMessage | PastCallback

/** Tells it from all others. */
export function idOfPast(past: PastContact): string {
  if (past.kind === 'call') return past.callId
  return past.kind === 'message' ? past.voicemailId : past.callbackId
}

/** Those contacts, with that promise as it stands now where it was made in one of them. */
export function withPromise(past: readonly PastContact[], promise: GivenPromise): readonly PastContact[] {
  return past.map((one) => {
    if (one.kind !== 'call' || one.promises === undefined) return one
    return { ...one, promises: one.promises.map((known) => (known.id === promise.id ? promise : known)) }
  })
}
