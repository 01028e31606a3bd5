import type { Offer, OfferResult } from '../domain/queue.ts'

/** What a command to the routing core brought about, in order. */
export type RoutingEffect =
  /** The agent is to be rung for the caller, and is not free any more. */
  | { readonly type: 'offer-made'; readonly offer: Offer }
  /** Stop ringing. The agent is not free until told so again. */
  | { readonly type: 'offer-ended'; readonly offer: Offer; readonly result: Exclude<OfferResult, 'answered'> }
