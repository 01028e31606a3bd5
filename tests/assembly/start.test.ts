import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** Prints the packages that loading a module has loaded: these are all CommonJS, whose cache can be asked. */
const script = `
import { createRequire } from 'node:module'
await import(process.argv[1])
const { cache } = createRequire(import.meta.url)
const names = Object.keys(cache).flatMap((file) => /.*node_modules[/](@[^/]+[/][^/]+|[^/]+)[/]/.exec(file)?.[1] ?? [])
process.stdout.write(JSON.stringify([...new Set(names)]))
`

t.test('a server loads no package of what is not switched on, or not needed before it serves callers', async (t) => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...['--import=tsx', '--input-type=module', '--eval', script, main]
  ])
  const loaded = JSON.parse(stdout) as string[]
  t.ok(loaded.includes('fastify') && loaded.includes('pg'), `${loaded.length} packages`)
  // Redis, the SIP edge, migrations of an older database, phones, Chinese: each is loaded by its first use.
  const late = ['ioredis', 'drachtio-srf', 'node-pg-migrate', 'ari-client', 'pinyin-pro', 'lodash', 'bluebird']
  t.same(
    late.filter((name) => loaded.includes(name)),
    []
  )
})
