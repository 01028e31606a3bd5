import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { callScript } from '../helpers/centre/call-script.ts'
import { startCtiApp } from '../helpers/cti/cti-app.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const modules = join(root, 'node_modules')

const program = `
import { WebSocket } from 'ws'
import { CtiClient, RequestFailed, type CallView, type ResultOf } from 'switchboard/client'

const client = new CtiClient({ url: process.argv[2] ?? '', token: () => '1001', WebSocket })
const popped = new Promise<void>((resolve) => {
  client.on('delivered', (event) => {
    const call: CallView | undefined = client.state?.calls.get(event.callId)
    console.log(event.data?.customer?.name, call?.allowed.includes('answerCall'))
    resolve()
  })
})
// @ts-expect-error There is no such state.
const refused: Promise<unknown> = client.request('setAgentState', { state: 'asleep' })
await refused.catch((error) => console.log(error instanceof RequestFailed && error.code))
// @ts-expect-error There is no such event.
client.on('exploded', () => undefined)
const agent: ResultOf<'setAgentState'> = await client.request('setAgentState', { state: 'loggedOn' })
console.log(agent.state)
await popped
client.close()
`

/** What a stranger's project would say. */
const settings = {
  compilerOptions: {
    target: 'es2023',
    lib: ['es2023', 'dom'],
    module: 'nodenext',
    types: ['node', 'ws'],
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmitOnError: true
  },
  files: ['program.ts']
}

t.test('the packed client works in a project that has nothing else, with types that need nothing else', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'switchboard-package-'))
  t.teardown(() => rm(dir, { recursive: true, force: true }))
  if (!existsSync(join(root, 'build/client/protocol.d.ts'))) await run('npm', ['run', '-s', 'build:client'], { cwd: root })
  const { stdout: packed } = await run('npm', ['pack', '--offline', '--ignore-scripts', '--silent', '--pack-destination', dir], {
    cwd: root
  })
  const home = join(dir, 'node_modules/switchboard')
  await mkdir(home, { recursive: true })
  await run('tar', ['-xzf', join(dir, packed.trim()), '-C', home, '--strip-components=1'])
  // Not the client's own: Node 20 has no websocket, and the stranger brings one.
  for (const own of ['ws', '@types']) await symlink(join(modules, own), join(dir, 'node_modules', own))
  await writeFile(join(dir, 'package.json'), '{ "type": "module" }')
  await writeFile(join(dir, 'tsconfig.json'), JSON.stringify(settings))
  await writeFile(join(dir, 'program.ts'), program)
  const compiled = await run(process.execPath, [join(modules, 'typescript/bin/tsc'), '--project', dir]).catch((error) => error)
  t.equal(compiled.stdout, '')

  const room = await startCtiApp()
  t.teardown(() => room.app.close())
  const running = run(process.execPath, ['--no-experimental-websocket', join(dir, 'program.js'), room.url])
  await new Promise<void>((resolve) => {
    room.bus.listen((event) => event.type === 'agent.changed' && resolve())
  })
  const call = callScript('a')
  for (const fact of [call.started, call.queued, call.offered('1001')]) room.bus.publish(fact)
  t.same((await running).stdout.trim().split('\n').sort(), ['INVALID', 'Mei Lin true', 'notReady'])

  const client = join(home, 'build/client')
  for (const file of (await readdir(client)).filter((name) => /\.(js|d\.ts)$/.test(name))) {
    const imported = [...(await readFile(join(client, file), 'utf8')).matchAll(/(?:from|import)\s*\(?['"]([^'"]+)['"]/g)]
    t.same(
      imported.filter(([, name = '']) => !name.startsWith('./')),
      [],
      `${file} imports its neighbours only`
    )
  }
})
