import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'

const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Prints the packages that such code has loaded: these are all CommonJS, whose cache can be asked. */
const script = (code: string) => `
import { createRequire } from 'node:module'
${code}
const { cache } = createRequire(import.meta.url)
const names = Object.keys(cache).flatMap((file) => /.*node_modules[/](@[^/]+[/][^/]+|[^/]+)[/]/.exec(file)?.[1] ?? [])
process.stdout.write(JSON.stringify([...new Set(names)]))
`

async function loadedBy(code: string, file: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...['--import=tsx', '--input-type=module', '--eval', script(code), fileOf(file)]
  ])
  return JSON.parse(stdout) as string[]
}

t.test('a server loads no package of what is not switched on, or not needed before it serves callers', async (t) => {
  const loaded = await loadedBy('await import(process.argv[1])', '../../src/main.ts')
  t.ok(loaded.includes('fastify') && loaded.includes('pg'), `${loaded.length} packages`)
  // Redis, the SIP edge, migrations of an older database, phones, Chinese: each is loaded by its first use.
  const late = ['ioredis', 'drachtio-srf', 'node-pg-migrate', 'ari-client', 'pinyin-pro', 'lodash', 'bluebird']
  t.same(
    late.filter((name) => loaded.includes(name)),
    []
  )
})

t.test('the HTTP application is built without what Fastify would check JSON schemas with', async (t) => {
  const code = `
const { buildHttpApp } = await import(process.argv[1])
const { app } = await buildHttpApp({ query: async () => [] })
await app.ready()
await app.close()`
  const loaded = await loadedBy(code, '../helpers/http/http-app.ts')
  t.ok(loaded.includes('fastify'), `${loaded.length} packages`)
  t.same(
    loaded.filter((name) => /ajv|fast-json-stringify-compiler/.test(name)),
    []
  )
})
