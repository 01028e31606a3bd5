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
  return entries.flatMap(({ instance, event }): NewLeg[] => {
    const key = { instance, number: event.number, call_id: event.callId, began_at: event.at }
    switch (event.type) {
      case 'call.started':
        return [{ ...key, kind: 'caller', device: event.caller }]
      case 'offer.made': {
        const queue = event.queue === undefined ? {} : { queue: event.queue }
        return [{ ...key, kind: 'agent', device: event.device, agent: event.agentId, offer_id: event.offerId, ...queue }]
      }
      case 'leg.dialed':
        return [{ ...key, kind: 'party', device: event.device }]
      default:
        return []
    }
  })
}

/** What the events change in legs. Pure. */
export function deriveLegChanges(entries: readonly Entry<CallEvent>[]): LegChange[] {
  return entries.flatMap(({ event }): LegChange[] => {
    const { at } = event
    const key = { call_id: event.callId, at }
    switch (event.type) {
      case 'call.answered':
        return [{ ...key, kind: 'caller', connected_at: at }]
      case 'offer.ringing':
        return [{ ...key, offer_id: event.offerId, ringing_at: at }]
      case 'offer.ended':
        return [
          { ...key, offer_id: event.offerId, result: event.result, ...(event.result === 'answered' ? {} : { ended_at: at }) }
        ]
      case 'call.established':
        return [{ ...key, kind: 'agent', device: event.device, connected_at: at }]
      case 'leg.connected':
        return [{ ...key, device: event.device, connected_at: at }]
      case 'leg.ended':
        return [{ ...key, device: event.device, ended_at: at, cause: event.cause }]
      case 'call.ended': {
        const { cause, reason } = event.termination
        return [{ ...key, kind: 'caller', ended_at: at, result: reason, ...(cause === undefined ? {} : { cause }) }]
      }
      default:
        return []
    }
  })
}
