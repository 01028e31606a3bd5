import type { AgentProfile, Role } from './agent.ts'
import type { DialRules } from './dial-rules.ts'
import type { OrderSettings, QueueSettings } from './queue.ts'

/** When something is open. Times are local to `timeZone` (IANA name). */
export interface Calendar {
  readonly name: string
  readonly timeZone: string
  /** `mon` … `sun` → periods `HH:MM-HH:MM`; a day left out is closed; `00:00-24:00` is all day. */
  readonly weekly: Readonly<Partial<Record<Weekday, readonly string[]>>>
  /** ISO date → periods of that day; an empty list is a holiday. Wins over `weekly`. */
  readonly exceptions: Readonly<Record<string, readonly string[]>>
}

export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun'

/** The contact centre as configured: everything the core needs to know by name. */
export interface Centre {
  readonly queues: ReadonlyMap<string, QueueSettings>
  readonly agents: ReadonlyMap<string, AgentProfile>
  readonly calendars: ReadonlyMap<string, Calendar>
  readonly skills: ReadonlySet<string>
  /** Unset: `defaultOrder`. */
  readonly order?: OrderSettings
  /** Voices that a flow may speak with, by name. Unset: none but those of the languages. */
  readonly voices?: ReadonlySet<string>
  /** Values that flows read as `config.NAME`, such as addresses of services. */
  readonly values: Readonly<Record<string, unknown>>
  /** URL prefixes that a `request` step may reach. */
  readonly allowedRequests: readonly string[]
  /** SIP addresses a `transfer` step may call: exact, or with a trailing `*`. */
  readonly allowedTransfers: readonly string[]
  /** Whom we may call back. Unset: nobody. */
  readonly dialRules?: DialRules
}

/** Somebody who may sign in. Agents are users of the same id. */
export interface User {
  readonly username: string
  readonly name: string
  readonly role: Role
  /** Teams a supervisor leads; for an agent, the one they are in. */
  readonly teams: readonly string[]
}
