import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { parse } from 'yaml'
import * as z from 'zod'
import { designersContext } from '../../src/commands/flows/designers-context.ts'
import { compileAll } from '../../src/flow/compile/compile-all.ts'
import { compileFlow } from '../../src/flow/compile/compile-flow.ts'
import { loadFlows } from '../../src/flow/compile/load-flows.ts'
import { flowJsonSchema } from '../../src/flow/compile/schema/json-schema.ts'
import { compareFlows } from '../../src/flow/diff/compare-flows.ts'
import { tellDifferences } from '../../src/flow/diff/tell-differences.ts'
import { exitsOf } from '../../src/flow/exits-of.ts'
import { graphOf } from '../../src/flow/graph/graph-of.ts'
import { layOut } from '../../src/flow/graph/lay-out.ts'
import { flowGraph } from '../../src/flow/graph/mermaid.ts'
import { flowSvg } from '../../src/flow/graph/svg.ts'
import { widthOf, wrapped } from '../../src/flow/graph/text-width.ts'
import { flowContext } from '../helpers/flow/flow-walk.ts'

const run = promisify(execFile)
const here = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

t.test('a flow is drawn with its steps, exits and shortcuts', (t) => {
  const text = `flow: small
languages: [en]
numbers: ["100"]
shortcuts:
  - { name: quick, when: call.dialed == "100", keys: "*9", go: ask, urgent: false }
steps:
  ask:
    menu:
      prompt: { en: Press one. }
      choices: { 1: { go: tell } }
      no_input: { go: bye }
      no_match: { go: bye }
  tell: { play: { en: Hello. }, then: bye }
  bye: { hangup: { reason: bye } }
`
  const { flow, findings } = compileFlow({ file: 'small.yaml', text }, flowContext)
  t.same(findings, [])
  if (flow === undefined) throw new Error('There is no flow to draw')
  t.equal(
    flowGraph(flow),
    `flowchart TD
  s0{"ask<br/>menu"}
  s1["tell<br/>play"]
  s2(["bye<br/>hangup"])
  entry(["small: 100"]) --> s0
  k0{{"shortcut quick"}} ==>|"keys *9 or call.dialed == #quot;100#quot;"| s0
  s0 -->|"1"| s1
  s0 -.->|"no_input"| s2
  s0 -.->|"no_match"| s2
  s1 --> s2
`
  )
  t.end()
})

t.test('where a flow goes on when the caller has left is drawn, and so are ways by chance', (t) => {
  const source = `flow: owes
languages: [en]
on_hangup: tell
steps:
  draw: { split: [{ percent: 80, go: a }, { percent: 20, go: b }] }
  a: { hangup: true }
  b: { customer: { create: { name: Ana } }, on_error: a }
  tell: { tag: [told, owed] }
`
  const { flows } = compileAll([{ file: 'owes.yaml', text: source }], designersContext().context)
  const [flow] = flows
  if (flow === undefined) throw new Error('The flow does not compile')
  t.match(flowGraph(flow), /left\{\{"the caller has left"\}\} -\.-> s3/)
  const { boxes, arrows } = graphOf(flow)
  t.match(
    arrows.find(({ from }) => from === 'left'),
    { to: 'step tell' }
  )
  t.same(
    boxes.filter(({ id }) => id.startsWith('step')).map(({ about }) => about),
    [['80 % a', '20 % b'], [], ['create name: Ana'], ['told, owed', 'the flow ends here']]
  )
  t.end()
})

