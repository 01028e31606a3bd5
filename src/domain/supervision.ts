/**
 * How a supervisor takes part in an agent's talk. They hear it as the agent does.
 *
 * - silent: nobody hears them.
 * - whisper: the agent hears them, and nobody else.
 * - active: all hear them; they are a party of the talk.
 */
export const supervisionModes = ['silent', 'whisper', 'active'] as const
export type SupervisionMode = (typeof supervisionModes)[number]

/** Who supervises, and by which phone. */
export interface Supervisor {
  readonly username: string
  /** SIP user, and the device that others see when they are a party. */
  readonly phone: string
}

/** What is to be told of supervision. */
export interface SupervisionRules {
  /** Agents are told who listens to them. Unset: only those who may supervise are. */
  readonly tellAgents?: boolean
}
