import type { Saying } from '../../../domain/saying.ts'

/** Every check of the compiler. A code never changes its meaning, so that editors and scripts may rely on it. */
export const findingCodes = {
  FLOW0001: 'the YAML cannot be read',
  FLOW0002: 'a key is given twice',
  FLOW0003: 'a key is not known here',
  FLOW0004: 'a step does not say, or says twice, what it does',
  FLOW0005: 'a part of the language that is not available yet',
  FLOW0006: 'a value does not fit its place',
  FLOW0007: 'something needed is left out',
  FLOW0008: 'a number needs quotes',
  FLOW0009: 'a name cannot be used',
  FLOW0010: 'a step that does not exist',
  FLOW0011: 'a step that no caller can reach',
  FLOW0012: 'a loop that does not wait for the caller',
  FLOW0013: 'an exit that leads nowhere',
  FLOW0014: 'a prompt without a text in one of the languages',
  FLOW0015: 'recorded audio that does not exist',
  FLOW0016: 'a queue that is not configured',
  FLOW0017: 'a calendar that is not configured',
  FLOW0018: 'a skill that nobody has',
  FLOW0019: 'a flow that does not exist',
  FLOW0020: 'a variable or configuration value that does not exist',
  FLOW0021: 'an expression that cannot be read',
  FLOW0022: 'an expression or value of the wrong type',
  FLOW0023: 'an expression that is not allowed',
  FLOW0024: 'a number that two flows want',
  FLOW0025: 'a fast path with a menu on it',
  FLOW0026: 'keys of a shortcut that cannot work',
  FLOW0027: 'a choice that can never be taken',
  FLOW0028: 'a request that the configuration does not allow',
  FLOW0029: 'a secret that would be kept',
  FLOW0030: 'a flow name that is taken',
  FLOW0031: 'parameters that do not fit the flow they are for',
  FLOW0032: 'a language that the flow does not speak',
  FLOW0033: 'somebody to transfer to who does not exist or may not be called',
  FLOW0034: 'a file that cannot be read',
  FLOW0035: 'a step that needs a caller, after the caller has left',
  FLOW0036: 'a voice that is not configured',
  FLOW0037: 'an application to decide routes that is not configured'
} as const

export type FindingCode = keyof typeof findingCodes

/** Something the compiler has to say. Errors keep a flow from going live; warnings do not. */
export interface Finding {
  readonly severity: 'error' | 'warning'
  readonly code: FindingCode
  readonly message: Saying
  /** What to do about it. */
  readonly hint?: Saying
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly column: number
  /** The lines around it with the place underlined. */
  readonly frame: string
}