t.test('every example is drawn: all of it is there, nothing lies on anything else, and it is XML', async (t) => {
  const sources = await loadFlows(here('flows'))
  const { flows } = compileAll(sources, designersContext().context)
  t.ok(flows.length >= 4)
  for (const flow of flows) {
    const { boxes, arrows, width, height } = layOut(graphOf(flow))
    const exits = [...flow.steps.values()].flatMap((step) => exitsOf(step, {}))
    const drawn = arrows.flatMap(({ labels }) => labels)
    for (const name of flow.steps.keys())
      t.ok(
        boxes.some(({ title }) => title === name),
        `${flow.name}: ${name}`
      )
    for (const { name, to } of exits) {
      const inBox = boxes.some(({ about }) => about.some((text) => text.startsWith('↻') && text.includes(name)))
      if (name !== 'then' && name !== 'go' && to.kind === 'step') t.ok(drawn.includes(name) || inBox, `${flow.name}: ${name}`)
    }
    for (const [index, one] of boxes.entries()) {
      t.ok(one.x - one.width / 2 >= 0 && one.x + one.width / 2 <= width && one.y + one.height / 2 <= height)
      const onIt = boxes.slice(index + 1).filter((other) => Math.abs(one.x - other.x) * 2 < one.width + other.width)
      t.notOk(
        onIt.find((other) => Math.abs(one.y - other.y) * 2 < one.height + other.height),
        `${one.id} lies alone`
      )
    }
    const svg = flowSvg(flow)
    t.notMatch(svg, /NaN|undefined/)
    // Whoever writes a tag or an attribute wrong leaves one of these behind.
    t.equal(svg.replace(/<[a-z]+( [a-z-]+="[^"<]*")*\/?>|<\/[a-z]+>/gi, '').includes('<'), false)
    t.match(svg, /prefers-color-scheme: dark/)
  }
  const bank = flowSvg(flows.find(({ name }) => name === 'bank-hotline') as (typeof flows)[number])
  t.match(bank, /<a href="switch-language\.svg">/, 'a sub-flow is a link to its drawing')
  t.match(bank, />\$\{config\.core_banking\}\/balance</)
})

t.test('what changes for callers from one flow to another', async (t) => {
  const flow = (text: string) => {
    const { flow, findings } = compileFlow({ file: 'x.yaml', text }, flowContext)
    if (flow === undefined) throw new Error(JSON.stringify(findings))
    return flow
  }
  const old = `flow: x
languages: [en, zh-CN]
numbers: ["100", "200"]
shortcuts:
  - { name: quick, keys: "*9", go: sell }
steps:
  ask:
    menu:
      prompt: { en: Press one or two., zh-CN: 请按一或二。 }
      choices: { 1: { go: sell }, 2: { go: serve } }
      first_digit: 5s
      no_input: { go: bye }
      no_match: { go: bye }
  sell: { queue: sales, max_wait: 5m, timeout: sorry, full: bye }
  serve: { queue: service, timeout: bye, full: bye }
  sorry: { play: [{ en: "Sorry,", zh-CN: 抱歉， }, { digits: "\${call.caller}" }, { pause: 1s }], then: bye }
  bye: { hangup: true }
`
  const tell = (now: string) =>
    tellDifferences(compareFlows([flow(old)], [flow(now)]))
      .split('\n')
      .slice(1)
      .filter((line) => line !== '')
      .map((line) => line.trim())
  const edit = (...changes: (readonly [string, string])[]) =>
    changes.reduce((text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`There is no ${from}`)
      return text.replaceAll(from, to)
    }, old)

  t.same(tell(old.replace('first_digit: 5s', 'first_digit: 5000ms').replace('{ hangup: true }', '\n    hangup: true # Bye.')), [])
  t.same(tell(edit(['请按一或二。', '请按一或者二。'])), ['~ step ask: prompt (zh-CN): 请按一或二。 → 请按一或者二。'])
  t.same(tell(edit(['"200"', '"300"'])), ['~ numbers: 100, 200 → 100, 300'])
  t.same(tell(edit(['max_wait: 5m', 'max_wait: 90s'])), ['~ step sell: max_wait: 5m → 90s'])
  t.same(tell(edit(['"*9", go: sell', '"*8", go: sell, priority: high'])), [
    '~ shortcut quick: keys: *9 → *8',
    '~ shortcut quick: priority: high (new)'
  ])
  t.same(
    tell(edit(['call.caller', 'call.dialed'], ['pause: 1s', 'pause: 2s'])).length,
    6,
    'in both languages, each a text of its own'
  )
  t.same(tell(edit(['sorry', 'apology'])), ['~ step sorry is now called apology'], 'and whoever leads there is as before')
  t.same(tell(edit(['2: { go: serve }', '2: { go: sell }'])), [
    '~ step ask: exit 2: serve → sell',
    '! no longer reached: step serve',
    '! no longer reached: queue service'
  ])
  t.same(tell(edit(['  serve: { queue: service, timeout: bye, full: bye }\n', ''], ['2: { go: serve }', '3: { go: sell }'])), [
    '- step serve',
    '~ step ask: exit 2: serve (gone)',
    '~ step ask: exit 3: sell (new)',
    '! no longer reached: queue service'
  ])
  t.same(
    tell(
      edit(
        ['serve: { queue: service, timeout', 'serve: { transfer: { agent: "1001" }, on_error: bye, no_answer'],
        [', full: bye }\n  sorry', ' }\n  sorry']
      )
    ).filter((line) => /reached|kind/.test(line)),
    ['~ step serve: kind: queue → transfer', '! no longer reached: queue service', '+ now reached: transfer agent 1001']
  )
  const other = flow(old.replace('flow: x', 'flow: y'))
  t.equal(tellDifferences(compareFlows([flow(old)], [other])), 'flow x: gone\n\nflow y: new\n')

  const examples = compileAll(await loadFlows(here('flows')), designersContext().context).flows
  t.same(compareFlows(examples, examples), [])
})

t.test('long texts are wrapped by the width of their letters', async (t) => {
  t.same(wrapped('查询余额请按1，挂失请按2。', 6, 9), ['查询余额请按', '1，挂失请按', '2。'])
  t.same(wrapped('Press one for sales or wait', 9, 9), ['Press one for', 'sales or wait'])
  t.same(wrapped('一二三四五六七八九', 3, 2), ['一二三', '四五六…'])
  t.same(wrapped('aaaaaaaaaa', 3.2, 9), ['aaaaa', 'aaaaa'], 'a word without end is cut')
  t.same(wrapped('  ', 3, 9), [])
  t.ok(widthOf('卡片') > widthOf('ab'))
})

t.test('the JSON Schema takes every flow of this repository and tells a slip', async (t) => {
  // Our own schemas are not asked: the JSON is read back by itself, as an editor reads it.
  const schema = z.fromJSONSchema(JSON.parse(JSON.stringify(flowJsonSchema())))
  const flows = [...(await loadFlows(here('flows'))), ...(await loadFlows(here('tests/centre/flows')))]
  t.ok(flows.length > 6)
  for (const { file, text } of flows) t.same(schema.safeParse(parse(text)).error?.issues ?? [], [], file)

  const steps = (step: unknown) => ({ flow: 'x', languages: ['en'], steps: { a: step } })
  t.equal(schema.safeParse(steps({ play: 'Hello', flush: true })).success, true)
  t.equal(schema.safeParse(steps({ play: 'Hello', flsh: true })).success, false)
  t.equal(schema.safeParse(steps({ ply: 'Hello' })).success, false)
  t.equal(schema.safeParse(steps({ menu: { choices: { x: 'b' } } })).success, false)
  t.equal(schema.safeParse({ ...steps({ play: 'Hello' }), langages: ['en'] }).success, false)
  t.equal(schema.safeParse({ languages: ['en'], steps: {} }).success, false)
})

t.test('the commands', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'flow-tools-'))
  t.teardown(() => rm(dir, { recursive: true }))
  const cli = (...args: string[]) => run(process.execPath, ['--import=tsx', here('src/cli.ts'), ...args], { cwd: here('') })
  const [graph, schema, drawn] = await Promise.all([
    cli('flow', 'graph', 'flows/bank-hotline.yaml'),
    cli('flow', 'schema'),
    cli('flow', 'graph', 'flows/clinic.yaml', '-o', join(dir, 'clinic.svg'))
  ])
  await writeFile(join(dir, 'clinic.yaml'), (await readFile(here('flows/clinic.yaml'), 'utf8')).replace('95500', '95501'))
  const diff = cli('flow', 'diff', 'flows', dir, '--format', 'json')
  t.equal(drawn.stdout, `${join(dir, 'clinic.svg')}\n`)
  t.match(await readFile(join(dir, 'clinic.svg'), 'utf8'), /^<svg [^>]*>\n<title>clinic<\/title>/)
  t.match(graph.stdout, /^flowchart TD\n {2}s0\["welcome<br\/>play"\]\n/)
  t.match(graph.stdout, /==>\|"keys \*9"\|/)
  t.equal(JSON.parse(schema.stdout).required.includes('steps'), true)

  const { code, stdout: differences } = await diff.then(
    () => ({ code: 0, stdout: '[]' }),
    (error: { code: number; stdout: string }) => error
  )
  t.equal(code, 1)
  const clinic = JSON.parse(differences).find((each: { flow: string }) => each.flow === 'clinic')
  t.match(clinic, { changes: [{ about: 'flow', field: 'numbers', before: '95500', after: '95501' }] })
  await t.rejects(cli('flow', 'diff', 'flows', join(dir, 'nothing')), { code: 2, stderr: /no such flow file, folder or version/ })

  await writeFile(join(dir, 'wrong.yaml'), 'flow: wrong\nlanguages: [en]\nsteps: { x: { ply: y } }\n')
  await t.rejects(cli('flow', 'graph', join(dir, 'wrong.yaml')), { code: 1, stderr: /wrong\.yaml:3:\d+ FLOW0004/ })
})
