import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type AsteriskSettings, renderAsterisk, type SipTls } from '../../../src/local/render-asterisk.ts'
import { endProgram } from '../end-program.ts'
import { takePortBlock } from '../port-block.ts'
import { until } from '../until.ts'

const run = promisify(execFile)
const installer = fileURLToPath(new URL('../../../asterisk/install.sh', import.meta.url))

/** A real Asterisk on ports of its own. The first 40 ports of its block are for whoever holds it: SIP and ARI are the first two. */
export interface RealAsterisk {
  readonly sipAddress: string
  /** For SIP over TLS, when it was given a certificate. */
  readonly tlsAddress: string
  readonly ariAddress: string
  readonly ariUrl: string
  readonly user: string
  readonly password: string
  readonly app: string
  /** Ports from here to `freePort + 90` are free for proxies, phones and callers of the test. */
  readonly freePort: number
  readonly dir: string
  readonly pid: number
  cli(command: string): Promise<string>
  /** A request to ARI, as a test sees it; the parsed body, and the status. */
  ari(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>
  log(): Promise<string>
  /** Ends it and removes its folder. */
  stop(): Promise<void>
  /** Ends it at once; `start` brings it back on the same ports with the same data. */
  kill(): Promise<void>
  start(): Promise<void>
}

/** As its settings say; the address for TLS is its own. */
export type TestAsteriskSettings = Partial<Omit<AsteriskSettings, 'sipTls'>> & {
  readonly sipTls?: Omit<SipTls, 'address'> | undefined
}

export async function startAsterisk({ sipTls, ...settings }: TestAsteriskSettings = {}): Promise<RealAsterisk> {
  const [root, ports, dir] = await Promise.all([
    asteriskRoot(),
    takePortBlock(),
    mkdtemp(join(tmpdir(), 'switchboard-asterisk-'))
  ])
  const sipAddress = `127.0.0.1:${ports.first}`
  const ariAddress = `127.0.0.1:${ports.first + 1}`
  const tlsAddress = `127.0.0.1:${ports.first + 95}`
  const access = { ariUser: 'switchboard', ariPassword: 'secret-of-ari', app: 'switchboard' }
  const rendered = await renderAsterisk({
    root,
    etcDir: join(dir, 'etc'),
    dataDir: join(dir, 'data'),
    sipAddress,
    ariAddress,
    rtpPorts: { from: ports.first + 100, to: ports.first + 199 },
    // Most tests are not of this, and need not wait for it.
    holdSeconds: 0,
    ...access,
    ...(sipTls && { sipTls: { ...sipTls, address: tlsAddress } }),
    ...settings
  })

  let child: ChildProcess | undefined
  const cli = async (command: string) => (await run(rendered.command, [...rendered.consoleArgs, command])).stdout

  async function start(): Promise<void> {
    // It dies with us, also when we are killed: an orphan would keep the ports of the next test.
    child = spawn('setpriv', ['--pdeathsig', 'KILL', rendered.command, ...rendered.args], { stdio: 'ignore' })
    const failed = new Promise<never>((_, reject) =>
      child?.once('exit', (code) => reject(new Error(`Asterisk ended with ${code} at start`)))
    )
    failed.catch(() => undefined)
    const booted = async () => (await cli('core waitfullybooted').catch(() => '')).includes('fully booted')
    await Promise.race([until(booted, { ms: 20_000, what: 'Asterisk fully booted' }), failed])
  }

  async function end(): Promise<void> {
    const ending = child
    child = undefined
    await endProgram(ending)
  }

  const killNow = () => void child?.kill('SIGKILL')
  process.once('exit', killNow)
  await start()
  return {
    sipAddress,
    tlsAddress,
    ariAddress,
    ariUrl: `http://${ariAddress}/ari`,
    user: access.ariUser,
    password: access.ariPassword,
    app: settings.app ?? access.app,
    freePort: ports.first + 2,
    dir,
    get pid() {
      return child?.pid ?? 0
    },
    cli,
    ari: (method, path, body) => request(`http://${ariAddress}/ari`, access, method, path, body),
    log: () => readFile(join(dir, 'data/log/messages'), 'utf8'),
    kill: end,
    start,
    async stop() {
      process.off('exit', killNow)
      await end()
      await rm(dir, { recursive: true, force: true })
      await ports.release()
    }
  }
}

async function asteriskRoot(): Promise<string> {
  const { stdout } = await run(installer)
  return stdout.trim().split('\n').at(-1) ?? ''
}

async function request(
  url: string,
  access: { ariUser: string; ariPassword: string },
  method: string,
  path: string,
  body: unknown
) {
  const response = await fetch(`${url}/${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${access.ariUser}:${access.ariPassword}`).toString('base64')}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' })
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000)
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) }
}
