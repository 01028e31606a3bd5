import { z } from 'zod'
import type { SuggestionRule } from '../domain/suggestion.ts'
import { texts } from './agents-schema.ts'
import { name } from './names.ts'

const words = z.array(z.string().min(1).max(64)).min(1).optional()
const value = z.union([z.string().max(256), z.number(), z.boolean()])

const condition = z.strictObject({
  intents: words.describe('Why the caller calls, as the flow attached it'),
  segments: words.describe("The customer's segment"),
  queues: z.array(name).min(1).optional().describe('The queue that the caller came to last'),
  flags: words.describe('The customer has one of these flags'),
  tags: words.describe('A flow gave the call one of these tags'),
  languages: words.describe('The language of the call'),
  priorities: z
    .array(z.enum(['emergency', 'high', 'normal', 'low']))
    .min(1)
    .optional(),
  fast_paths: words.describe('The shortcut that the caller came by'),
  collected: z
    .record(z.string().min(1).max(64), z.union([value, z.array(value).min(1)]))
    .optional()
    .describe('Name → value or values that were attached under it; 5 and "5" are the same')
})

const suggestion = z.strictObject({
  id: name.describe('Programs know it by this'),
  title: texts.describe('Language → what the agent may want to do'),
  text: texts.optional().describe('Language → more about it. Left out: nothing'),
  url: z
    .string()
    .max(1024)
    .refine((url) => isWebAddress(url.replaceAll('{customer}', 'x')), 'expected an address that begins with https:// or http://')
    .refine((url) => !/[{}]/.test(url.replaceAll('{customer}', '')), 'unknown value: only {customer} may stand in it')
    .refine((url) => !authority(url).includes('{'), 'expected {customer} after the host')
    .optional()
    .describe('Where that is done; {customer} is the id of the customer, without whom there is no link. Left out: no link'),
  when: condition.prefault({}).describe('All that is named must hold; of a list, one. Left out: every call')
})

export const suggestions = z
  .array(suggestion)
  .max(500)
  .default([])
  .describe(
    'What agents are shown that they may want to do for a caller, at most 10 of those that fit, in this order. Default: nothing'
  )

/** The suggestions as the rooms know them. */
export function toSuggestions(file: z.output<typeof suggestions>): readonly SuggestionRule[] {
  return file.map(({ id, title, text, url, when: { collected, fast_paths: fastPaths, ...when } }) => ({
    ...{ id, title },
    ...(text !== undefined && { text }),
    ...(url !== undefined && { url }),
    when: {
      ...given(when),
      ...(fastPaths !== undefined && { fastPaths }),
      ...(collected !== undefined && {
        collected: Object.fromEntries(Object.entries(collected).map(([key, wanted]) => [key, [wanted].flat()]))
      })
    }
  }))
}

type Given<Fields> = { [Name in keyof Fields]: Exclude<Fields[Name], undefined> }

/** Without the names that have no value. */
function given<Fields extends object>(fields: Fields): Given<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, each]) => each !== undefined)) as Given<Fields>
}

function isWebAddress(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
}

/** Host and port, and whatever stands before them. */
function authority(url: string): string {
  return /^https?:\/\/([^/?#]*)/i.exec(url)?.[1] ?? ''
}
