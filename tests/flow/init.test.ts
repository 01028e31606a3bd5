import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { designersContext } from '../../src/commands/flows/designers-context.ts'
import { toldLanguage } from '../../src/commands/told-language.ts'
import { AppError } from '../../src/domain/errors.ts'
import { compileAll } from '../../src/flow/compile/compile-all.ts'
import { type GivenAnswers, withDefaults } from '../../src/flow/init/answers.ts'
import { askAll } from '../../src/flow/init/questions.ts'
import { readAnswers } from '../../src/flow/init/read-answers.ts'
import { writeFlow } from '../../src/flow/init/write-flow.ts'
import { writeTests } from '../../src/flow/init/write-tests.ts'
import { readTestFile } from '../../src/flow/test/read-test-file.ts'
import { runTests } from '../../src/flow/test/run-tests.ts'
import { flowCentre, flowContext } from '../helpers/flow/flow-walk.ts'

const here = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const complete = (given: GivenAnswers = {}) => withDefaults(given, flowCentre, ['7000'], ['en'])

t.test('whatever is answered, the flow compiles without a word and passes its own tests', async (t) => {
  const choices = ['service', 'sales', 'service', 'card-security', 'sales', 'service', 'sales', 'service']
  const answers: readonly GivenAnswers[] = [
    {},
    { languages: ['zh-CN', 'en'] },
    { languages: ['en', 'zh-CN'], calendar: 'none', urgent: 'none' },
    {
      languages: ['zh-CN'],
      calendar: 'bank',
      closed: { 'zh-CN': '明天见: "再会" #1' },
      company: 'O\'Neill & Söhne: 100 % "gut"'
    },
    { choices: choices.map((queue, index) => ({ key: String(index), queue })), languages: ['en', 'zh-CN'] },
    { choices: [{ key: '0', queue: 'sales', say: { en: 'tickets, trains and planes' } }], urgent: { keys: '#1', queue: 'sales' } }
  ]
  for (const [index, given] of answers.entries()) {
    for (const now of [Date.UTC(2026, 10, 22), Date.UTC(2026, 9, 1, 3), Date.UTC(2026, 5, 3, 17, 59)]) {
      const all = complete(given)
      const { flows, findings } = compileAll([{ file: 'x.yaml', text: writeFlow(all) }], flowContext)
      t.same(findings, [], `answers ${index}`)
      const text = writeTests(all, flowCentre.calendars.get(all.calendar ?? ''), now)
      const { read, findings: objections } = readTestFile({ file: 'x.test.yaml', text }, flows, flowCentre)
      t.same(objections, [], `tests of answers ${index}`)
      if (read === undefined) throw new Error('There are no tests')
      const { cases, problems } = await runTests(read, { centre: flowCentre, flows, customers: [] })
      t.same(
        cases.flatMap((each) => each.problems),
        [],
        `calls of answers ${index}`
      )
      t.same(problems, [], 'no step is left out')
      t.ok(cases.length >= 4)
    }
  }
})

t.test('what is not told is what most would want', async (t) => {
  t.match(complete(), {
    number: '7001',
    calendar: 'bank',
    choices: [
      { key: '1', queue: 'service' },
      { key: '2', queue: 'sales' }
    ],
    urgent: { keys: '*9', queue: 'card-security' }
  })
  const title = { ...flowCentre.queues.get('sales'), title: 'Loans 贷款' }
  const centre = { ...flowCentre, queues: new Map([['loans', title as never]]) }
  t.match(withDefaults({}, centre, [], ['en']), { choices: [{ say: { en: 'loans', 'zh-CN': '贷款' } }], urgent: undefined })
  t.equal(toldLanguage(undefined, { LANG: 'zh_CN.UTF-8' }), 'zh-CN')
  t.equal(toldLanguage('en', { LANG: 'zh_CN.UTF-8' }), 'en')
  t.equal(toldLanguage('zh', {}), 'zh-CN')
  t.equal(toldLanguage(undefined, { LC_ALL: 'en_GB.UTF-8', LANG: 'zh_CN.UTF-8' }), 'en')
  t.equal(toldLanguage(undefined, { LC_ALL: '', LC_MESSAGES: 'zh_TW', LANG: 'C' }), 'zh-CN')
  t.equal(toldLanguage(undefined, { LANG: 'de_DE.UTF-8' }), 'en')
  t.equal(toldLanguage(undefined, {}), 'en')
  t.throws(() => toldLanguage('fr', {}), { code: 'LANGUAGE_UNKNOWN', details: { known: ['en', 'zh-CN'] } })
})

