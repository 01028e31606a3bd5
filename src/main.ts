import { openLog } from './assembly/open-log.ts'
import { startSwitchboard } from './assembly/start-switchboard.ts'
import { loadConfig } from './config/load-config.ts'

/** How long calls in progress and records may take to be ended well before the process goes anyway. */
const CLOSE_LIMIT_MS = 15_000

/** The server process: starts, runs until SIGTERM or SIGINT, closes in order. */
export async function serve(): Promise<void> {
  const config = loadConfig()
  const log = openLog(config.environment.LOG_LEVEL)
  process.on('unhandledRejection', (err) => log.error({ err }, 'A rejected promise was left alone'))
  const switchboard = await startSwitchboard(config, log)
  log.info({ address: config.environment.HTTP_ADDRESS, version: config.version }, 'Switchboard is up')

  const stop = (signal: string) => {
    log.info({ signal }, 'Switchboard stops')
    setTimeout(() => {
      log.error({}, 'Switchboard did not close in time')
      process.exit(1)
    }, CLOSE_LIMIT_MS).unref()
    void switchboard.close().then(() => process.exit(0))
  }
  process.once('SIGTERM', () => stop('SIGTERM'))
  process.once('SIGINT', () => stop('SIGINT'))
}
