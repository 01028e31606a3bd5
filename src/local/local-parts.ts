import { execFile } from 'node:child_process'
import http from 'node:http'
import https from 'node:https'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Variables } from '../config/environment.ts'
import type { Config } from '../config/load-config.ts'
import { urlOf } from '../config/server-url.ts'
import type { RealSignal } from '../domain/abort.ts'
import { AppError } from '../domain/errors.ts'
import { asteriskSettings } from './asterisk-settings.ts'
import { type Child, type ChildOptions, startChild } from './child-process.ts'
import { startEmbeddedPostgres } from './embedded-postgres.ts'
import type { Part, Running } from './keep-alive.ts'
import type { PidFiles } from './pid-files.ts'
import { problemInAsterisk, problemInJson } from './problem-lines.ts'
import { renderAsterisk } from './render-asterisk.ts'

const run = promisify(execFile)
const installer = fileURLToPath(new URL('../../asterisk/install.sh', import.meta.url))

/** What all parts share. */
export interface Machinery {
  readonly config: Config
  readonly variables: Variables
  /** Arguments of Node that start our own program, before its command. */
  readonly program: readonly string[]
  readonly pidFiles: PidFiles
  readonly say: (text: string) => void
}

/** The embedded PostgreSQL. Its address does not change when it is started again. */
export function databasePart({ config }: Machinery, onUrl: (url: string) => void): Part {
  return {
    name: 'PostgreSQL',
    async start() {
      const server = await startEmbeddedPostgres({ dataDir: config.environment.DATA_DIR })
      onUrl(server.url)
      return { ended: server.ended.then(() => 'ended'), stop: server.stop }
    }
  }
}

/** Asterisk, fetched at first use. */
export function asteriskPart(machinery: Machinery): Part {
  return {
    name: 'Asterisk',
    async start(signal) {
      const root = await findAsterisk(machinery, signal)
      const { command, args, consoleArgs } = await renderAsterisk(asteriskSettings(machinery.config, root))
      const child = start(machinery, { name: 'asterisk', command, args, problemIn: problemInAsterisk })
      const booted = async () => {
        const { stdout } = await run(command, [...consoleArgs, 'core waitfullybooted'], { signal }).catch(() => ({ stdout: '' }))
        return stdout.includes('fully booted')
      }
      return await whenReady('Asterisk', child, booted, 5000, signal)
    }
  }
}

/** The core-banking stand-in of the demo. */
export function bankPart(machinery: Machinery): Part {
  return {
    name: 'Example bank',
    async start(signal) {
      const child = start(machinery, { name: 'example-bank', ...ours(machinery, 'example-bank'), problemIn: problemInJson })
      const url = `${urlOf(machinery.config.environment.EXAMPLE_BANK_ADDRESS)}/health`
      return await whenReady('Example bank', child, () => answers(url, signal), 2000, signal)
    }
  }
}

/** Switchboard itself. `databaseUrl` is asked for at each start. */
export function serverPart(machinery: Machinery, databaseUrl: () => string | undefined, demoPassword: string): Part {
  return {
    name: 'Switchboard',
    async start(signal) {
      // Who presses Ctrl-C wants it to stop.
      const env = { ...machinery.variables, DRAIN_SECONDS: '0', DATABASE_URL: databaseUrl(), DEMO_PASSWORD: demoPassword }
      const child = start(machinery, { name: 'switchboard', ...ours(machinery, 'serve'), env, problemIn: problemInJson })
      const { HTTP_ADDRESS, HTTP_TLS } = machinery.config.environment
      const url = `${urlOf(HTTP_ADDRESS, HTTP_TLS === 'on' ? 'https' : 'http')}/health/ready`
      // The server gives itself 15 s to end the calls in progress; KILL must not come first.
      return await whenReady('Switchboard', child, () => answers(url, signal), 20_000, signal)
    }
  }
}

function start(
  machinery: Machinery,
  options: Pick<ChildOptions, 'name' | 'command' | 'args' | 'problemIn'> & { env?: Variables }
): Child {
  const { config, variables, pidFiles, say } = machinery
  return startChild({
    env: variables,
    ...options,
    logFile: join(config.environment.DATA_DIR, 'log', `${options.name}.log`),
    pidFiles,
    say
  })
}

function ours({ program }: Machinery, command: string): { command: string; args: string[] } {
  return { command: process.execPath, args: [...program, command] }
}

async function findAsterisk({ variables }: Machinery, signal: RealSignal): Promise<string> {
  const installing = run(installer, [], { env: { ...variables }, signal })
  // Fetching takes a while, so its progress is shown.
  installing.child.stderr?.pipe(process.stderr, { end: false })
  try {
    const { stdout } = await installing
    return stdout.trim().split('\n').at(-1) ?? ''
  } catch (cause) {
    signal.throwIfAborted()
    throw new AppError(
      'ASTERISK_NOT_INSTALLED',
      'client',
      'Asterisk is not there and could not be fetched; the lines above say why',
      { cause }
    )
  }
}

async function whenReady(
  name: string,
  child: Child,
  isReady: () => Promise<boolean>,
  patienceMs: number,
  signal: RealSignal
): Promise<Running> {
  let how: string | undefined
  void child.ended.then((text) => {
    how = text
  })
  const deadline = Date.now() + 60_000
  while (!(await isReady())) {
    if (how === undefined && !signal.aborted && Date.now() < deadline) {
      await sleep(50)
      continue
    }
    await child.stop(patienceMs)
    signal.throwIfAborted()
    throw new AppError(
      'PART_NOT_STARTED',
      'server',
      'A part did not get ready; the lines above or its log in DATA_DIR/log say why',
      {
        details: { part: name, how: how ?? 'was not ready within 60 s' }
      }
    )
  }
  return { ended: child.ended, stop: () => child.stop(patienceMs) }
}

async function answers(url: string, signal: RealSignal): Promise<boolean> {
  // A child of ours at an address of this machine; its certificate is for the name that others know.
  const get = url.startsWith('https:') ? https.get : http.get
  const options = { rejectUnauthorized: false, signal: AbortSignal.any([signal, AbortSignal.timeout(2000)]) }
  return new Promise((resolve) => {
    const asking = get(url, options, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    // Not listening yet, or we are stopping; whoever waits finds out.
    asking.on('error', () => resolve(false))
  })
}
