import t from 'tap'
import { isAllowed } from '../../src/connectors/is-allowed.ts'
import { AppError } from '../../src/domain/errors.ts'
import { isAllowedRequest } from '../../src/flow/allowed-request.ts'
import { compileFlow } from '../../src/flow/compile/compile-flow.ts'
import { QueueView } from '../../src/flow/views.ts'
import { flowContext, flowsOf, walk } from '../helpers/flow/flow-walk.ts'

const around = (steps: string) =>
  `flow: test\nlanguages: [en]\non_error: end\nvars: { x: "" }\nsteps:\n${steps}\n  end: { hangup: true }\n`

t.test('requests go only where the configuration allows, however the address is written', async (t) => {
  const allowed = ['http://bank.test:8099/api']
  for (const url of [
    'http://bank.test:8099.evil.test/api',
    'http://bank.test@evil.test:8099/api',
    'http://evil.test/http://bank.test:8099/api',
    'http://bank.test/api',
    'https://bank.test:8099/api',
    'http://bank.test:8099/api/../admin',
    'http://bank.test:8099/api/%2e%2e/admin',
    'http://bank.test:8099/apis',
    'http://[::1]:8099/api',
    'http://2130706433:8099/api',
    'http://0x7f.1:8099/api',
    'file:///etc/passwd',
    'data:application/json,1',
    '//evil.test/api',
    '/api'
  ]) {
    t.equal(isAllowedRequest(url, allowed), false, url)
    t.equal(
      isAllowed(
        url,
        allowed.map((prefix) => new URL(prefix))
      ),
      false,
      url
    )
  }
  t.equal(
    isAllowed('http://user:password@bank.test:8099/api', [new URL(allowed[0] ?? '')]),
    false,
    'nor with a sign-in of their own'
  )
})

t.test('what callers type or systems answer stays one part of an address', async (t) => {
  const text = around(`  a: { request: { get: "http://bank.test:8099/of/\${x}" }, then: end }`)
  const step = compileFlow({ file: 'x', text }, flowContext).flow?.steps.get('a')
  if (step?.kind !== 'request') throw new Error('No request was compiled')
  for (const x of ['../../admin', '@evil.test/', '?a=b#c', '\r\nHost: evil.test', '..', 'a/b'])
    t.match(
      new URL(String(step.url.evaluate({ names: { x }, queue: () => new QueueView(undefined, 0) }))),
      { origin: 'http://bank.test:8099', search: '', hash: '' },
      x
    )
})

t.test('names that every object has are names like others, or mistakes', async (t) => {
  for (const steps of [
    '  a: { set: { __proto__: 1 }, then: end }',
    '  a: { set: { constructor: 1 }, then: end }',
    '  a: { go: __proto__ }'
  ])
    t.equal(compileFlow({ file: 'x', text: around(steps) }, flowContext).flow, undefined, steps)
  t.notOk('polluted' in {})
})

t.test('a variable in a header stays one header of plain letters', async (t) => {
  const flow = (x: string) =>
    flowsOf(`flow: test
languages: [en]
numbers: ["1"]
vars: { x: ${JSON.stringify(x)} }
steps:
  a: { request: { get: "http://bank.test:8099/", headers: { X-Name: "a \${x}" } }, then: sent, on_error: wrong }
  sent: { hangup: true }
  wrong: { hangup: true }
`)
  const http = [{ afterMs: 1, outcome: { ok: true, status: 200, body: {} } as const }]
  const plain = await walk(flow('b\tc ~'), { http })
  t.same(plain.way, ['a:answer', 'sent'])
  t.same(plain.requests[0]?.headers, { 'X-Name': 'a b\tc ~' })
  for (const x of ['\r\nX-Admin: 1', '\n', '\r', '\0', '林美', 'é', '\x7f', '\ud800']) {
    const { way, path, requests } = await walk(flow(x), { http })
    t.same(way, ['a:error', 'wrong'], JSON.stringify(x))
    t.equal(path[0]?.detail, 'FLOW_VALUE')
    t.same(requests, [], 'nothing is sent')
  }
})

