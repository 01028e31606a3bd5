import { Document, isMap, isPair, isScalar, isSeq, visit } from 'yaml'
import type { Answers } from './answers.ts'
import { inAll, languageKey } from './phrases.ts'

/** Its own constant, because an object written with a `then` looks like a promise to tools and people. */
const thenKey = 'then'

/** A first flow, as a file to go on from. */
export function writeFlow(answers: Answers): string {
  const { name, number, languages, company, calendar, urgent } = answers
  const first = firstOf(answers)
  const flow = {
    flow: name,
    describe: `Hotline of ${company}`,
    languages,
    numbers: [number],
    ...(urgent !== undefined && {
      shortcuts: [{ name: 'urgent-key', keys: urgent.keys, go: 'urgent', priority: 'emergency' }]
    }),
    defaults: {
      no_input: { prompts: [inAll(answers, ({ noInput }) => noInput)], tries: 3, go: queueStep(first) },
      no_match: { prompts: [inAll(answers, ({ noMatch }) => noMatch)], tries: 3, go: queueStep(first) }
    },
    on_error: 'busy',
    start: calendar === undefined ? 'welcome' : 'opening',
    steps: stepsOf(answers)
  }
  const document = new Document(flow, { aliasDuplicateObjects: false })
  document.commentBefore = ` Made by \`switchboard flow init\`. Change it freely: all steps are in flows/README.md, and ${name}.test.yaml tells when something breaks.`
  visit(document, {
    // As people write them: short things on one line.
    Map: (_, node) => {
      if (node.items.every((pair) => isPair(pair) && isScalar(pair.value) && isShort(pair.value.value)) && node.items.length < 4)
        node.flow = true
    },
    Pair: (_, pair) => {
      if (isScalar(pair.key) && ['numbers', 'languages'].includes(String(pair.key.value)) && isSeq(pair.value))
        pair.value.flow = true
    }
  })
  const steps = document.get('steps')
  if (isMap(steps)) for (const pair of steps.items.slice(1)) if (isScalar(pair.key)) pair.key.spaceBefore = true
  return document.toString({ lineWidth: 0 })
}

function stepsOf(answers: Answers): Record<string, unknown> {
  const { company, calendar, choices, urgent, closed, languages } = answers
  const key = languageKey(answers)
  const menu = {
    prompt: inAll(answers, (say, language) => {
      const items = choices.map((choice) => say.choice(choice.say[language] ?? choice.queue, choice.key)).join('')
      return `${items.replace(/，$/, '。')}${key === undefined ? '' : say.otherLanguage(key)}`
    }),
    choices: Object.fromEntries([
      ...choices.map((choice) => [choice.key, { go: queueStep(choice) }]),
      ...(key === undefined ? [] : [[key, { go: 'other_language' }]])
    ])
  }
  const [first = 'en', second = first] = languages
  return {
    ...(calendar !== undefined && { opening: { hours: calendar, open: 'welcome', closed: 'closed' } }),
    welcome: { play: inAll(answers, ({ welcome }) => welcome(company)), [thenKey]: 'main' },
    main: { menu },
    ...(key !== undefined && {
      other_language: { language: `\${call.language == '${first}' ? '${second}' : '${first}'}`, [thenKey]: 'main' }
    }),
    ...Object.fromEntries(
      choices.map(({ queue }) => [queueStep({ queue }), { queue, attach: { intent: queue }, timeout: 'busy', full: 'busy' }])
    ),
    ...(urgent !== undefined && {
      urgent: { queue: urgent.queue, attach: { intent: 'urgent' }, timeout: { go: 'urgent' }, full: 'busy' }
    }),
    busy: { play: inAll(answers, ({ busy }) => busy), barge_in: false, [thenKey]: 'goodbye' },
    ...(calendar !== undefined && {
      closed: {
        play: inAll(
          answers,
          (say, language) =>
            `${closed[language] ?? say.closed}${urgent === undefined ? '' : `${language === 'en' ? ' ' : ''}${say.urgent(urgent.say[language] ?? urgent.queue, urgent.keys)}`}`
        ),
        barge_in: false,
        [thenKey]: 'goodbye'
      }
    }),
    goodbye: { play: inAll(answers, ({ goodbye }) => goodbye), [thenKey]: 'end' },
    end: { hangup: { reason: 'served' } }
  }
}

/** Where callers get to who choose nothing. */
export function firstOf({ choices: [first] }: Answers): Answers['choices'][number] {
  if (first === undefined) throw new Error('A menu without choices')
  return first
}

/** The step that a choice leads to. */
export function queueStep({ queue }: { readonly queue: string }): string {
  return `to_${queue.replaceAll('-', '_')}`
}

function isShort(value: unknown): boolean {
  return typeof value !== 'string' || value.length <= 30
}
