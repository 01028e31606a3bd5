import type { Conversation } from './conversation.ts'

/** What is over sooner was told at once, such as a busy agent or a full queue: a circle over it would spin. */
const waitMs = 1000

/** Lets the steps be counted anew when the caller has spent time with what began then. */
export function waitedSince(began: number, talk: Conversation): void {
  if (talk.world.clock.now() - began >= waitMs) talk.hops = 0
}
