import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import type { Centre } from '../../domain/centre.ts'
import { AppError } from '../../domain/errors.ts'
import { checkFlows } from '../../flow/compile/check-command.ts'
import { compileAround } from '../../flow/compile/compile-around.ts'
import { type Answers, answersSchema, type GivenAnswers, withDefaults } from '../../flow/init/answers.ts'
import { askAll } from '../../flow/init/questions.ts'
import { readAnswers } from '../../flow/init/read-answers.ts'
import { writeFlow } from '../../flow/init/write-flow.ts'
import { writeTests } from '../../flow/init/write-tests.ts'
import { testFlows } from '../../flow/test/test-command.ts'
import { toldLanguage } from '../told-language.ts'
import { designersContext } from './designers-context.ts'

export interface InitOptions {
  readonly name?: string
  readonly number?: string
  readonly languages?: string
  readonly company?: string
  readonly calendar?: string
  /** `KEY=QUEUE`, each. */
  readonly choice?: readonly string[]
  /** `KEYS=QUEUE`, or `none`. */
  readonly urgent?: string
  readonly answers?: string
  /** Of the questions, and of what is wrong. */
  readonly language?: string
  readonly yes?: boolean
}

/** Writes a first flow and its tests, and tries them. False: there is something left to do, which is told. */
export async function initFlow(folder: string | undefined, options: InitOptions, tell: (text: string) => void): Promise<boolean> {
  const { folder: flowsFolder, context, customers } = designersContext()
  const directory = folder ?? flowsFolder
  const language = toldLanguage(options.language)
  const others = existsSync(directory) ? new Set([flowsFolder, directory]) : new Set([flowsFolder])
  const taken = (await compileAround(others, context)).flows.flatMap(({ numbers }) => numbers)
  const complete = (given: GivenAnswers) =>
    withDefaults(given, context.centre, taken, language === 'en' ? ['en'] : ['zh-CN', 'en'])

  let given = await givenAnswers(options)
  if (options.yes !== true && options.answers === undefined) {
    using terminal = linesOf()
    given = await askAll(given, language, context.centre, complete, terminal.ask, problemIn)
  }
  const answers = complete(given)
  const file = join(directory, `${answers.name}.yaml`)
  const testFile = join(directory, `${answers.name}.test.yaml`)
  await mkdir(directory, { recursive: true })
  for (const path of [file, testFile]) {
    if (existsSync(path))
      throw new AppError('FILE_EXISTS', 'client', 'That file is there already and is not overwritten', {
        details: { file: path }
      })
  }
  const calendar = answers.calendar === undefined ? undefined : context.centre.calendars.get(answers.calendar)
  await writeFile(file, writeFlow(answers), { flag: 'wx' })
  await writeFile(testFile, writeTests(answers, calendar, Date.now()), { flag: 'wx' })
  tell(`${file}\n${testFile}\n\n`)

  const missing = missingIn(context.centre, answers)
  if (missing !== '') {
    tell(
      `The centre does not have all of it yet. Add to the file that CONFIG names, under the keys that are there:\n\n${missing}\n${next(file, testFile, answers)}`
    )
    return false
  }
  const { text, errors } = await checkFlows([file], context, 'pretty', language)
  const tests = errors > 0 ? undefined : await testFlows([testFile], flowsFolder, context, customers, language)
  tell(`${text}\n${tests?.text ?? ''}\n${next(file, testFile, answers)}`)
  return tests?.passed === true
}

async function givenAnswers({ answers: file, ...options }: InitOptions): Promise<GivenAnswers> {
  const flags = {
    ...(options.name !== undefined && { name: options.name }),
    ...(options.number !== undefined && { number: options.number }),
    ...(options.languages !== undefined && { languages: options.languages.split(/[\s,]+/) }),
    ...(options.company !== undefined && { company: options.company }),
    ...(options.calendar !== undefined && { calendar: options.calendar }),
    ...(options.choice !== undefined && { choices: options.choice.map((choice) => pairOf(choice, 'key')) }),
    ...(options.urgent !== undefined && { urgent: options.urgent === 'none' ? 'none' : pairOf(options.urgent, 'keys') })
  }
  return readAnswers(file === undefined ? '' : await textOf(file), flags)
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new AppError('ANSWERS_UNREADABLE', 'client', 'The file of answers cannot be read', { details: { file }, cause })
  }
}

function pairOf(text: string, name: 'key' | 'keys'): Record<string, string> {
  const [keys = '', queue = ''] = text.split('=')
  return { [name]: keys, queue }
}

function problemIn(given: GivenAnswers): string | undefined {
  return answersSchema.safeParse(given).error?.issues[0]?.message
}

/** What the centre would need, as YAML. */
function missingIn(centre: Centre, { choices, urgent, calendar }: Answers): string {
  const queues = new Set([...choices.map(({ queue }) => queue), ...(urgent === undefined ? [] : [urgent.queue])])
  const missing = [...queues].filter((queue) => !centre.queues.has(queue))
  return [
    ...(missing.length === 0
      ? []
      : [
          'queues:',
          ...missing.map((queue) => `  ${queue}: { title: ${queue} }`),
          '# and in `queues` of the agents who take those calls',
          ''
        ]),
    ...(calendar === undefined || centre.calendars.has(calendar)
      ? []
      : [
          'calendars:',
          `  ${calendar}:`,
          '    time_zone: Asia/Shanghai',
          '    weekly:',
          ...['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => `      ${day}: ["09:00-18:00"]`),
          ''
        ])
  ].join('\n')
}

function next(file: string, testFile: string, { number }: Answers): string {
  const [, program = 'switchboard'] = process.argv
  const command = basename(program) === 'switchboard' ? 'switchboard' : `node ${relative('', program)}`
  return [
    'Next:',
    `  ${command} flow check ${file}`,
    `  ${command} flow test ${testFile}`,
    `  ${command} flow simulate ${file}      walk through it at the terminal`,
    `  ${command} flow graph ${file} -o flow.svg`,
    `  ${command} flow put ${file}           put it live on a running server; one that watches this folder has it by itself`,
    `  then call ${number}`,
    ''
  ].join('\n')
}

interface Lines extends Disposable {
  ask(question: string): Promise<string>
}

/** Answers from the terminal, or from a pipe; where it ends, all further ones are the defaults. */
function linesOf(): Lines {
  const terminal = createInterface({ input: process.stdin })
  const lines = terminal[Symbol.asyncIterator]()
  return {
    ask: async (question) => {
      process.stderr.write(`${question}: `)
      const { done, value } = await lines.next()
      if (done === true || !process.stdin.isTTY) process.stderr.write('\n')
      return done === true ? '' : value.trim()
    },
    [Symbol.dispose]: () => terminal.close()
  }
}
