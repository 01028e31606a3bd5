import type { AgentProfile, Role } from './agent.ts'
import type { Choices } from './choice.ts'
import type { DialRules } from './dial-rules.ts'
import type { OutsideCaps } from './outside-tally.ts'
import type { OverloadRules } from './overload.ts'
import type { OrderSettings, QueueSettings } from './queue.ts'
import type { SuggestionRule } from './suggestion.ts'
import type { SupervisionRules } from './supervision.ts'
import type { WebhookSettings } from './webhook.ts'

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
  /** What agents may choose from. Unset: any word. */
  readonly choices?: Choices
  /** What agents are shown that they may want to do. Unset: nothing. */
  readonly suggestions?: readonly SuggestionRule[]
  /** When agents are taken away or logged off by themselves. Unset: never. */
  readonly absence?: AbsenceRules
  /** Users beside the agents who have a phone: login, SIP user and extension are the same digits. Unset: none. */
  readonly phones?: ReadonlyMap<string, PhoneOwner>
  readonly supervision?: SupervisionRules
  /** Teams that see the calls of their own agents only, not those of others in the same queues. Unset: none. */
  readonly closedTeams?: ReadonlySet<string>
  readonly skills: ReadonlySet<string>
  /** Unset: `defaultOrder`. */
  readonly order?: OrderSettings
  /** Voices that a flow may speak with, by name. Unset: none but those of the languages. */
  readonly voices?: ReadonlySet<string>
  /** Values that flows read as `config.NAME`, such as addresses of services. */
  readonly values: Readonly<Record<string, unknown>>
  /** Agents whose phones Asterisk rings by itself while we are away. Unset: none. */
  readonly emergencyGroup?: readonly string[]
  /** URL prefixes that a `request` step may reach. */
  readonly allowedRequests: readonly string[]
  /** SIP addresses a `transfer` step may call: exact, or with a trailing `*`. */
  readonly allowedTransfers: readonly string[]
  /** How long after they were cut off callers may go on where they were. Unset: not at all. */
  readonly resumeWithinMs?: number
  /** Whom we may call back. Unset: nobody. */
  readonly dialRules?: DialRules
  /** How many calls outside there may be. Unset: as many as are wanted. */
  readonly outsideCaps?: OutsideCaps
  /** Applications that may decide routes, and the users of the role crm to whom that is granted. Unset: none. */
  readonly routeApps?: ReadonlyMap<string, ReadonlySet<string>>
  /** Who is told of events over HTTP, by name. Unset: nobody. */
  readonly webhooks?: ReadonlyMap<string, WebhookSettings>
  /** When callers are turned away. Unset: `defaultOverload`. */
  readonly overload?: OverloadRules
  /** What becomes of recordings. Unset: kept for good, and agents hear none. */
  readonly recording?: RecordingRules
}

/** Somebody beside the agents who has a phone. */
export interface PhoneOwner {
  readonly name: string
  /** As with agents. */
  readonly phonePasswordVersion?: number
}

/** What becomes of recordings; milliseconds. */
export interface RecordingRules {
  readonly keepVoicemailMs: number
  /** Of talks; a queue may keep its own for another time. */
  readonly keepTalksMs: number
  /** Whether agents may hear the talks they had. */
  readonly agentsListen: boolean
}

/** What happens to agents whose phone or desk is gone; never while they are with a caller. */
export interface AbsenceRules {
  /** A free agent without a phone is not ready at once, and ready again when it is back within this time. */
  readonly phone?: { readonly backWithinMs: number; readonly logOffAfterMs?: number }
  /** Without a desk that had one: after so long not ready, and then logged off. */
  readonly desk?: { readonly notReadyAfterMs: number; readonly logOffAfterMs?: number }
}

/** Somebody who may sign in. Agents are users of the same id. */
export interface User {
  readonly username: string
  readonly name: string
  readonly role: Role
  /** Teams a supervisor leads; for an agent, the one they are in; for a crm client, those it sees (none: all). */
  readonly teams: readonly string[]
}
