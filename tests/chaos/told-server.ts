// The server as a process of its own, as `switchboard serve` runs it. Each fact is written to file descriptor 3 before anybody acts on the next:
// what was true is known also of a server that was killed. Answers questions about itself (IPC), and its clock can be set.
import { readdirSync, writeSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { openLog } from '../../src/assembly/open-log.ts'
import { startSwitchboard } from '../../src/assembly/start-switchboard.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import type { ServerFigures, ServerQuestion } from './server-figures.ts'
import { makeDateSettable } from './settable-date.ts'

const setClock = makeDateSettable()
const config = loadConfig()
const log = openLog(config.environment.LOG_LEVEL)
process.on('unhandledRejection', (err) => log.error({ err }, 'A rejected promise was left alone'))
const loop = monitorEventLoopDelay({ resolution: 5 })
loop.enable()

const { TOLD_CTI_KEEP_MS: keepMs } = process.env
const server = await startSwitchboard(config, log, keepMs === undefined ? {} : { ctiLimits: { keepMs: Number(keepMs) } })
server.bus.listen((fact) => void writeSync(3, `${JSON.stringify(fact)}\n`))

process.on('message', (question: ServerQuestion) => {
  if (question.setClockBy !== undefined) setClock(question.setClockBy)
  process.send?.({ id: question.id, figures: figures() })
})
process.once('SIGTERM', () => void server.close().then(() => process.exit(0)))
process.once('SIGQUIT', () => void server.handOver().then(() => process.exit(0)))
process.send?.({ up: true })

function figures(): ServerFigures {
  globalThis.gc?.()
  const { rss, heapUsed } = process.memoryUsage()
  const delayMs = { p99: loop.percentile(99) / 1e6, max: loop.max / 1e6 }
  loop.reset()
  const { distribution } = server
  return {
    calls: server.calls.size,
    waiting: distribution.callers(),
    offers: distribution.openOffers(),
    stuck: distribution.stuck(),
    callbacks: server.callbacks.open().length,
    agents: distribution.list(),
    connected: server.telephony.status().connected,
    rss,
    heapUsed,
    files: readdirSync('/proc/self/fd').length,
    resources: process.getActiveResourcesInfo().length,
    delayMs
  }
}
