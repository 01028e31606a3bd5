import { z } from 'zod'
import { sentenceValues } from '../domain/waiting.ts'
import { duration } from './duration.ts'
import { name, need } from './names.ts'

const language = z.string().regex(/^[a-z]{2,3}(-\w+)*$/, 'expected a language, e.g. zh-CN')
const sentenceNames = Object.keys(sentenceValues) as (keyof typeof sentenceValues)[]

/** Less than this would be talk with music in it. */
const repeat = z
  .string()
  .pipe(duration)
  .refine((ms) => ms >= 5_000, 'expected at least 5s')

const announce = z.strictObject({
  position: z.boolean().default(false).describe('Tell callers their place. Default: false'),
  estimate: z.boolean().default(false).describe('Tell callers how long it may take, once enough is known to say. Default: false'),
  first: duration.prefault('15s').describe('When first, from entering the queue. Default: 15s'),
  every: repeat.prefault('1m').describe('How often. Default: 1m'),
  only_when_better: z.boolean().default(true).describe('Say nothing that is not better than what was said before. Default: true'),
  position_limit: z.int().min(1).max(1000).default(10).describe('With more people ahead, callers hear "more than". Default: 10'),
  estimate_limit: duration.prefault('30m').describe('A longer wait is said to be "more than" this. Default: 30m'),
  sentences: z
    .record(language, z.partialRecord(z.enum(sentenceNames), z.string().min(1)))
    .default({})
    .describe(
      'Language → other words: next, position (with {position} or {ahead}), far ({limit}), wait ({wait}), long ({limit}). Default: built in for zh-CN and en'
    )
})

const said = z
  .record(language, z.union([z.string().min(1), z.strictObject({ audio: z.string().min(1) })]))
  .refine((texts) => Object.keys(texts).length > 0, 'expected a text')
  .describe('Language → text, or { audio: name } for recorded audio')

const message = z
  .strictObject({
    first: duration.prefault('30s').describe('When first, from entering the queue. Default: 30s'),
    every: repeat.optional().describe('How often. Left out: once'),
    say: said.optional(),
    say_one_of: z.array(said).min(1).optional().describe('Another one each time'),
    order: z.enum(['in_turn', 'random']).default('in_turn').describe('How the next one is chosen. Default: in_turn')
  })
  .refine(({ say, say_one_of }) => (say === undefined) !== (say_one_of === undefined), 'expected either say or say_one_of')

const overflow = z
  .strictObject({
    queue: name.describe('Where callers go on, with the first time and the priority they had'),
    after: duration.optional().describe('Time in this queue'),
    when_longer_than: z.int().min(0).max(10_000).optional().describe('Callers before them'),
    when_fewer_agents_than: z.int().min(1).max(10_000).optional().describe('Agents logged on'),
    skills: need.default({}).describe('What agents there must know. Default: nothing more than that queue asks for')
  })
  .refine(
    ({ after, when_longer_than, when_fewer_agents_than }) =>
      [after, when_longer_than, when_fewer_agents_than].some((condition) => condition !== undefined),
    'expected a condition: after, when_longer_than or when_fewer_agents_than'
  )

/** What a queue says of the wait in it. */
export const waitingFields = {
  gap: duration.prefault('10s').describe('Music between two things said to a caller, at least. Default: 10s'),
  announce: announce.prefault({}).describe('When callers are told how it stands. Default: never'),
  messages: z.array(message).default([]).describe('What is said over the music, each in its own rhythm. Default: nothing'),
  overflow: z
    .array(overflow)
    .default([])
    .describe('Where callers go on: the first rule whose conditions all hold. Default: nowhere')
}

export type WaitingFile = z.output<z.ZodObject<typeof waitingFields>>
