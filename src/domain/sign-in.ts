import type { User } from './centre.ts'

/** What somebody has by their password until it expires or is ended; its renewed tokens belong to it too. */
export interface SignIn {
  readonly id: string
  readonly username: string
  /** How often all of the user's sign-ins had been ended when it began. */
  readonly epoch: number
  /** When it began, milliseconds since 1970; for how long it may be renewed counts from here. */
  readonly since: number
  readonly expiresAt: number
}

/** Whether a sign-in counts now, and for whom: the user as configured at this moment, not as they were when it began. */
export type Standing =
  | { readonly ok: true; readonly user: User }
  | { readonly ok: false; readonly why: 'expired' | 'ended' | 'unknown-user' }
