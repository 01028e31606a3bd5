import * as z from 'zod'
import { objection } from './objection.ts'
import { failing } from './step-parts.ts'
import {
  count,
  dialled,
  duration,
  expression,
  flag,
  keys,
  priority,
  prompt,
  stepName,
  target,
  templates
} from './value-schemas.ts'

const language = z
  .string(objection`must be a language such as en or zh-CN`)
  .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, objection`must be a language such as en or zh-CN`)
  .meta({ title: 'language' })

export const shortcutSchema = z
  .strictObject({
    name: z.string().describe('For the trace and the agent.'),
    when: expression.optional().describe('Taken as the flow begins, before anything is said, when this holds.'),
    keys: keys.optional().describe('Taken when these keys are pressed, at any moment. They begin with * or #.'),
    offer: prompt
      .optional()
      .describe(
        'Asked before a shortcut with `when` is taken, such as "press 1 to go on"; whoever presses something else, or nothing for 5 seconds, hears the flow as usual.'
      ),
    accept: z
      .string(objection`must be a key in quotes, such as "1"`)
      .regex(/^[0-9*#]$/, objection`must be a key in quotes, such as "1"`)
      .meta({ title: 'key' })
      .optional()
      .describe('The key that takes the offer. Default "1".'),
    go: target.optional().describe('Where it leads; or `resume`.'),
    resume: z
      .literal(true, objection`must be true`)
      .meta({ title: 'true' })
      .optional()
      .describe(
        'It leads to the step where the caller was cut off, with the variables of then but for secret ones: a `verified` comes back too. Not taken when the flow has that step no more.'
      ),
    priority: priority.optional().describe('For the queue steps that follow.'),
    urgent: flag
      .optional()
      .describe('Default true: the compiler proves that no menu lies between this and an agent. `false` lifts that.')
  })
  .meta({ title: 'shortcut' })

export const defaultsSchema = z
  .strictObject({
    voice: z
      .string('must be the name of a voice')
      .optional()
      .describe(
        "All that the flow says is in this voice of the centre's `speech.flow_voices`, also numbers, and what its callers hear as they wait; recordings are not. Flows that it runs or goes to have their own. Default: the ordinary voice of each language."
      ),
    first_digit: duration.optional().describe('Default 5s.'),
    between_digits: duration.optional().describe('Default 2s.'),
    tries: count(1, 20).optional().describe('Default 3.'),
    no_input: failing.optional().describe('For menus and collects that do not say their own.'),
    no_match: failing.optional().describe('For menus and collects that do not say their own.')
  })
  .meta({ title: 'defaults' })

/** A flow file but for its steps, which are looked at one by one. */
export const headSchema = z.strictObject({
  flow: z
    .string(objection`must be the name of the flow`)
    .regex(/^[a-z][a-z0-9-]*$/, objection`must be a name of small letters, digits and -`)
    .describe('Name of the flow.'),
  describe: z.string().optional().describe('What it is for.'),
  languages: z
    .array(language, objection`must be a list of languages`)
    .min(1, objection`must name a language`)
    .max(20, objection`must be no more than 20 languages`)
    .describe('Languages it speaks; the first is the default.'),
  numbers: z
    .array(dialled, objection`must be a list of numbers`)
    .optional()
    .describe('What callers dial to get here. A `*` at the end stands for any digits; the longest match wins.'),
  vars: templates.optional().describe('Variables with their first values, which give their types.'),
  params: templates.optional().describe('Variables that a `run` step may set, with their values when it does not.'),
  results: z.array(z.string()).optional().describe('Variables that a `run` step gets back.'),
  shortcuts: z
    .array(shortcutSchema, objection`must be a list of shortcuts`)
    .optional()
    .describe('Fast paths; the first match wins.'),
  defaults: defaultsSchema.optional().describe('For all steps.'),
  on_error: target.optional().describe('Where a failed step goes that has no `on_error` of its own.'),
  on_hangup: stepName
    .optional()
    .describe(
      'The step where the flow goes on when the caller has left: also in a queue, and when a talk has ended the call. Steps without audio, 10 seconds for all of them; `call.ended` says why. A step that fails goes to its own `on_error` only. A flow that runs another one comes after it.'
    ),
  start: stepName.optional().describe('The first step. Default: the first one written.'),
  steps: z
    .record(z.string(), z.unknown(), objection`must be steps by name`)
    .meta({ title: 'steps' })
    .describe('The steps, by name.')
})

export type FlowHead = z.infer<typeof headSchema>
export type ShortcutSource = z.infer<typeof shortcutSchema>
export type DefaultsSource = z.infer<typeof defaultsSchema>

/** Fields that come with later versions, by where they stand. */
export const laterFields: Readonly<Record<string, readonly string[]>> = {
  flow: [],
  shortcut: [],
  defaults: []
}
