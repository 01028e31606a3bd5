import type { RoutedAgent } from '../routed-agent.ts'

/** Which of the free agents who fit a caller is rung. A new one is one file here and its line in the table of `strategies.ts`. */
export interface Strategy {
  /**
   * Who of two free agents of the queue comes first: below 0 for `one`, 0 leaves it to who is longest idle.
   * What it reads of them must not change while they are free.
   */
  compare(one: RoutedAgent, other: RoutedAgent, queue: string): number
  /** Before all that: who has most, or least, of the skills that the caller's need names (sum of the levels). */
  readonly levels?: 'most' | 'least'
}
