/**
 * How a consultation came to its end:
 *
 * - transferred: the caller went to the consulted party, and the agent was let go.
 * - conferenced: all talk with each other.
 * - reconnected: the agent took the caller back.
 * - unanswered: the consulted party never picked up; target-left: they hung up.
 * - agent-left, caller-left: there was nobody left to consult for.
 */
export type ConsultationResult =
  | 'transferred'
  | 'conferenced'
  | 'reconnected'
  | 'unanswered'
  | 'target-left'
  | 'agent-left'
  | 'caller-left'

/** How an agent's wait in a queue for somebody to consult ended. `withdrawn`: by a supervisor. */
export type ConsultationWaitEnd = 'answered' | 'left' | 'timeout' | 'closed' | 'no_agents' | 'withdrawn' | 'fault'
