import type { Centre } from '../../domain/centre.ts'
import type { Answers, GivenAnswers, InitLanguage } from './answers.ts'

/** Puts a question; the answer without spaces round it, empty for the default. */
export type Ask = (question: string) => Promise<string>

const words = {
  en: {
    name: 'Name of the flow (small letters, digits, -)',
    number: 'Number that callers dial',
    languages: 'Languages, the first is the default (zh-CN, en)',
    company: 'Welcome to …',
    calendar: (names: string) => `Calendar of the opening hours (${names}; none: always open)`,
    choice: (key: string, queues: string) => `Key ${key} leads to the queue (${queues}; -: no more choices)`,
    urgent: 'Keys that lead to a person at any moment (none: no such fast path)',
    urgentQueue: (queues: string) => `…to the queue (${queues})`,
    again: 'That is not possible:'
  },
  'zh-CN': {
    name: '流程名称（小写字母、数字和 -）',
    number: '来电者拨打的号码',
    languages: '语言，第一个为默认语言（zh-CN, en）',
    company: '欢迎致电……',
    calendar: (names: string) => `营业时间日历（${names}；none：全天营业）`,
    choice: (key: string, queues: string) => `按 ${key} 进入的队列（${queues}；-：没有更多选项）`,
    urgent: '任何时候都能直达人工的按键（none：不需要）',
    urgentQueue: (queues: string) => `……进入的队列（${queues}）`,
    again: '无法使用：'
  }
} as const

/** Asks for what was not given, with what would be taken by default. `check` says what is wrong with an answer. */
export async function askAll(
  given: GivenAnswers,
  language: InitLanguage,
  centre: Centre,
  defaults: (given: GivenAnswers) => Answers,
  ask: Ask,
  check: (given: GivenAnswers) => string | undefined
): Promise<GivenAnswers> {
  const say = words[language]
  let answers = given
  const put = async (question: string, standard: string, take: (text: string) => GivenAnswers): Promise<void> => {
    for (let again = ''; ; ) {
      const typed = await ask(`${again}${question} [${standard}]`)
      const taken = { ...answers, ...take(typed === '' ? standard : typed) }
      const wrong = check(taken)
      if (wrong === undefined) {
        answers = taken
        return
      }
      again = `${say.again} ${wrong}\n`
    }
  }
  const now = () => defaults(answers)
  const queues = [...centre.queues.keys()].join(', ')
  if (given.name === undefined) await put(say.name, now().name, (name) => ({ name }))
  if (given.number === undefined) await put(say.number, now().number, (number) => ({ number }))
  if (given.languages === undefined)
    await put(say.languages, now().languages.join(', '), (text) => ({
      languages: text.split(/[\s,，]+/).filter((tag) => tag !== '') as InitLanguage[]
    }))
  if (given.company === undefined) await put(say.company, now().company, (company) => ({ company }))
  if (given.calendar === undefined)
    await put(say.calendar([...centre.calendars.keys()].join(', ')), now().calendar ?? 'none', (calendar) => ({ calendar }))
  if (given.choices === undefined) {
    const choices = await askChoices((key) => say.choice(key, queues), now().choices, ask)
    if (choices.length > 0) answers = { ...answers, choices }
  }
  if (given.urgent !== undefined) return answers

  const standard = now().urgent
  const fallback = standard?.queue ?? now().choices[0]?.queue ?? 'service'
  await put(say.urgent, standard?.keys ?? 'none', (keys) => ({ urgent: keys === 'none' ? keys : { keys, queue: fallback } }))
  const { urgent } = answers
  if (urgent !== undefined && urgent !== 'none')
    await put(say.urgentQueue(queues), urgent.queue, (queue) => ({ urgent: { ...urgent, queue } }))
  return answers
}

/** One after the other, by keys from 1. */
async function askChoices(
  question: (key: string) => string,
  standard: Answers['choices'],
  ask: Ask
): Promise<{ key: string; queue: string }[]> {
  const choices: { key: string; queue: string }[] = []
  for (let key = 1; key <= 8; key++) {
    const usual = standard[key - 1]?.queue ?? '-'
    const typed = await ask(`${question(String(key))} [${usual}]`)
    const queue = typed === '' ? usual : typed
    if (queue === '-') break
    choices.push({ key: String(key), queue })
  }
  return choices
}
