import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'

t.test('no file and no expression crashes the compiler, takes long or fills memory, and each mistake has a place', async (t) => {
  const fuzz = fileURLToPath(new URL('../bench/fuzz.ts', import.meta.url))
  const seed = ['--max-old-space-size=256', '--import=tsx', fuzz, '8']
  const { stdout, stderr } = await promisify(execFile)(process.execPath, seed, { timeout: 200_000 }).catch((error) => error)
  t.match(stdout, /"failures":0/, `${stderr}`)
  t.comment(stdout)
  const { inputs } = JSON.parse(stdout)
  t.ok(inputs > 100, `${inputs} inputs`)
})
