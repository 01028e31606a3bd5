import * as z from 'zod'
import { sentenceValues } from '../../../domain/waiting.ts'
import { objection } from './objection.ts'
import { count, duration, flag, prompt, skillNeed } from './value-schemas.ts'

const sentences = z
  .record(
    z.string(),
    z.partialRecord(z.enum(Object.keys(sentenceValues) as (keyof typeof sentenceValues)[]), z.string(objection`must be a text`), {
      error: objection`must be sentences by name: next, position, far, wait, long`
    }),
    objection`must be sentences by language, such as { en: { next: You are next. } }`
  )
  .meta({ title: 'sentences by language' })

const announce = z.strictObject({
  position: flag.optional().describe('Tell callers their place.'),
  estimate: flag.optional().describe('Tell callers how long it may take, once enough is known to say.'),
  first: duration.optional().describe('When first, from entering the queue.'),
  every: duration.optional().describe('How often.'),
  only_when_better: flag.optional().describe('Say nothing that is not better than what was said before.'),
  position_limit: count(1, 1000).optional().describe('With more people ahead, callers hear "more than".'),
  estimate_limit: duration.optional().describe('A longer wait is said to be "more than" this.'),
  sentences: sentences
    .optional()
    .describe(
      'Other words: `next`, `position` (with `{position}` or `{ahead}`), `far` (`{limit}`), `wait` (`{wait}`) and `long` (`{limit}`).'
    )
})

const message = z
  .strictObject({
    first: duration.describe('When first, from entering the queue.'),
    every: duration.optional().describe('How often. Left out: once.'),
    say: prompt.optional().describe('What to say.'),
    say_one_of: z.array(prompt, objection`must be a list of prompts`).min(1, objection`must have a prompt`).optional(),
    order: z.enum(['in_turn', 'random'], objection`must be in_turn or random`).optional()
  })
  .meta({ title: '{ first, every, say }' })

const overflow = z
  .strictObject({
    queue: z.string(objection`must be the name of a queue`),
    after: duration.optional(),
    when_longer_than: count(0, 10_000).optional(),
    when_fewer_agents_than: count(1, 10_000).optional(),
    skills: skillNeed.optional()
  })
  .meta({ title: '{ queue, after, when_longer_than, when_fewer_agents_than, skills }' })

/** What a `queue` step may say of the wait, in place of what its queue says. */
export const waitingFields = {
  music: z
    .string(objection`must be the name of a music class`)
    .optional()
    .describe("Music class of Asterisk, or `none`. Default: the queue's own."),
  announce: announce.optional().describe("When callers are told how it stands. What is left out: as the queue's own."),
  messages: z
    .array(message, objection`must be a list of { first: 30s, every: 60s, say: … }`)
    .optional()
    .describe(
      "Said over the music, each in its own rhythm: `say`, or one of `say_one_of` each time, `order: in_turn` (default) or `random`. Default: the queue's own."
    ),
  gap: duration.optional().describe("Music between two things said, at least. Default: the queue's own."),
  overflow: z
    .array(overflow, objection`must be a list of { after: 2m, queue: name }`)
    .optional()
    .describe(
      "Where callers go on: the first rule whose conditions all hold, with the first time, the priority and `max_wait` they had. `after` is the time in this queue, `when_longer_than` counts those before them, `when_fewer_agents_than` those logged on; `skills` are what agents there need. Default: the queue's own."
    )
}

export type WaitingSource = z.infer<z.ZodObject<typeof waitingFields>>
