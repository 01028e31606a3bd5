import type { Localized } from './language.ts'

/** Something that people choose from a list: why they are not ready, or what came of a contact. */
export interface Choice {
  readonly name: string
  /** What people read. */
  readonly title: Localized
}

/** What came of a contact. */
export interface Disposition extends Choice {
  /** Unset: for the contacts of all queues. */
  readonly queues?: readonly string[]
}

/** What agents may choose from. A list that is left out: any word. */
export interface Choices {
  readonly reasons?: readonly Choice[]
  readonly dispositions?: readonly Disposition[]
}

/** Whether the list has that word; `undefined` is no choice at all, which is always possible. */
export function isReason(word: string | undefined, { reasons }: Choices): boolean {
  return word === undefined || reasons === undefined || reasons.some(({ name }) => name === word)
}

/** Whether a contact of that queue may be ended with that word. A contact of no queue takes every word of the list. */
export function isDisposition(word: string | undefined, queue: string | undefined, { dispositions }: Choices): boolean {
  if (word === undefined || dispositions === undefined) return true
  const found = dispositions.find(({ name }) => name === word)
  return found !== undefined && (queue === undefined || (found.queues?.includes(queue) ?? true))
}
