import type { DomainEvent } from '../../domain/events.ts'
import type { AgentId, DeviceId } from '../../domain/ids.ts'
import type { PastContact } from '../../domain/past-contact.ts'
import type { SupervisionMode } from '../../domain/supervision.ts'
import type { CallView } from '../messages.ts'

/** A call as the board keeps it: what clients see, and who has had to do with it (only ever more), which decides who may see it. */
export interface CallRecord {
  readonly view: Omit<CallView, 'allowed'>
  readonly agents: ReadonlySet<string>
  readonly queues: ReadonlySet<string>
  /** Who talked to the caller: they may still add data while they wrap up. */
  readonly talked: ReadonlySet<string>
  /** By agent: the call in which they consult about this one. */
  readonly consultations: ReadonlyMap<string, Consulted>
  /** By supervisor: who listens to an agent of it. */
  readonly supervisions: ReadonlyMap<string, Supervision>
  /** The last contacts of the customer, newest first; unset until they are known. Who sees the call is shown what they may of them. */
  readonly past?: readonly PastContact[]
}

/** What an agent in a call does beside it. */
export interface Consulted {
  readonly callId: string
  readonly answered: boolean
}

/** How somebody listens to an agent of a call. */
export interface Supervision {
  readonly agentId: AgentId
  readonly device: DeviceId
  readonly mode: SupervisionMode
  /** The agent may know. */
  readonly isTold: boolean
}

/** Any event about one call. */
export type CallDomainEvent = Extract<DomainEvent, { callId: unknown }>

const unseen = [
  'shortcut.taken',
  'step.left',
  'offer.ringing',
  'voicemail.left',
  'voicemail.changed',
  'recording.kept',
  'recording.deleted',
  'recording.protected',
  'recording.played',
  'callback.attempted',
  'call.dial-refused'
] as const satisfies readonly CallDomainEvent['type'][]

type UnseenEvent = Extract<CallDomainEvent, { type: (typeof unseen)[number] }>

const isOfThem: ReadonlySet<string> = new Set(unseen)

/** Whether what clients see of the call stays as it was. */
export function isUnseen(event: CallDomainEvent): event is UnseenEvent {
  return isOfThem.has(event.type)
}
