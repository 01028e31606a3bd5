import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import specs from '@asyncapi/specs'
import { Ajv } from 'ajv'
import t from 'tap'
import { eventSchemas, requestSchemas } from '../../src/cti/messages.ts'
import { asyncApi } from '../../src/cti/reference/asyncapi.ts'
import { ctiReference } from '../../src/cti/reference/reference.ts'
import { sampleOf } from '../../src/cti/reference/sample-of.ts'
import { startCtiApp } from '../helpers/cti/cti-app.ts'

const page = join(import.meta.dirname, '../../CTI.md')

t.test('the page says what the schemas say', async (t) => {
  // UPDATE=1 writes the page instead.
  if (process.env.UPDATE === '1') await writeFile(page, ctiReference())
  t.equal(await readFile(page, 'utf8'), ctiReference(), 'run UPDATE=1 npx tsx tests/cti/reference.test.ts')
})

t.test('the examples are messages that could be', async (t) => {
  for (const [type, schema] of Object.entries(eventSchemas)) {
    t.equal(schema.safeParse(sampleOf(schema)).error?.message, undefined, type)
  }
  for (const [method, { params, result }] of Object.entries(requestSchemas)) {
    t.equal(params.safeParse(sampleOf(params)).error?.message, undefined, method)
    t.equal(result.safeParse(sampleOf(result)).error?.message, undefined, `${method} result`)
  }
})

const document = JSON.parse(JSON.stringify(asyncApi())) as {
  components: { messages: Record<string, { payload: object }>; schemas: Record<string, object> }
  operations: Record<string, object>
}

t.test('the AsyncAPI document is one, on disk and on a running server', async (t) => {
  t.equal(
    await readFile(join(page, '../CTI.asyncapi.json'), 'utf8'),
    `${JSON.stringify(asyncApi(), undefined, 1)}\n`,
    'run npm run docs'
  )
  const ajv = new Ajv({ strict: false, validateFormats: false })
  const isOne = ajv.compile(specs.schemasWithoutId['3.0.0'] as object)
  t.ok(isOne(document), ajv.errorsText(isOne.errors))
  const broken = { ...document, operations: { x: { action: 'shout' } } }
  t.notOk(isOne(broken), 'the schema of the specification does find mistakes')
  for (const [, path] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    const found = path?.split('/').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document)
    if (found === undefined) t.fail(`${path} is nowhere`)
  }
  const { app, url } = await startCtiApp()
  t.teardown(() => app.close())
  const served = await fetch(`${url.replace('ws', 'http')}/asyncapi.json`)
  t.same(await served.json(), document)
})

t.test('the AsyncAPI document says of every message what the schemas say', async (t) => {
  const ajv = new Ajv({ strict: false, validateFormats: false })
  ajv.addSchema({ $id: 'all', ...document })
  const fits = (name: string, message: object) => {
    const validate = ajv.getSchema(`all#/components/messages/${name}/payload`)
    if (validate === undefined) return t.fail(`${name} is not described`)
    t.ok(validate(JSON.parse(JSON.stringify(message))), `${name}: ${ajv.errorsText(validate.errors)}`)
    t.notOk(validate({ ...message, jsonrpc: '1.0' }), `${name} of another version`)
  }
  for (const [type, schema] of Object.entries(eventSchemas)) {
    const params = sampleOf(schema) as Record<string, unknown>
    fits(`event.${type}`, { jsonrpc: '2.0', method: 'event', params })
    const validate = ajv.getSchema(`all#/components/messages/event.${type}/payload`)
    t.notOk(
      validate?.({ jsonrpc: '2.0', method: 'event', params: { ...params, seq: 'x' } }),
      `${type} with a number that is none`
    )
    t.notOk(validate?.({ jsonrpc: '2.0', method: 'event', params: { ...params, type: 'x' } }), `${type} of another name`)
  }
  for (const [method, { params, result }] of Object.entries(requestSchemas)) {
    fits(method, { jsonrpc: '2.0', id: 'a', method, params: sampleOf(params) })
    fits(`${method}.result`, { jsonrpc: '2.0', id: 1, result: sampleOf(result) })
  }
  fits('error', { jsonrpc: '2.0', id: null, error: { code: -32700, message: 'Not JSON' } })
})
