import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../until.ts'

/** A Redis of this test alone. */
export interface TestRedis {
  readonly url: string
  /** It takes connections and says nothing, until it is told to go on. */
  hang(): void
  goOn(): void
  stop(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

/** With a password when one is given. */
export async function startTestRedis(port: number, password = ''): Promise<TestRedis> {
  const dir = await mkdtemp(join(tmpdir(), 'switchboard-test-redis-'))
  const start = async () => {
    const child = spawn(
      'setpriv',
      [
        // It dies with us, also when we are killed.
        '--pdeathsig',
        'KILL',
        'redis-server',
        '--port',
        String(port),
        '--bind',
        '127.0.0.1',
        '--dir',
        dir,
        '--appendonly',
        'yes',
        '--save',
        '',
        '--requirepass',
        password
      ],
      { stdio: 'ignore' }
    )
    await until(() => accepts(port), { what: 'Redis to answer' })
    return child
  }
  let server = await start()
  const stop = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return
    server.kill('SIGCONT')
    server.kill('SIGTERM')
    await once(server, 'exit')
  }
  return {
    url: `redis://${password === '' ? '' : `:${password}@`}127.0.0.1:${port}`,
    hang: () => void server.kill('SIGSTOP'),
    goOn: () => void server.kill('SIGCONT'),
    stop,
    async start() {
      server = await start()
    },
    async close() {
      await stop()
      await rm(dir, { recursive: true })
    }
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const answer = (accepted: boolean) => () => {
      socket.destroy()
      resolve(accepted)
    }
    socket.once('connect', answer(true)).once('error', answer(false))
  })
}
