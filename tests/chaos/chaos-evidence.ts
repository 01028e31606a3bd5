import type { Leftovers } from '../helpers/centre/leak-guard.ts'
import type { WrongNumber } from '../helpers/cti/event-numbers.ts'
import type { CallSeen } from './chaos-callers.ts'
import type { Done, InjuryName } from './injuries.ts'
import type { LogLine, ServerRun, ToldFact } from './server-child.ts'
import type { ServerFigures } from './server-figures.ts'

/** A row of `calls`. */
export interface WrittenCall {
  readonly call_id: string
  readonly caller_name: string | null
  readonly result: string | null
  readonly reason: string | null
}

/** A row of `call_events`. */
export interface WrittenFact {
  readonly instance: string
  readonly number: number
  readonly call_id: string
  readonly type: string
  readonly body: Readonly<Record<string, unknown>>
}

/** All that is known after a run, from every side. */
export interface ChaosEvidence {
  readonly seen: readonly CallSeen[]
  readonly injuries: readonly Done[]
  /** Those that were to be done. */
  readonly wanted: readonly InjuryName[]
  readonly facts: readonly ToldFact[]
  readonly runs: readonly ServerRun[]
  readonly log: readonly LogLine[]
  readonly stderr: string
  readonly rows: readonly WrittenCall[]
  readonly written: readonly WrittenFact[]
  /** Ends of calls that the administrator's desk was told, as `result reason`. */
  readonly cleared: readonly { readonly callId: string; readonly outcome: string }[]
  /** When that desk was live again. */
  readonly deskBackAt: readonly number[]
  /** What came of the commands of agents, by name and answer. */
  readonly deskAnswers: ReadonlyMap<string, number>
  /** What was wrong with the order of events at each desk. */
  readonly deskNumbers: ReadonlyMap<string, readonly WrongNumber[]>
  /** When everybody had hung up. */
  readonly figures: ServerFigures | undefined
  readonly left: Leftovers
  /** How a full disk was made here: see `DataDisk`. */
  readonly fullDisk: 'ENOSPC' | 'EFBIG'
  /** What was found wrong on the way, right after an injury. */
  readonly notWell: readonly Violation[]
}

/** Something that must not be, and what is known of it. */
export interface Violation {
  readonly what: string
  readonly about: unknown
  /** The call whose story tells more. */
  readonly callId?: string
}