t.test('an expression that grows or goes through too much is a fault, soon', async (t) => {
  const items = Array.from({ length: 2000 }, (_, index) => ({ id: index, name: `name ${index}` }))
  const ids = items.map(({ id }) => id)
  const text = 'a'.repeat(200_000)
  const evaluate = (expression: string, more: object = {}) => {
    const vars = 'vars: { x: "", text: "", items: [], ids: [], other: null }'
    const source = around(`  a: { set: { other: ${JSON.stringify(`\${${expression}}`)} }, then: end }`).replace(/vars:.*/, vars)
    const { flow, findings } = compileFlow({ file: 'x', text: source }, flowContext)
    const step = flow?.steps.get('a')
    if (step?.kind !== 'set') throw new Error(findings.map(({ message }) => message).join())
    const names = { x: '', text, items, ids, other: null, config: {}, ...more }
    return step.values[0]?.[1].evaluate({ names, queue: () => new QueueView(undefined, 0) })
  }
  for (const [expression, value] of [
    ['size(items.filter(i, i.id in ids))', 2000],
    ['size(ids.map(i, i + 1))', 2000],
    ['items.exists(i, i.name == "name 1999")', true],
    ['size(ids + ids)', 4000],
    ['size(text + "b")', 200_001]
  ] as const)
    t.equal(evaluate(expression), value, expression)

  const tall = Array.from({ length: 10_000 }, (_, index) => index)
  const inAll = (times: number) => `ids.filter(i, ${Array(times).fill('!(i in other)').join(' && ')})`
  for (const [expression, more] of [
    ['text + text', {}],
    ['ids.map(i, text)', {}],
    ['ids + ids', { ids: tall }],
    ['ids.map(i, ids)', {}],
    ['ids.map(i, {"a": items})', {}],
    ['ids.map(i, size(text + text))', {}],
    ['ids.filter(i, i in ids)', { ids: tall }],
    [inAll(20), { other: tall.map((index) => index + 10_000) }],
    ['items.all(i, items == items)', {}],
    [Array(60).fill('text.contains("b")').join(' || '), {}]
  ] as const) {
    const cpu = process.cpuUsage()
    t.throws(() => evaluate(expression, more), { code: 'FLOW_EXPRESSION' }, expression.slice(0, 60))
    const { user, system } = process.cpuUsage(cpu)
    t.ok((user + system) / 1000 < 1500, `${Math.round((user + system) / 1000)} ms`)
  }
  for (const expression of ['ids.map(i, ids.map(j, i))', 'cel.bind(y, text + text, y + y)', 'text.matches("(a+)+$")'])
    t.throws(() => evaluate(expression), /is not allowed/, expression)
})

t.test('a variable that doubles with each round ends in a fault, and the caller where on_error leads', async (t) => {
  for (const [vars, doubled] of [
    ['x: "0123456789"', '${x + x}'],
    ['x: [1, 2]', '${x + x}'],
    ['x: { a: 1 }', '${{"a": x, "b": x}}'],
    ['x: [[1, 2]]', '${[x, x]}']
  ]) {
    const spin = flowsOf(
      `flow: test
languages: [en]
numbers: ["1"]
vars: { ${vars} }
on_error: end
steps:
  a: { set: { x: ${JSON.stringify(doubled)} }, then: b }
  b: { run: nothing, then: a }
  end: { hangup: true }
`,
      'flow: nothing\nlanguages: [en]\nsteps: { x: { set: {} } }\n'
    )
    const began = performance.now()
    const { path, error } = await walk(spin)
    const fault = path.find(({ exit }) => exit === 'error')
    t.match(fault, { step: 'a' }, `${vars}: ${error instanceof AppError ? error.code : error}`)
    t.match(fault?.detail, /too large/)
    t.equal(path.at(-1)?.step, 'end')
    t.ok(performance.now() - began < 5000)
  }
})
