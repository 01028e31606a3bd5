import * as z from 'zod'
import type { Centre } from '../../domain/centre.ts'

/** Languages that a first flow can be written in; others are added in the file. */
export const initLanguages = ['zh-CN', 'en'] as const
export type InitLanguage = (typeof initLanguages)[number]

const texts = z.partialRecord(z.enum(initLanguages), z.string().min(1))
const name = z.string().regex(/^[a-z][a-z0-9-]{0,99}$/, 'must be a name of small letters, digits and -')
const queue = z.string().min(1)

/** What `flow init` has to know; all of it can stand in a file (`--answers`). */
export const answersSchema = z.strictObject({
  name: name.optional(),
  number: z.coerce
    .string()
    .regex(/^\+?\d+\*?$/, 'must be digits')
    .optional(),
  languages: z.array(z.enum(initLanguages)).min(1).optional(),
  /** Who speaks: Welcome to … */
  company: z.string().min(1).optional(),
  /** Of opening hours; `none`: always open. */
  calendar: z.string().min(1).optional(),
  /** What callers choose from: key → queue, and what it is called aloud. */
  choices: z
    .array(z.strictObject({ key: z.coerce.string().regex(/^[0-9]$/, 'must be a key from 0 to 9'), queue, say: texts.optional() }))
    .min(1)
    .max(8)
    .optional(),
  /** Keys that lead to a person at any moment; `none`: there is no such fast path. */
  urgent: z
    .union([
      z.literal('none'),
      z.strictObject({ keys: z.string().regex(/^[*#][0-9]{1,3}$/, 'must be * or # and digits'), queue, say: texts.optional() })
    ])
    .optional(),
  /** What is said when it is closed. */
  closed: texts.optional()
})

/** As given: whatever is left out is asked for, or made up. */
export type GivenAnswers = z.output<typeof answersSchema>

interface Said {
  readonly queue: string
  readonly say: Readonly<Record<string, string>>
}

/** Everything that a first flow is made of. */
export interface Answers {
  readonly name: string
  readonly number: string
  readonly languages: readonly InitLanguage[]
  readonly company: string
  readonly calendar: string | undefined
  readonly choices: readonly (Said & { readonly key: string })[]
  readonly urgent: (Said & { readonly keys: string }) | undefined
  readonly closed: Readonly<Record<string, string>>
}

/** What is not told, as most would want it: the queues and the calendar that the centre has, a number that no flow has. */
export function withDefaults(
  given: GivenAnswers,
  centre: Centre,
  taken: readonly string[],
  languages: readonly InitLanguage[]
): Answers {
  const queues = [...centre.queues.keys()]
  const pressing = queues.find((queue) => /urgent|emerg|security|lost/.test(queue))
  const [calendar] = centre.calendars.keys()
  const choices =
    given.choices ??
    queues
      .filter((queue) => queue !== pressing)
      .slice(0, 3)
      .map((queue, index) => ({ key: String(index + 1), queue }))
  const urgent: NonNullable<GivenAnswers['urgent']> =
    given.urgent ?? (pressing === undefined ? 'none' : { keys: '*9', queue: pressing })
  const named = <One extends { readonly queue: string; readonly say?: Partial<Record<InitLanguage, string>> | undefined }>(
    one: One
  ) => ({
    ...one,
    say: { ...spokenName(one.queue, centre), ...one.say }
  })
  return {
    name: given.name ?? 'my-hotline',
    number: given.number ?? freeNumber(taken),
    languages: given.languages ?? languages,
    company: given.company ?? (languages[0] === 'zh-CN' ? '我们公司' : 'our company'),
    calendar: given.calendar === 'none' ? undefined : (given.calendar ?? calendar),
    choices: (choices.length > 0 ? choices : [{ key: '1', queue: 'service' }]).map(named),
    urgent: urgent === 'none' ? undefined : named(urgent),
    closed: given.closed ?? {}
  }
}

/** `Card security 卡片安全`, a title for readers of both, is said in each language by its own part. */
function spokenName(queue: string, centre: Centre): Record<InitLanguage, string> {
  const title = centre.queues.get(queue)?.title ?? queue.replaceAll(/[-_]/g, ' ')
  const chinese = title.match(/\p{Script=Han}+/gu)?.join('')
  const latin = title
    .replace(/\p{Script=Han}+/gu, '')
    .trim()
    .toLowerCase()
  return { 'zh-CN': chinese ?? title, en: latin === '' ? title : latin }
}

function freeNumber(taken: readonly string[]): string {
  const isTaken = (number: string) =>
    taken.some((one) => one === number || (one.endsWith('*') && number.startsWith(one.slice(0, -1))))
  for (let number = 7000; ; number++) if (!isTaken(String(number))) return String(number)
}
