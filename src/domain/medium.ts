/**
 * What contacts come by: a queue has one, an agent a limit for each (`capacity`).
 *
 * Messages in hand do not keep calls away: who is ready is given calls like anybody else. But while their phone rings, they talk or
 * wrap up, agents get nothing new of any sort. One thing is offered to an agent at a time, in the one order of urgency.
 */
export const mediumNames = ['voice', 'message'] as const
export type Medium = (typeof mediumNames)[number]

/** How many contacts of each medium somebody has at most at once. Left out: one. Of voice there is always one, as of phones. */
export interface Capacity {
  readonly voice?: 1
  readonly message?: number
}
