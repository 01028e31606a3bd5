import * as z from 'zod'
import { objection } from './objection.ts'
import { count, duration, flag, namePattern, prompt, target } from './value-schemas.ts'

/** What several kinds of steps have in common. */

export const variable = z
  .string(objection`must be the name of a variable`)
  .regex(namePattern, objection`must be a name of letters, digits and _, beginning with a small letter`)
  .meta({ title: 'variable' })

export const any = {
  describe: z.string().optional().describe('For people; not used.'),
  flush: flag.optional().describe('Forget keys that were pressed before this step. Default false: callers may type ahead.'),
  on_error: target.optional().describe("Where to go on when this step fails. Default: the flow's `on_error`.")
}
/** Its own constant, because an object written with a `then` looks like a promise to tools and people. */
const thenKey = 'then'
export const onward = { ...any, [thenKey]: target.optional().describe('The next step. Left out: the flow ends here.') }

export const failing = z
  .strictObject({
    prompts: z.array(prompt).optional().describe('What to say each time; the last one repeats.'),
    repeat: flag.optional().describe('Say the question again after it. Default true.'),
    tries: count(1, 20).optional().describe('How often it may happen; the last time takes the exit. Default 3.'),
    go: target.optional().describe("The exit. Default: the flow's `defaults`.")
  })
  .meta({ title: 'no_input / no_match' })

export const asking = {
  barge_in: flag.optional().describe('Callers may type while the prompt is said. Default true.'),
  first_digit: duration.optional().describe('Silence after the prompt before it counts as no input. Default 5s.'),
  between_digits: duration.optional().describe('Time for the next key, from each key anew. Default 2s.'),
  no_input: failing.optional().describe('When the caller presses nothing.'),
  no_match: failing.optional().describe('When the caller presses something else.')
}
