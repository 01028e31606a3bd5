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
  /** Whether a caller of that number would be served now. */
  hasRoom(number: string): boolean
}

export interface Answer {
  readonly act: 'answer'
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

/** No room, or no Asterisk, for now. */
export const unavailable: Answer = answer(503, { 'Retry-After': RETRY_AFTER })

/** What the edge does with a request. Pure: the whole of its policy is here. */
export function decide({ method, uri, inDialog }: Asked, house: House): Decision {
  if (method === 'ACK' || method === 'CANCEL') return { act: 'ignore' }
  // RFC 3261 §12.2.2
  if (inDialog) return answer(481)
  if (method === 'OPTIONS') return answer(200, { Allow: ALLOW, Accept: 'application/sdp' })
  // Agents' phones register at Asterisk itself. RFC 3261 §8.2.1: a 405 says what is allowed.
  if (method !== 'INVITE') return answer(405, { Allow: ALLOW })

  const number = dialedNumber(uri)
  if (number === undefined || !house.admits(number)) return answer(404)
  return house.hasRoom(number) ? { act: 'forward', number } : unavailable
}

function answer(status: number, headers: Answer['headers'] = {}): Answer {
  return { act: 'answer', status, headers }
}
