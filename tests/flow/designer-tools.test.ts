import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { parse } from 'yaml'
import * as z from 'zod'
import { compileFlow } from '../../src/flow/compile/compile-flow.ts'
import { flowGraph } from '../../src/flow/compile/flow-graph.ts'
import { flowJsonSchema } from '../../src/flow/compile/json-schema.ts'
import { loadFlows } from '../../src/flow/compile/load-flows.ts'
import { flowContext } from '../helpers/flow-walk.ts'

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
  const [graph, schema] = await Promise.all([cli('flow', 'graph', 'flows/bank-hotline.yaml'), cli('flow', 'schema')])
  t.match(graph.stdout, /^flowchart TD\n {2}s0\["welcome<br\/>play"\]\n/)
  t.match(graph.stdout, /==>\|"keys \*9"\|/)
  t.equal(JSON.parse(schema.stdout).required.includes('steps'), true)

  await writeFile(join(dir, 'wrong.yaml'), 'flow: wrong\nlanguages: [en]\nsteps: { x: { ply: y } }\n')
  await t.rejects(cli('flow', 'graph', join(dir, 'wrong.yaml')), { code: 1, stderr: /wrong\.yaml:3:\d+ FLOW0004/ })
})
