import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { isAlive } from '../../src/local/process-identity.ts'
import { startAuthority } from '../helpers/test-authority.ts'
import { until } from '../helpers/until.ts'

// Starting Asterisk and PostgreSQL several times takes a while on a busy machine.
t.setTimeout(240_000)

const program = fileURLToPath(new URL('program.ts', import.meta.url))
const READY = /call 95588 from any SIP phone, or press Call at (\S+)/

interface Copy {
  readonly process: ChildProcess
  readonly dataDir: string
  readonly said: () => string
  readonly pids: () => Promise<Map<string, number>>
}

/** A copy on eight ports of its own. */
function startCopy(dataDir: string, port: number, more: Record<string, string> = {}): Copy {
  const addresses = { HTTP_ADDRESS: 0, SIP_ADDRESS: 1, ARI_ADDRESS: 2, EXAMPLE_BANK_ADDRESS: 3 }
  const env = Object.fromEntries(Object.entries(addresses).map(([name, offset]) => [name, `127.0.0.1:${port + offset}`]))
  const child = spawn(process.execPath, ['--import=tsx', program, 'up'], {
    env: { ...process.env, ...env, DATA_DIR: dataDir, RTP_PORTS: `${port + 20}-${port + 79}`, ...more },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
  return { process: child, dataDir, said: () => said, pids: () => readPids(dataDir) }
}

/** Name → process id of all that a copy has started. */
async function readPids(dataDir: string): Promise<Map<string, number>> {
  const files = (await readdir(join(dataDir, 'run'))).filter((file) => file !== 'up.pid')
  const noted = await Promise.all(
    files.map(
      async (file) => [file.replace('.pid', ''), Number.parseInt(await readFile(join(dataDir, 'run', file), 'utf8'), 10)] as const
    )
  )
  const postmaster = Number.parseInt(await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10)
  return new Map([...noted, ['postgres', postmaster]])
}

async function makeDataDir(t: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-test-up-'))
  await chmod(folder, 0o755)
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  return folder
}

async function stop(copy: Copy, signal: NodeJS.Signals): Promise<void> {
  if (copy.process.exitCode !== null || copy.process.signalCode !== null) return
  copy.process.kill(signal)
  await once(copy.process, 'exit')
}

const ready = (copy: Copy) => until(() => READY.test(copy.said()), { ms: 60_000, what: () => `ready; it said ${copy.said()}` })

t.test('two copies run side by side, mend themselves, and stop only what is theirs', { timeout: 240_000 }, async (t) => {
  const authority = await startAuthority()
  t.teardown(() => authority.remove())
  const { certificate, key } = await authority.issue('two', '127.0.0.1')
  // The second one encrypts.
  const tls = { HTTP_TLS: 'on', TLS_CERTIFICATE: certificate, TLS_KEY: key, TLS_AUTHORITIES: authority.file }
  const secure = { ...tls, SIP_TLS_ADDRESS: '127.0.0.1:16404', PHONE_SRTP: 'optional', DEMO_PASSWORD: 'chosen-by-us' }
  const [one, two] = [startCopy(await makeDataDir(t), 16_300), startCopy(await makeDataDir(t), 16_400, secure)]
  t.teardown(() => Promise.all([stop(one, 'SIGTERM'), stop(two, 'SIGTERM')]))
  await Promise.all([ready(one), ready(two)])
  const [pids, others] = await Promise.all([one.pids(), two.pids()])

  t.equal(READY.exec(one.said())?.[1], 'http://127.0.0.1:16300/')
  t.match(one.said(), /Agents +1001 … 1020\n.*Supervisors +2001, 2002, 2003\n.*Administrator +admin\n.*Password +[a-z2-9]{10} /)
  t.match(two.said(), /Password +chosen-by-us /)
  t.equal(READY.exec(two.said())?.[1], 'https://127.0.0.1:16400/')
  t.match(two.said(), /SIP, TLS +127\.0\.0\.1:16404\n/)
  const listener = connect({ host: '127.0.0.1', port: 16_404, ca: authority.pem })
  await once(listener, 'secureConnect')
  listener.destroy()
  t.match(one.said(), /switchboard: warning: A problem {2}err=for the test/)
  t.notMatch(one.said(), /not a problem/)
  t.same([...pids.keys()].toSorted(), ['asterisk', 'example-bank', 'postgres', 'switchboard'])
  t.ok([...pids.values(), ...others.values()].every(isAlive))
  for (const [name, pid] of pids)
    t.match(await readFile(`/proc/${pid}/limits`, 'utf8'), /^Max core file size +0 +0 /m, `${name} leaves no core`)

  const balance = await fetch('http://127.0.0.1:16303/balance', { method: 'POST', body: '{"card":"6225880000000019"}' })
  t.match(await balance.json(), { balance: 17_111.5, currency: 'CNY' })

  for (const name of ['switchboard', 'asterisk', 'postgres']) process.kill(pids.get(name) ?? 0, 'SIGKILL')
  for (const name of ['Switchboard', 'Asterisk', 'PostgreSQL']) {
    await until(() => one.said().includes(`${name} is back`), { ms: 30_000, what: `${name} is back` })
  }
  t.match(one.said(), /Asterisk was ended by SIGKILL; starting it again in 0.5 s/)
  t.equal((await fetch('http://127.0.0.1:16300/health/ready')).status, 200)

  const before = await one.pids()
  await stop(one, 'SIGINT')
  t.equal(one.process.exitCode, 0)
  t.notOk([...before.values()].some(isAlive), 'all of the first copy has gone')
  t.ok([...others.values()].every(isAlive), 'all of the second copy is there')

  await stop(two, 'SIGTERM')
  t.notOk([...others.values()].some(isAlive))
})

t.test('a supervisor that was killed leaves nothing for good', { timeout: 240_000 }, async (t) => {
  const dataDir = await makeDataDir(t)
  const killed = startCopy(dataDir, 16_500)
  await ready(killed)
  const pids = await killed.pids()
  await stop(killed, 'SIGKILL')
  t.ok([...pids.values()].every(isAlive))

  const next = startCopy(dataDir, 16_500)
  t.teardown(() => stop(next, 'SIGTERM'))
  await ready(next)
  t.match(next.said(), /Stopping asterisk \(process \d+\), left over from an earlier run/)
  t.notOk(isAlive(pids.get('asterisk') ?? 0))
  t.equal((await next.pids()).get('postgres'), pids.get('postgres'), 'the database was adopted')

  const third = startCopy(dataDir, 16_600)
  await once(third.process, 'exit')
  t.equal(third.process.exitCode, 1)
  t.match(third.said(), /runs already with this DATA_DIR/)
  t.ok(isAlive((await next.pids()).get('asterisk') ?? 0))

  await stop(next, 'SIGTERM')
  t.notOk([...pids.values()].some(isAlive))
})

t.test('a port that is taken is named with the variable to change, and nothing is started', async (t) => {
  const server = createServer().listen(16_702, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const dataDir = await makeDataDir(t)
  const copy = startCopy(dataDir, 16_700)
  await once(copy.process, 'exit')
  t.equal(copy.process.exitCode, 1)
  t.match(copy.said(), 'ARI_ADDRESS: port 16702 of 127.0.0.1 is taken; set ARI_ADDRESS=127.0.0.1:PORT with a free port')
  t.notMatch(copy.said(), 'Starting')
  t.same(await readdir(join(dataDir, 'run')), [])
})

t.test('a certificate that cannot be used is named, and nothing is started', async (t) => {
  const dataDir = await makeDataDir(t)
  const copy = startCopy(dataDir, 16_900, { HTTP_TLS: 'on', TLS_CERTIFICATE: '/nowhere/own.pem', TLS_KEY: '/nowhere/own.key' })
  await once(copy.process, 'exit')
  t.equal(copy.process.exitCode, 1)
  t.match(copy.said(), /TLS_CERTIFICATE: \/nowhere\/own\.pem is not there/)
  t.notMatch(copy.said(), 'Starting')
})

t.test('Ctrl-C while parts are still starting leaves nothing behind', async (t) => {
  const dataDir = await makeDataDir(t)
  const copy = startCopy(dataDir, 16_800)
  await until(() => copy.said().includes('Starting Asterisk'), { ms: 20_000, what: 'Starting Asterisk' })
  await stop(copy, 'SIGINT')
  t.equal(copy.process.exitCode, 0)
  t.same(await readdir(join(dataDir, 'run')), [])
  t.notOk((await readdir(join(dataDir, 'postgres'))).includes('postmaster.pid'))
})
