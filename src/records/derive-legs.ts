import type { CallEvent, Entry } from './entry.ts'

/** A party that begins to take part; times in milliseconds. */
export interface NewLeg {
  readonly instance: string
  readonly number: number
  readonly call_id: string
  readonly kind: 'caller' | 'agent' | 'party'
  readonly device: string
  readonly began_at: number
  readonly agent?: string
  readonly queue?: string
  readonly offer_id?: string
}

/** What became of a leg: of the latest one that fits `call_id` and those of `kind`, `device` and `offer_id` that are set. */
export interface LegChange {
  readonly call_id: string
  readonly at: number
  readonly kind?: 'caller' | 'agent' | 'party'
  readonly device?: string
  readonly offer_id?: string
  readonly ringing_at?: number
  readonly connected_at?: number
  readonly ended_at?: number
  readonly result?: string
  readonly cause?: number
}

/** Legs that the events begin. Pure. */
export function deriveNewLegs(entries: readonly Entry<CallEvent>[]): NewLeg[] {
  const legs: NewLeg[] = []
  for (const { instance, event } of entries) {
    const party = partyBegunBy(event)
    if (party !== undefined) legs.push({ instance, number: event.number, call_id: event.callId, began_at: event.at, ...party })
  }
  return legs
}

function partyBegunBy(event: CallEvent): Omit<NewLeg, 'instance' | 'number' | 'call_id' | 'began_at'> | undefined {
  switch (event.type) {
    case 'call.started':
      return { kind: 'caller', device: event.caller }
    case 'offer.made': {
      const queue = event.queue === undefined ? {} : { queue: event.queue }
      return { kind: 'agent', device: event.device, agent: event.agentId, offer_id: event.offerId, ...queue }
    }
    case 'leg.dialed':
      return { kind: 'party', device: event.device }
    default:
      return undefined
  }
}

/** What the events change in legs. Pure. */
export function deriveLegChanges(entries: readonly Entry<CallEvent>[]): LegChange[] {
  const changes: LegChange[] = []
  for (const { event } of entries) {
    const change = legChangedBy(event)
    if (change !== undefined) changes.push({ call_id: event.callId, at: event.at, ...change })
  }
  return changes
}

function legChangedBy(event: CallEvent): Omit<LegChange, 'call_id' | 'at'> | undefined {
  const { at } = event
  switch (event.type) {
    case 'call.answered':
      return { kind: 'caller', connected_at: at }
    case 'offer.ringing':
      return { offer_id: event.offerId, ringing_at: at }
    case 'offer.ended':
      return { offer_id: event.offerId, result: event.result, ...(event.result === 'answered' ? {} : { ended_at: at }) }
    case 'call.established':
      return { kind: 'agent', device: event.device, connected_at: at }
    case 'leg.connected':
      return { device: event.device, connected_at: at }
    case 'leg.ended':
      return { device: event.device, ended_at: at, cause: event.cause }
    case 'call.ended': {
      const { cause, reason } = event.termination
      return { kind: 'caller', ended_at: at, result: reason, ...(cause === undefined ? {} : { cause }) }
    }
    default:
      return undefined
  }
}