t.test('questions: an empty line is the default, a wrong answer is asked again', async (t) => {
  const typed = ['My Flow', 'my-flow', '', 'en', 'Acme', 'none', 'sales', '-', '9', '*7', 'service']
  const asked: string[] = []
  const ask = async (question: string) => {
    asked.push(question)
    return typed.shift() ?? ''
  }
  const wrong = (given: GivenAnswers) => {
    try {
      readAnswers('', given)
      return undefined
    } catch (error) {
      return error instanceof AppError ? String(error.details.problems) : undefined
    }
  }
  const given = await askAll({}, 'en', flowCentre, complete, ask, wrong)
  t.same(given, {
    ...{ name: 'my-flow', number: '7001', languages: ['en'], company: 'Acme', calendar: 'none' },
    choices: [{ key: '1', queue: 'sales' }],
    urgent: { keys: '*7', queue: 'service' }
  })
  t.match(asked[1], /small letters/)
  t.equal(asked.filter((question) => /any moment/.test(question)).length, 2)
  t.match(await askAll(given, 'zh-CN', flowCentre, complete, ask, wrong), given, 'what is known is not asked')
})

t.test('answers from a file', async (t) => {
  t.same(readAnswers('name: shop\nchoices: [{ key: 1, queue: sales }]', { number: '100' }), {
    ...{ name: 'shop', number: '100' },
    choices: [{ key: '1', queue: 'sales' }]
  })
  for (const text of ['name: [', 'nmae: x', 'text', 'choices: []', 'choices: [{ key: 12, queue: x }]', 'languages: [fr]'])
    t.throws(() => readAnswers(text, {}), { code: 'ANSWERS_WRONG' }, text)
})

t.test('the command', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'flow-init-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const cli = (args: readonly string[], input = '') =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      const env = { ...process.env, FLOWS: here('flows'), DATA_DIR: join(folder, 'data'), LANG: 'C' }
      const child = execFile(
        process.execPath,
        ['--import=tsx', here('src/cli.ts'), 'flow', 'init', ...args],
        { env },
        (error, out, err) => resolve({ code: error === null ? 0 : Number(error.code), out, err })
      )
      child.stdin?.end(input)
    })
  const flows = join(folder, 'new')
  const made = await cli([flows], 'acme-line\n\n\nAcme\n')
  t.equal(made.code, 0, made.out + made.err)
  t.match(made.out, /1 flow, 0 errors, 0 warnings[\s\S]* cases, 0 failed[\s\S]*flow simulate .*acme-line\.yaml/)
  t.same((await readdir(flows)).sort(), ['acme-line.test.yaml', 'acme-line.yaml'])
  t.match(await readFile(join(flows, 'acme-line.yaml'), 'utf8'), /Welcome to Acme/)

  await writeFile(
    join(folder, 'answers.yaml'),
    'name: second\nnumber: "7999"\nchoices: [{ key: 1, queue: loans }]\ncalendar: shop\n'
  )
  const [again, second] = await Promise.all([
    cli([flows, '--yes', '--name', 'acme-line']),
    cli([flows, '--answers', join(folder, 'answers.yaml'), '--urgent', 'none'])
  ])
  t.match(again, { code: 1, err: /not overwritten/ })
  t.match(second, { code: 1, out: /queues:\n {2}loans: \{ title: loans \}[\s\S]*calendars:\n {2}shop:/ })
  t.match(await readFile(join(flows, 'second.yaml'), 'utf8'), /queue: loans/, 'written all the same')
})

t.test('the example of IMPORT.md is a flow and passes its tests', async (t) => {
  const text = await readFile(here('flows/IMPORT.md'), 'utf8')
  const [flow = '', cases = ''] = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = '']) => yaml)
  const { context } = designersContext()
  const { flows, findings } = compileAll([{ file: 'main-ivr.yaml', text: flow }], context)
  t.same(findings, [])
  const { read, findings: objections } = readTestFile({ file: 'main-ivr.test.yaml', text: cases }, flows, context.centre)
  t.same(objections, [])
  if (read === undefined) throw new Error('There are no tests')
  const results = await runTests(read, { centre: context.centre, flows, customers: [] })
  t.same(
    results.cases.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`)),
    []
  )
  t.same(results.problems, [])
})
