import * as z from 'zod'
import { objection } from './objection.ts'
import {
  anyTemplate,
  count,
  dialled,
  duration,
  expression,
  flag,
  namePattern,
  priority,
  prompt,
  skillNeed,
  target,
  template,
  templates
} from './value-schemas.ts'
import { waitingFields } from './waiting-schemas.ts'

const variable = z
  .string(objection`must be the name of a variable`)
  .regex(namePattern, objection`must be a name of letters, digits and _, beginning with a small letter`)
  .meta({ title: 'variable' })

const any = {
  describe: z.string().optional().describe('For people; not used.'),
  flush: flag.optional().describe('Forget keys that were pressed before this step. Default false: callers may type ahead.'),
  on_error: target.optional().describe("Where to go on when this step fails. Default: the flow's `on_error`.")
}
/** Its own constant, because an object written with a `then` looks like a promise to tools and people. */
const thenKey = 'then'
const onward = { ...any, [thenKey]: target.optional().describe('The next step. Left out: the flow ends here.') }

export const failing = z
  .strictObject({
    prompts: z.array(prompt).optional().describe('What to say each time; the last one repeats.'),
    repeat: flag.optional().describe('Say the question again after it. Default true.'),
    tries: count(1, 20).optional().describe('How often it may happen; the last time takes the exit. Default 3.'),
    go: target.optional().describe("The exit. Default: the flow's `defaults`.")
  })
  .meta({ title: 'no_input / no_match' })

const asking = {
  barge_in: flag.optional().describe('Callers may type while the prompt is said. Default true.'),
  first_digit: duration.optional().describe('Silence after the prompt before it counts as no input. Default 5s.'),
  between_digits: duration.optional().describe('Time for the next key, from each key anew. Default 2s.'),
  no_input: failing.optional().describe('When the caller presses nothing.'),
  no_match: failing.optional().describe('When the caller presses something else.')
}

const method = template.optional()
/** What a connection is made of (RFC 9110 §7, RFC 9112 §6) and where it leads: the address says that, and the length is counted. */
const ownHeaders = /^(host|connection|content-length|transfer-encoding|keep-alive|upgrade|te|trailer|expect|proxy-.*)$/i
const headerName = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]+$/, objection`must be the name of a header`)
  .refine((name) => !ownHeaders.test(name), objection`must be a header that flows may set`)
const field = z
  .enum(['string', 'number', 'boolean', 'list', 'map', 'any'], objection`must be string, number, boolean, list, map or any`)
  .meta({ title: 'type: string, number, boolean, list, map, any' })

const flags = z
  .array(template, objection`must be a list of flags`)
  .meta({ title: 'list of flags' })
  .optional()
  .describe('Marks such as `card-lost`.')
const customerFields = {
  name: template.optional(),
  segment: template.optional().describe('Value of the customer to the centre, such as `gold`.'),
  language: template.optional().describe('One of the languages of the flow.'),
  profile: templates.optional().describe('Other fields; null removes one.')
}

