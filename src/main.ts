import { openLog } from './assembly/open-log.ts'
import { startSwitchboard } from './assembly/start-switchboard.ts'
import { loadConfig } from './config/load-config.ts'
import { AppError } from './domain/errors.ts'

/** How long calls in progress and records may take to be ended well before the process goes anyway. */
const CLOSE_LIMIT_MS = 15_000

/** EX_CONFIG of sysexits.h: the unit of systemd does not start what cannot start until somebody has mended it. */
const MISCONFIGURED = 78
const misconfigured: ReadonlySet<string> = new Set(['CONFIG_INVALID', 'ENVIRONMENT_INVALID'])

/**
 * The server process: starts, runs until it is stopped, closes in order. SIGTERM lets calls in progress come to their end first
 * (DRAIN_SECONDS); a second one, and SIGINT, stops at once. SIGQUIT leaves them as they are to the next process. SIGUSR2 has everything logged, and again what LOG_LEVEL says.
 */
export async function serve(): Promise<void> {
  try {
    await start()
  } catch (error) {
    if (error instanceof AppError && misconfigured.has(error.code)) process.exitCode = MISCONFIGURED
    throw error
  }
}

async function start(): Promise<void> {
  const config = loadConfig()
  const log = openLog(config.environment.LOG_LEVEL)
  process.on('unhandledRejection', (err) => log.error({ err }, 'A rejected promise was left alone'))
  const switchboard = await startSwitchboard(config, log)
  log.info({ address: config.environment.HTTP_ADDRESS, version: config.version }, 'Switchboard is up')

  const level = config.environment.LOG_LEVEL
  process.on('SIGUSR2', () => {
    log.level = log.level === 'debug' ? level : 'debug'
    log.warn({ level: log.level }, 'The level of the log was changed by SIGUSR2')
  })

  let ending = false
  const end = (signal: string, how: () => Promise<void>) => {
    // Nothing ends it in the middle, also not the supervisor that stops us while calls are handed over.
    if (ending) return
    ending = true
    log.info({ signal, calls: switchboard.calls.size }, 'Switchboard stops')
    setTimeout(() => {
      log.error({}, 'Switchboard did not stop in time')
      process.exit(1)
    }, CLOSE_LIMIT_MS).unref()
    void how().then(() => process.exit(0))
  }
  const close = (signal: string) => end(signal, () => switchboard.close())
  const limitMs = config.environment.DRAIN_SECONDS * 1000
  let draining = false
  const drain = async () => {
    if (ending) return
    draining = true
    log.info({ calls: switchboard.calls.size, limitMs }, 'Switchboard takes no more calls and waits for those in progress')
    await switchboard.drain(limitMs)
    close('SIGTERM')
  }
  process.on('SIGTERM', () => (draining ? close('SIGTERM') : void drain()))
  process.on('SIGINT', () => close('SIGINT'))
  process.on('SIGQUIT', () => end('SIGQUIT', () => switchboard.handOver()))
}
