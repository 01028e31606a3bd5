import { Document, isMap, isScalar, isSeq, visit } from 'yaml'
import type { Calendar } from '../../domain/centre.ts'
import { isOpen } from '../is-open.ts'
import type { Answers } from './answers.ts'
import { languageKey, phrases } from './phrases.ts'
import { firstOf, queueStep } from './write-flow.ts'

const HOUR_MS = 3_600_000
const FORTNIGHT_HOURS = 14 * 24

/** Tests of a first flow: each choice, the fast path, silence, a busy centre, and closing time. `now` is a moment near which the cases take place. */
export function writeTests(answers: Answers, calendar: Calendar | undefined, now: number): string {
  const { name, choices, urgent, languages } = answers
  const [language = 'en', other] = languages
  const say = phrases[language]
  const first = firstOf(answers)
  const open = calendar === undefined ? now : momentWhen(calendar, now, true)
  const closed = calendar === undefined ? undefined : momentWhen(calendar, now, false)
  const key = languageKey(answers)
  // The keys of the fast path begin with the other one.
  const wrong = urgent?.keys.startsWith('#') === true ? '*' : '#'
  const cases = [
    ...choices.map(({ key, queue, say }) => ({
      name: `${key} leads to ${queue}`,
      press: [key],
      expect: { said: say[language] ?? queue, path: [`main:${key}`, queueStep({ queue })], ends: { queue } }
    })),
    ...(urgent === undefined
      ? []
      : [
          {
            name: `${urgent.keys} leads to a person at once`,
            press: [{ keys: urgent.keys, while: say.welcome(answers.company) }],
            expect: { path: ['urgent'], within: { time: '2s' }, ends: { queue: urgent.queue, priority: 'emergency' } }
          }
        ]),
    ...(key === undefined || other === undefined
      ? []
      : [
          {
            name: `${key} changes the language`,
            press: [key, first.key],
            expect: { language: other, ends: { queue: first.queue } }
          }
        ]),
    {
      name: 'silence leads to a person',
      expect: { said: say.noInput, path: ['main:no_input'], ends: { queue: first.queue } }
    },
    {
      name: 'wrong keys lead to a person',
      press: [wrong, wrong, wrong],
      expect: { said: say.noMatch, path: ['main:no_match'], ends: { queue: first.queue } }
    },
    {
      name: 'when all agents are busy the caller is told so',
      press: [first.key],
      queues: { [first.queue]: 'timeout' },
      expect: { said: [say.busy, say.goodbye], ends: 'hangup' }
    },
    ...(closed === undefined
      ? []
      : [
          {
            name: 'outside of the opening hours',
            at: iso(closed),
            expect: { said: [answers.closed[language] ?? say.closed, say.goodbye], path: ['opening:closed'], ends: 'hangup' }
          }
        ])
  ]
  const file = {
    test: name,
    ...(open !== undefined && { at: iso(open) }),
    coverage: { steps: closed === undefined && calendar !== undefined ? 90 : 100 },
    cases: open === undefined ? cases.slice(-1) : cases
  }
  const document = new Document(file, { aliasDuplicateObjects: false })
  document.commentBefore = ' The calls that must go well. `switchboard flow test` makes them in a moment, without a telephone.'
  visit(document, {
    // As people write them: each expectation on its line, what belongs to it beside it.
    Pair: (_, { key, value }) => {
      if (isScalar(key) && inLine.has(String(key.value)) && (isMap(value) || isSeq(value))) value.flow = true
    },
    Map: (index, node) => {
      if (typeof index === 'number' && index > 0 && node.has('name')) node.spaceBefore = true
    }
  })
  return document.toString({ lineWidth: 0 })
}

const inLine: ReadonlySet<string> = new Set(['coverage', 'press', 'said', 'path', 'within', 'ends', 'queues'])

/** The next full hour at which a calendar is open, or closed; undefined when it never is within a fortnight. */
function momentWhen(calendar: Calendar, now: number, open: boolean): number | undefined {
  const start = Math.ceil(now / HOUR_MS) * HOUR_MS
  for (let hour = 0; hour < FORTNIGHT_HOURS; hour++) {
    const moment = start + hour * HOUR_MS
    if (isOpen(calendar, moment) === open) return moment
  }
  return undefined
}

function iso(moment: number): string {
  return new Date(moment).toISOString().replace('.000Z', 'Z')
}
