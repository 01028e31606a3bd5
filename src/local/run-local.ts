import { randomInt } from 'node:crypto'
import { requireCertificate } from '../config/certificate.ts'
import { readVariables } from '../config/environment.ts'
import { loadConfig } from '../config/load-config.ts'
import type { RealSignal } from '../domain/abort.ts'
import { AppError } from '../domain/errors.ts'
import { announce } from './announce.ts'
import { findPortProblems } from './check-ports.ts'
import { keepAlive, type Part } from './keep-alive.ts'
import { asteriskPart, bankPart, databasePart, type Machinery, serverPart } from './local-parts.ts'
import { takePidFiles } from './pid-files.ts'
import { findMachineProblems, thisMachine } from './preflight.ts'

/** Runs everything on this machine in the foreground until Ctrl-C or SIGTERM, then stops all that it started, last first. */
export async function runLocal(): Promise<void> {
  const begun = Date.now()
  const variables = readVariables()
  refuse('MACHINE_NOT_READY', 'This machine cannot run everything yet', findMachineProblems(thisMachine(variables.PATH ?? '')))
  const config = loadConfig(variables)
  requireCertificate(config.environment)

  const stopping = new AbortController()
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const stop = () => stopping.abort(new AppError('STOPPED', 'client', 'Stopped before everything was ready'))
  for (const signal of signals) process.on(signal, stop)

  const say = (text: string) => console.log(text)
  const pidFiles = await takePidFiles(config.environment.DATA_DIR, say)
  const started: { stop(): Promise<void> }[] = []
  try {
    refuse('PORT_TAKEN', 'An address cannot be used', await findPortProblems(config.environment, config.demo))
    const demoPassword = config.environment.DEMO_PASSWORD ?? makePassword()
    const program = [...process.execArgv, process.argv[1] ?? '']
    await startAll({ config, variables, program, pidFiles, say }, demoPassword, started, stopping.signal)
    say(announce(config, demoPassword, (Date.now() - begun) / 1000))
    await aborted(stopping.signal)
  } catch (error) {
    if (!stopping.signal.aborted) throw error
  } finally {
    say('Stopping')
    for (const part of started.toReversed()) await part.stop()
    pidFiles.release()
    for (const signal of signals) process.off(signal, stop)
  }
}

/** Adds what was started to `started` as it goes, so that a failure in the middle leaves nothing behind. */
async function startAll(
  machinery: Machinery,
  demoPassword: string,
  started: { stop(): Promise<void> }[],
  signal: RealSignal
): Promise<void> {
  const { config, say } = machinery
  const start = async (part: Part) => {
    say(`Starting ${part.name}`)
    started.push(await keepAlive(part, say, signal))
  }

  let databaseUrl = config.environment.DATABASE_URL
  const own = databasePart(machinery, (url) => {
    databaseUrl = url
  })
  const first = [
    ...(databaseUrl === undefined ? [own] : []),
    asteriskPart(machinery),
    ...(config.demo ? [bankPart(machinery)] : [])
  ]
  const results = await Promise.allSettled(first.map(start))
  for (const result of results) if (result.status === 'rejected') throw result.reason
  await start(serverPart(machinery, () => databaseUrl, demoPassword))
}

function refuse(code: string, message: string, problems: readonly string[]): void {
  if (problems.length > 0) throw new AppError(code, 'client', message, { details: { problems } })
}

/** Letters and digits that nobody mixes up when reading them from a screen. */
function makePassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
  return Array.from({ length: 10 }, () => letters[randomInt(letters.length)]).join('')
}

function aborted(signal: RealSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    // The listeners for Unix signals do not keep a process alive; this timer does.
    const alive = setInterval(() => {}, 60_000)
    signal.addEventListener('abort', () => resolve(clearInterval(alive)), { once: true })
  })
}
