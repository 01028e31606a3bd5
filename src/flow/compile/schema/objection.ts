import type * as z from 'zod'
import { listed, type SaidValue, type Saying, say } from '../../../domain/saying.ts'

/** What schemas say, by its English, which is all that zod hands back. As many as there are in the sources. */
const said = new Map<string, Saying>()

/** The tag of what a schema says to a value that does not fit; `sayingOf` gives it back as a sentence. */
export function objection(parts: TemplateStringsArray, ...values: readonly SaidValue[]): string {
  const saying = say(parts, ...values)
  const english = saying.toString()
  said.set(english, saying)
  return english
}

/** What a schema objects to: in its own words, or in ours for what it has none for. */
export function sayingOf(issue: z.core.$ZodIssue): Saying {
  // A key that does not fit is told in the words of the key, not of the whole.
  const [inner] = issue.code === 'invalid_key' ? issue.issues : []
  if (inner !== undefined) return sayingOf(inner)
  const own = said.get(issue.message)
  if (own !== undefined) return own
  switch (issue.code) {
    case 'invalid_type':
      return expected[issue.expected] ?? unfit
    case 'invalid_value':
      return issue.values.length === 1
        ? say`must be ${String(issue.values[0])}`
        : say`must be one of ${listed(issue.values.map(String))}`
    case 'too_small':
      return issue.origin === 'number' ? say`must be at least ${Number(issue.minimum)}` : say`must not be empty`
    case 'too_big':
      return issue.origin === 'number' ? say`must be at most ${Number(issue.maximum)}` : say`must not be so long`
    default:
      return unfit
  }
}

const unfit = say`must be something else`

/** By zod's names of types. */
const expected: Readonly<Record<string, Saying>> = {
  string: say`must be a text`,
  number: say`must be a number`,
  int: say`must be a whole number`,
  boolean: say`must be true or false`,
  array: say`must be a list`,
  object: say`must be names with values`,
  record: say`must be names with values`,
  null: say`must be empty`
}
