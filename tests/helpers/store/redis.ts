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
  stop(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

/** With a password when one is given. */
export async function startTestRedis(port: number, password = ''): Promise<TestRedis> {
  const dir = await mkdtemp(join(tmpdir(), 'switchboard-test-redis-'))
  const start = async () => {
    const child = spawn(
      'redis-server',
      [
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
    if (server.exitCode !== null) return
    server.kill('SIGTERM')
    await once(server, 'exit')
  }
  return {
    url: `redis://${password === '' ? '' : `:${password}@`}127.0.0.1:${port}`,
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
