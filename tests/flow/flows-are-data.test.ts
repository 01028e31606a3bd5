import t from 'tap'
import { isAllowed } from '../../src/connectors/is-allowed.ts'
import { isAllowedRequest } from '../../src/flow/allowed-request.ts'
import { compileFlow } from '../../src/flow/compile/compile-flow.ts'
import { QueueView } from '../../src/flow/views.ts'
import { flowContext } from '../helpers/flow-walk.ts'

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