const relaxStep = z
  .strictObject({
    after: duration,
    lower: count(1, 5).optional(),
    skills: skillNeed.optional(),
    anyone: z.literal(true, objection`must be true`).optional()
  })
  .meta({ title: 'steps with after and one of lower, skills, anyone' })

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
  request: z
    .strictObject({
      request: z.strictObject({
        get: method.describe('URL; one of get, post, put, patch, delete.'),
        post: method.describe('URL.'),
        put: method.describe('URL.'),
        patch: method.describe('URL.'),
        delete: method.describe('URL.'),
        json: anyTemplate.optional().describe('What to send.'),
        headers: z
          .record(headerName, template)
          .optional()
          .describe('HTTP headers, of ASCII letters; what belongs to the connection, such as Host, is not for flows.'),
        timeout: duration.optional().describe('Default 5s.'),
        retries: count(0, 5).optional().describe('More tries when it is unreachable, too slow or answers 5xx. Default 0.'),
        while_waiting: prompt.optional().describe('Said when the answer takes longer than 700 ms; stopped when it comes.'),
        into: variable.optional().describe('Variable for the answer.'),
        expect: z
          .record(z.string(), field)
          .optional()
          .describe('Fields the answer must have, such as `balance: number`; `name?` may be missing.')
      }),
      ...onward
    })
    .describe(
      'Asks another system by HTTP. Unreachable, too slow, status 300 and above, or an answer that does not fit: `on_error`. Redirects are not followed. Addresses are allowed as they are written: where a name leads to is up to DNS.'
    ),
  queue: z
    .strictObject({
      queue: z.string(objection`must be the name of a queue`).describe('Name of a queue of the configuration.'),
      skills: skillNeed
        .optional()
        .describe(
          'What the agent must know, beside what the queue asks for: skills with levels from 1 to 5, and `all`, `any`, `not` of such, as in `{ card: 3, any: [{ mandarin: 2 }, { english: 4 }] }`.'
        ),
      relax: z
        .array(relaxStep)
        .optional()
        .describe(
          "How that gives way as the caller waits, in place of the queue's own steps: `{ after: 30s, lower: 1 }` takes so many levels less of everything, `{ after: 1m, skills: … }` asks for these in place of `skills`, `{ after: 2m, anyone: true }` takes whoever serves the queue."
        ),
      prefer: z
        .strictObject({ agent: template, patience: duration, within: duration.optional() })
        .meta({ title: '{ agent: template, patience: time, within: time }' })
        .optional()
        .describe(
          'An agent by id; or `last`, who talked last to this customer or number, in calls of the last 30 days, or of the time of `within`. For `patience` the caller is offered to nobody else, unless that agent is away or does not fit. Empty, or nobody by that id: no preference.'
        ),
      priority: priority
        .optional()
        .describe('emergency, high, normal or low. Default: that of the shortcut that led here, or normal.'),
      age: duration
        .optional()
        .describe('Goes ahead as if the caller had waited so much longer, at most 1h. No reported wait changes by it.'),
      attach: templates.optional().describe('Data for the agent, as in `attach`.'),
      max_wait: duration.optional().describe("Default: the queue's own."),
      answered: target.optional().describe('After the talk with an agent. Default: the call ends.'),
      timeout: target.optional().describe('After `max_wait`.'),
      full: target.optional().describe('When the queue takes nobody more.'),
      no_agents: target
        .optional()
        .describe(
          "When nobody is logged on, or the queue's rules `join` and `leave` turn the caller away. Left out: the caller waits for somebody, and goes on as after `timeout` when those rules turn them away."
        ),
      closed: target
        .optional()
        .describe("Outside of the queue's `opening_hours`. Left out: as `no_agents`, or else as after `timeout`."),
      withdrawn: target.optional().describe('When a supervisor takes the caller out. Left out: as after `timeout`.'),
      keys: z
        .record(
          z.string().regex(/^\d$/, objection`must be single digits: * and # begin shortcuts`),
          z.enum(['left', 'callback'], objection`must be left or callback`),
          objection`must be keys with an exit, such as { 1: callback, 0: left }`
        )
        .meta({ title: 'keys with left or callback' })
        .optional()
        .describe('Keys that work while the caller waits, and the exit each takes. Keys pressed before are forgotten.'),
      left: target.optional().describe('After a key for `left`.'),
      callback: target.optional().describe('After a key for `callback`.'),
      ...waitingFields,
      ...any
    })
    .describe('Waits for an agent with music and talks with them.'),
  transfer: z
    .strictObject({
      transfer: z.strictObject({
        agent: template.optional().describe('Id of an agent; one of agent, queue, number, sip.'),
        queue: template.optional().describe('Name of a queue.'),
        number: dialled
          .or(z.string())
          .meta({ title: 'dialled number' })
          .optional()
          .describe('Number of another flow of ours; the call goes on there.'),
        sip: template.optional().describe('A SIP address that the configuration allows.'),
        timeout: duration.optional().describe('How long to ring. Default 30s.')
      }),
      attach: templates.optional().describe('Data for the agent, as in `attach`.'),
      completed: target.optional().describe('After the talk. Default: the call ends.'),
      busy: target.optional().describe('The other side is talking.'),
      no_answer: target.optional().describe('It rang for `timeout`.'),
      unreachable: target.optional().describe('Not registered, or no such number.'),
      refused: target.optional().describe('The other side declined, or the configuration forbids it.'),
      ...any
    })
    .describe('Sends the caller to somebody in particular. An exit that is left out goes to `on_error`.'),
  record: z
    .strictObject({
      record: z.strictObject({
        prompt: prompt.optional().describe('What to say before the beep.'),
        queue: z
          .string(objection`must be the name of a queue`)
          .describe('Name of a queue of the configuration: its agents are told.'),
        into: variable.optional().describe('Variable for the message: its `id` and its length in `seconds`.'),
        max: duration.optional().describe('Longest message, up to 30m. Default 2m.'),
        min: duration.optional().describe('Less speech than this is no message. Default 1s.'),
        silence: duration.optional().describe('So much silence ends it; whole seconds, up to 60s. Default 4s.'),
        finish_key: z
          .union([z.enum(['#', '*']), z.literal(false)], { error: objection`must be "#", "*" or false` })
          .meta({ title: '"#", "*" or false' })
          .optional()
          .describe('Ends it. Default "#". Other keys are ignored, but for those of shortcuts.'),
        beep: flag.optional().describe('A beep before it begins, so that callers know. Default true.'),
        barge_in: flag.optional().describe('A key ends the prompt. Default true.')
      }),
      recorded: target.optional().describe('The message is stored and its queue told. Left out: the flow ends here.'),
      too_short: target.optional().describe('Nothing was said, or less than `min`. Left out: `on_error`.'),
      ...any
    })
    .describe(
      'Takes a message. A caller who hangs up, or takes a shortcut, has finished it: it is kept when it is long enough. ' +
        'A message that cannot be stored now: `on_error`.'
    ),
  callback: z
    .strictObject({
      callback: z
        .union(
          [
            z.null(),
            z.literal(true),
            z.strictObject({
              number: template.optional(),
              queue: z.string(objection`must be the name of a queue`).optional(),
              at: template.optional(),
              within: duration.optional()
            })
          ],
          { error: objection`must be true or { number: …, queue: …, at: …, within: … }` }
        )
        .describe(
          '`true`, or `number` (default: the number of the caller), `queue` (default: the one the caller was in last, where they keep their place), `at` (not before that time, such as `2026-11-23T09:00:00+08:00`; default: as soon as it is their turn) and `within` (given up so long after; default: see the configuration).'
        ),
      booked: target.optional().describe('It is safe: tell the caller, and hang up. The same when it was booked before.'),
      refused: target.optional().describe('The configuration does not let us call that number, or at that time.'),
      ...any
    })
    .describe(
      'Books a callback. The place goes on ageing without the caller; when it comes to the head an agent is reserved, and then the customer is called. Nobody is called before this call is over.'
    ),
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
    .strictObject({ attach: templates.describe('Names and values. `intent` says why the caller calls.'), ...onward })
    .describe("Puts data on the agent's screen."),
  customer: z
    .strictObject({
      customer: z
        .strictObject({
          find: z
            .strictObject({
              number: template.optional().describe('A telephone number; one of number, id, profile.'),
              id: template.optional().describe('The id of the customer.'),
              profile: z
                .record(z.string(), template, objection`must be one field with its value`)
                .meta({ title: 'field with its value' })
                .optional()
                .describe('A field of the profile, such as `{ member: "4711" }`.')
            })
            .optional()
            .describe('Somebody who is a customer already. When several fit, nobody is found.'),
          create: z
            .strictObject({ number: template.optional().describe("Default: the caller's."), flags, ...customerFields })
            .optional(),
          update: z.strictObject({ add_flags: flags, remove_flags: flags, ...customerFields }).optional()
        })
        .describe('One of find, create, update.'),
      found: target.optional().describe('After `find`.'),
      not_found: target.optional().describe('After `find` or `update`: there is no such customer.'),
      ...onward
    })
    .describe(
      'Finds, creates or changes the customer behind the call, who is `customer` from here on. Somebody who has the number already is not created again and stays as they are. A database that does not answer: `on_error`.'
    ),
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
