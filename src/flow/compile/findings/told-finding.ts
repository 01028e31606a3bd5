import { type ToldLanguage, toldIn } from '../../words/told-in.ts'
import type { Finding } from './finding.ts'

/** A finding in the words of one language. */
export interface ToldFinding extends Omit<Finding, 'code' | 'message' | 'hint'> {
  readonly code: string
  readonly message: string
  readonly hint?: string
}

export function toldFinding({ severity, code, message, hint, ...place }: Finding, language: ToldLanguage): ToldFinding {
  return {
    severity,
    code,
    message: toldIn(language, message),
    ...(hint !== undefined && { hint: toldIn(language, hint) }),
    ...place
  }
}

/** In one line, with its place and without its frame. */
export function placed({ file, line, column, code, message }: ToldFinding): string {
  return `${file}:${line}:${column} ${code} ${message}`
}
