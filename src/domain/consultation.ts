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
