import { openLog } from './assembly/open-log.ts'
import { startSwitchboard } from './assembly/start-switchboard.ts'
import { loadConfig } from './config/load-config.ts'

/** How long calls in progress and records may take to be ended well before the process goes anyway. */
const CLOSE_LIMIT_MS = 15_000

/**
 * The server process: starts, runs until it is stopped, closes in order. SIGTERM lets calls in progress come to their end first
 * (DRAIN_SECONDS); a second one, and SIGINT, stops at once. SIGUSR2 has everything logged, and again what LOG_LEVEL says.
 */
export async function serve(): Promise<void> {
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

  let closing = false
  const close = (signal: string) => {
    if (closing) return
    closing = true
    log.info({ signal }, 'Switchboard stops')
    setTimeout(() => {
      log.error({}, 'Switchboard did not close in time')
      process.exit(1)
    }, CLOSE_LIMIT_MS).unref()
    void switchboard.close().then(() => process.exit(0))
  }
  const limitMs = config.environment.DRAIN_SECONDS * 1000
  const drain = async () => {
    process.once('SIGTERM', () => close('SIGTERM'))
    log.info({ calls: switchboard.calls.size, limitMs }, 'Switchboard takes no more calls and waits for those in progress')
    await switchboard.drain(limitMs)
    close('SIGTERM')
  }
  process.once('SIGTERM', () => void drain())
  process.once('SIGINT', () => close('SIGINT'))
}
