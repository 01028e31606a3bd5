import * as z from 'zod'
import { objection } from './objection.ts'
import { any, variable } from './step-parts.ts'
import { count, dialled, duration, flag, priority, prompt, skillNeed, target, template, templates } from './value-schemas.ts'
import { waitingFields } from './waiting-schemas.ts'

/** The steps that lead to people. */

const relaxStep = z
  .strictObject({
    after: duration,
    lower: count(1, 5).optional(),
    skills: skillNeed.optional(),
    anyone: z.literal(true, objection`must be true`).optional()
  })
  .meta({ title: 'steps with after and one of lower, skills, anyone' })

export const queueSchema = z
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
  .describe('Waits for an agent with music and talks with them.')

export const transferSchema = z
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
  .describe('Sends the caller to somebody in particular. An exit that is left out goes to `on_error`.')

export const recordSchema = z
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
  )

export const callbackSchema = z
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
  )
