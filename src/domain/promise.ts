import type { AgentId, ContactId, PromiseId } from './ids.ts'

/** What an agent has promised a customer, as they noted it: that somebody calls back, that the card is sent. */
export interface NotedPromise {
  readonly what: string
  /** By when: an ISO 8601 date, or a date with its time and offset. Unset: nobody said. */
  readonly until?: string
}

/** Open until somebody says that it was kept, or that it is not to be kept any more. Each may be said again, also that it is open. */
export const promiseStates = ['open', 'kept', 'dropped'] as const

export type PromiseState = (typeof promiseStates)[number]

/** A promise as it stands. */
export interface GivenPromise extends NotedPromise {
  readonly id: PromiseId
  readonly contactId: ContactId
  /** Milliseconds since 1970. */
  readonly madeAt: number
  readonly state: PromiseState
  /** Since when it is so; unset while nobody has said anything of it. */
  readonly stateAt?: number
}

/** One that is open, as whoever sees to it that promises are kept reads it. */
export interface OpenPromise extends GivenPromise {
  /** Who made it. */
  readonly agentId: AgentId
  /** Of the last call of its contact, as far as the reader may read any: who called, and their name if it was known. */
  readonly caller?: string
  readonly customerName?: string
}

/** How many are noted in one wrap-up, and the characters of each: a customer remembers no more of them. */
export const PROMISES_MAX = 10
export const PROMISE_MAX = 500
