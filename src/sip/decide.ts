import type { ShedAnswer } from '../domain/overload.ts'
import { dialedNumber } from './dialed-number.ts'

/** A request that came to the edge outside any dialog it routes. */
export interface Asked {
  readonly method: string
  readonly uri: string
  /** Whether the To header has a tag: it belongs to a dialog, which nobody knows here. */
  readonly inDialog: boolean
}

export interface House {
  /** Whether a live flow serves the number. */
  admits(number: string): boolean
  /** Whether calls are taken at all. */
  takesCalls(): boolean
  /** What becomes of a caller of that number for whom there is no room now; undefined is to be served. */
  turnsAway(number: string): ShedAnswer | undefined
}

/** Why a caller does not get further than here. */
export const edgeRefusals = ['overload', 'unknown-number', 'server-draining', 'asterisk-away'] as const
export type EdgeRefusal = (typeof edgeRefusals)[number]

export interface Answer {
  readonly act: 'answer'
  /** Of a call; undefined of what is none. */
  readonly refusal?: EdgeRefusal
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
}

export type Decision =
  | { readonly act: 'forward'; readonly number: string }
  | Answer
  /** It takes no answer. */
  | { readonly act: 'ignore' }

/** Seconds after which a caller who was refused for want of room, or of Asterisk, may try again. Short: carriers take it for the whole server (RFC 3261 §21.5.4). */
const RETRY_AFTER = '5'

const ALLOW = 'INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, INFO'

export const asteriskAway: Answer = unavailable('asterisk-away')

/** What the edge does with a request. Pure: the whole of its policy is here. */
export function decide({ method, uri, inDialog }: Asked, house: House): Decision {
  if (method === 'ACK' || method === 'CANCEL') return { act: 'ignore' }
  // RFC 3261 §12.2.2
  if (inDialog) return answer(481)
  if (method === 'OPTIONS') return answer(200, { Allow: ALLOW, Accept: 'application/sdp' })
  // Agents' phones register at Asterisk itself. RFC 3261 §8.2.1: a 405 says what is allowed.
  if (method !== 'INVITE') return answer(405, { Allow: ALLOW })

  const number = dialedNumber(uri)
  if (number === undefined || !house.admits(number)) return { ...answer(404), refusal: 'unknown-number' }
  // Carriers try another server.
  if (!house.takesCalls()) return unavailable('server-draining')
  const shed = house.turnsAway(number)
  if (shed === 'refuse') return unavailable('overload')
  if (shed === 'busy') return { ...answer(486), refusal: 'overload' }
  // The words are Asterisk's to say.
  return { act: 'forward', number }
}

function unavailable(refusal: EdgeRefusal): Answer {
  return { ...answer(503, { 'Retry-After': RETRY_AFTER }), refusal }
}

function answer(status: number, headers: Answer['headers'] = {}): Answer {
  return { act: 'answer', status, headers }
}
