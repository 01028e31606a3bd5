import { existsSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RealAsterisk } from '../../helpers/asterisk/real-asterisk.ts'
import { Desk } from '../../helpers/centre/desk.ts'
import type { DrachtioServer } from '../../helpers/sip/drachtio-server.ts'
import type { TestPostgres } from '../../helpers/store/postgres.ts'
import { until } from '../../helpers/until.ts'
import { ariClientApplication, numbers } from './dialplan.ts'
import { cpuMs } from './process-figures.ts'
import { type Program, startNode } from './program.ts'

export const contestantNames = ['dialplan', 'fastagi', 'ari-client', 'switchboard'] as const
export type ContestantName = (typeof contestantNames)[number]

/** One way to serve the measured call. */
export interface Contestant {
  readonly name: ContestantName
  readonly number: string
  /** Where its callers come to, `host:port`: Asterisk, or Switchboard's edge. */
  readonly sip: string
  /** The process beside Asterisk; the dialplan has none. */
  readonly pid: number | undefined
  /** The process in front of Asterisk. */
  readonly edgePid?: number | undefined
  /** Where its API is: Switchboard's alone. */
  readonly url?: string
  check(): void
  stop(): Promise<void>
}

export interface Surroundings {
  readonly asterisk: RealAsterisk
  readonly postgres: TestPostgres
  /** For files of its own. */
  readonly dir: string
  readonly prompts: { readonly menu: string; readonly next: string }
  readonly agiPort: number
  /** What Asterisk has for audio. */
  readonly rtpPorts: { readonly from: number; readonly to: number }
  /** In front of Asterisk, for Switchboard's callers. */
  readonly edge: DrachtioServer | undefined
}

export const password = 'secret-of-the-demo'

const here = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url))

export async function startContestant(name: ContestantName, around: Surroundings): Promise<Contestant> {
  if (name === 'switchboard') return await startSwitchboardServer(around)
  const program = startRival(name, around)
  if (program !== undefined) await until(() => listens(name, around), { ms: 15_000, what: `${name} is ready` })
  return {
    name,
    number: numbers[name],
    sip: around.asterisk.sipAddress,
    pid: program?.pid,
    check: () => program?.check(),
    stop: async () => program?.stop()
  }
}

function startRival(name: Exclude<ContestantName, 'switchboard'>, around: Surroundings): Program | undefined {
  const { asterisk, prompts, agiPort, dir } = around
  if (name === 'dialplan') return undefined
  const args =
    name === 'fastagi' ? [String(agiPort)] : [asterisk.ariAddress, asterisk.user, asterisk.password, ariClientApplication]
  const script = here(`tests/bench/rivals/${name}-ivr.mjs`)
  return startNode([script, ...args, prompts.menu, prompts.next], { logFile: join(dir, `${name}.log`) })
}

async function listens(name: ContestantName, { asterisk, agiPort }: Surroundings): Promise<boolean> {
  if (name === 'ari-client') return (await asterisk.ari('GET', `applications/${ariClientApplication}`)).status === 200
  // Anything but a refused connection.
  return fetch(`http://127.0.0.1:${agiPort}`, { signal: AbortSignal.timeout(200) }).then(
    () => true,
    (error: Error) => !String(error.cause).includes('ECONNREFUSED')
  )
}

/** As the unit of systemd and the image start Node. */
const nodeArgs = ['--min-semi-space-size=32', '--max-semi-space-size=32']

/** Switchboard as users run it: built, with records, and somebody who watches over CTI. */
async function startSwitchboardServer({ asterisk, postgres, dir, edge, rtpPorts }: Surroundings): Promise<Contestant> {
  const cli = here('build/cli.js')
  if (!existsSync(cli)) throw new Error('There is no build: `npm run build:server` first')
  const address = `127.0.0.1:${asterisk.freePort}`
  await copyFile(here('tests/bench/ivr/centre.yaml'), join(dir, 'centre.yaml'))
  const program = startNode([...nodeArgs, ...(process.env.BENCH_NODE_ARGS?.split(' ') ?? []), cli, 'serve'], {
    logFile: join(dir, 'switchboard.log'),
    env: {
      HTTP_ADDRESS: address,
      SIP_ADDRESS: asterisk.sipAddress,
      ARI_ADDRESS: asterisk.ariAddress,
      RTP_PORTS: `${rtpPorts.from}-${rtpPorts.to}`,
      DATA_DIR: join(dir, 'data'),
      CONFIG: join(dir, 'centre.yaml'),
      FLOWS: join(dir, 'flows'),
      DATABASE_URL: postgres.url,
      DEMO_PASSWORD: password,
      INSTANCE: 'bench',
      ARI_USER: asterisk.user,
      ARI_PASSWORD: asterisk.password,
      LOG_LEVEL: 'warn',
      ...(edge !== undefined && {
        DRACHTIO_ADDRESS: `${edge.address.host}:${edge.address.port}`,
        DRACHTIO_SECRET: edge.secret
      })
    }
  })
  const url = `http://${address}`
  const ready = async () => {
    program.check()
    return (await fetch(`${url}/health/ready`).catch(() => undefined))?.status === 200
  }
  await until(ready, { ms: 60_000, what: 'Switchboard is ready' })
  const desk = await Desk.open(`${url.replace('http', 'ws')}/cti/v1`, await signIn(url, 'admin'))
  await untilIdle(program.pid)
  const stop = async () => {
    desk.close()
    await program.stop()
  }
  const { pid, check } = program
  const sip = edge?.sip ?? asterisk.sipAddress
  return { name: 'switchboard', number: numbers.switchboard, sip, pid, edgePid: edge?.pid, url, check, stop }
}

/** A token of that user. */
export async function signIn(url: string, username: string): Promise<string> {
  const response = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password })
  })
  if (response.status !== 200 && response.status !== 201) throw new Error(`${username} cannot sign in: ${response.status}`)
  return ((await response.json()) as { token: string }).token
}

const QUIET_SECONDS = 3

/** It makes its prompts in the background after the start: that is not the price of a call. On a busy machine that halts for a second now and then. */
async function untilIdle(pid: number): Promise<void> {
  let last = 0
  let seconds = 0
  const idle = async () => {
    const used = await cpuMs(pid)
    seconds = used - last < 50 ? seconds + 1 : 0
    last = used
    await new Promise((resolve) => setTimeout(resolve, 1000))
    return seconds >= QUIET_SECONDS
  }
  await until(idle, { ms: 120_000, what: 'Switchboard has made its prompts' })
}
