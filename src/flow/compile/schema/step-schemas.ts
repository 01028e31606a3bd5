import * as z from 'zod'
import { recordCallOrders } from '../../../domain/caller.ts'
import { customerSchema, requestSchema } from './asking-systems-schemas.ts'
import { callbackSchema, queueSchema, recordSchema, transferSchema } from './leaving-schemas.ts'
import { objection } from './objection.ts'
import { routeSchema } from './route-schema.ts'
import { any, asking, type failing, onward, variable } from './step-parts.ts'
import { count, expression, flag, prompt, target, template, templates } from './value-schemas.ts'

/** The kinds of steps: what stands under the kind's own key is `body`, beside it in the step are the other fields. */
export const stepSchemas = {
  play: z
    .strictObject({
      play: prompt.describe('What to say.'),
      barge_in: flag.optional().describe('A key ends it. Default true.'),
      ...onward
    })
    .describe('Says something. A caller who already types is past it.'),
  menu: z
    .strictObject({
      menu: z.strictObject({
        prompt: prompt.optional().describe('The question.'),
        choices: z
          .record(
            z.string().regex(/^[0-9*#A-D]+$/, objection`must be keys of a telephone`),
            target,
            objection`must be keys with where they lead`
          )
          .describe('Keys and where they lead. `1` may stand without quotes; `"01"` may not.'),
        ...asking
      }),
      ...any
    })
    .describe(
      'Lets the caller choose. Where one choice begins another (`1` and `12`), the shorter one counts after `between_digits`.'
    ),
  collect: z
    .strictObject({
      collect: z.strictObject({
        prompt: prompt.optional().describe('The question.'),
        into: variable.describe('Variable for the digits, a text.'),
        digits: z
          .strictObject({
            exactly: count(1, 100).optional().describe('How many.'),
            min: count(0, 100).optional().describe('At least how many. Default 1.'),
            max: count(1, 100).optional().describe('At most how many. Default 100.'),
            finish_key: z
              .union([z.enum(['#', '*']), z.literal(false)], { error: objection`must be "#", "*" or false` })
              .meta({ title: '"#", "*" or false' })
              .optional()
              .describe('Ends the input early. Default "#".')
          })
          .describe('How many digits.'),
        check: expression.optional().describe('A condition on them; when it fails, that is a no match.'),
        secret: flag.optional().describe('Never shown in logs, traces and data for agents, nor recorded. Default false.'),
        ...asking
      }),
      ...onward
    })
    .describe('Takes digits into a variable.'),
  set: z
    .strictObject({ set: templates.describe('Variables and their new values.'), ...onward })
    .describe('Sets variables, one after the other.'),
  branch: z
    .strictObject({
      branch: z
        .array(
          z.strictObject({ when: expression, go: target }).meta({ title: '{ when, go }' }),
          objection`must be a list of { when: …, go: … }`
        )
        .min(1, objection`must have a case`)
        .describe('Cases; the first that holds is taken.'),
      else: target.describe('When none holds.'),
      ...any
    })
    .describe('Goes different ways by conditions.'),
  split: z
    .strictObject({
      split: z
        .array(
          z
            .strictObject({
              percent: z
                .number(objection`must be a number`)
                .positive(objection`must be more than 0`)
                .max(100, objection`must be at most 100`),
              go: target
            })
            .meta({ title: '{ percent, go }' }),
          objection`must be a list of { percent: …, go: … }`
        )
        .min(2, objection`must have two ways`)
        .describe('Ways and how many callers of a hundred go them; together 100. Each leads somewhere else.'),
      ...any
    })
    .describe('Goes different ways by chance. A way is called by where it leads.'),
  hours: z
    .strictObject({
      hours: z.string(objection`must be the name of a calendar`).describe('Name of a calendar of the configuration.'),
      open: target.describe('Where to go when it is open.'),
      closed: target.describe('Where to go when it is closed.'),
      ...any
    })
    .describe('Goes different ways by opening hours and holidays, in the time zone of the calendar.'),
  request: requestSchema,
  queue: queueSchema,
  transfer: transferSchema,
  route: routeSchema,
  record: recordSchema,
  callback: callbackSchema,
  run: z
    .strictObject({
      run: z.string(objection`must be the name of a flow`).describe('Name of a flow.'),
      with: templates.optional().describe('Its parameters.'),
      into: variable.optional().describe('Variable for its results, by name.'),
      ...onward
    })
    .describe('Walks another flow and comes back when it runs out of steps.'),
  go: z.strictObject({ go: target.describe('A step, or another flow for good.'), ...any }).describe('Goes on elsewhere.'),
  language: z
    .strictObject({ language: template.describe('One of the languages of the flow.'), ...onward })
    .describe('Changes what the caller hears from here on.'),
  attach: z
    .strictObject({
      attach: templates.describe(
        'Names and values. `intent` says why the caller calls; `open_cases` what other systems have open about them, mostly out of a `request`: a list of `id`, `title`, `status`, `openedAt` and `url`, of which 20 are shown.'
      ),
      ...onward
    })
    .describe("Puts data on the agent's screen."),
  customer: customerSchema,
  tag: z
    .strictObject({
      tag: z
        .union([z.string(), z.array(z.string()).min(1, objection`must have a tag`)], {
          error: objection`must be a tag or a list of tags`
        })
        .meta({ title: 'tag or list of tags' })
        .describe('Names of letters, digits, `-`, `_`, `.`, `:` and `/`.'),
      ...onward
    })
    .describe('Gives the call names, for the agent, for the records, and for conditions: `"complaint" in call.tags`.'),
  record_call: z
    .strictObject({
      record_call: z.enum(recordCallOrders, objection`must be start, stop, pause, resume or never`),
      ...onward
    })
    .describe(
      'Records the call from here on, the caller and what they hear apart, to its end or to `stop`. For consent, ask before: `start` for a yes, `never` for a no, which also keeps desks and the rule of a queue (`record: always`) from it. A `collect` with `secret: true` is silent in it without being told.'
    ),
  hangup: z
    .strictObject({
      hangup: z
        .union(
          [
            z.null(),
            z.literal(true),
            z.strictObject({
              cause: z.enum(['normal', 'busy', 'congestion', 'rejected']).optional(),
              reason: z.string().optional()
            })
          ],
          {
            error: objection`must be true or { cause: normal|busy|congestion|rejected, reason: a text for the records }`
          }
        )
        .describe('`true`, or `cause` (normal, busy, congestion, rejected) and `reason` (a text for the records).'),
      ...any
    })
    .describe('Ends the call.')
} as const

export type StepKind = keyof typeof stepSchemas
export type StepSource<Kind extends StepKind> = z.infer<(typeof stepSchemas)[Kind]>
export type FailingSource = z.infer<typeof failing>

export const stepKinds = Object.keys(stepSchemas) as StepKind[]

/** Kinds of the flow language that come with later versions. */
export const laterKinds: readonly string[] = ['survey', 'message', 'case', 'listen']
