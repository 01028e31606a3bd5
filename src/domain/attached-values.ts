import { type OpenCase, openCasesOf } from './open-case.ts'

/** What was attached to a call: what has a place of its own on the screen, and the rest under names of its own. */
export interface AttachedValues {
  readonly intent?: string
  /** Never empty. */
  readonly openCases?: readonly OpenCase[]
  readonly collected: Readonly<Record<string, unknown>>
}

/** What there was, with the values merged in; a null removes what it names. */
export function withValues(before: AttachedValues, values: Readonly<Record<string, unknown>>): AttachedValues {
  let { intent, openCases } = before
  const collected = new Map(Object.entries(before.collected))
  for (const [key, value] of Object.entries(values)) {
    if (key === 'intent') intent = value === null ? undefined : String(value)
    else if (key === 'openCases') openCases = openCasesOf(value)
    else if (value === null) collected.delete(key)
    else collected.set(key, value)
  }
  return {
    ...(intent !== undefined && { intent }),
    ...(openCases !== undefined && openCases.length > 0 && { openCases }),
    collected: Object.fromEntries(collected)
  }
}
