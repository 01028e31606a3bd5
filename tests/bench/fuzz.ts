// Fuzzes the compiler and the evaluator: `npm run fuzz -- 600` for so many seconds, `npm run fuzz -- 1 --seed 42` for one input again.
// Prints the seed of each input that makes it crash, hang, take long, fill memory or find something without a place, and ends with 1 then.
// The inputs run in a process of their own: this one watches over it, and names the input that it does not come back from.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'

/** Nothing takes that long on the slowest machine; `--limit` says another. */
const limit = process.argv.indexOf('--limit')
const HANGS_MS = limit === -1 ? 20_000 : Number(process.argv[limit + 1])
/** Loading the compiler waits for a busy machine; no input is to blame for it. */
const STARTS_MS = 60_000

const child = spawn(
  process.execPath,
  [
    '--expose-gc',
    '--max-old-space-size=160',
    '--import=tsx',
    fileURLToPath(new URL('./fuzz-inputs.ts', import.meta.url)),
    ...process.argv.slice(2)
  ],
  { stdio: ['ignore', 'pipe', 'inherit', 'pipe'] }
)
let current = 'the start'
let report = { inputs: 0, evaluated: 0, slowestMs: 0, peakMb: 0, failures: 0 }
let watchdog = watch(STARTS_MS)
// Each line is the input that comes next: the watch begins anew.
createInterface(child.stdio[3] as Readable).on('line', (line) => {
  current = line
  clearTimeout(watchdog)
  watchdog = watch(HANGS_MS)
})
createInterface(child.stdout as Readable).on('line', (line) => {
  report = JSON.parse(line)
})
child.once('close', (code, signal) => {
  clearTimeout(watchdog)
  if (code !== 0 && report.failures === 0) {
    console.error(`${current}: the process ended with ${code ?? signal}`)
    report.failures++
  }
  console.log(JSON.stringify(report))
  process.exitCode = report.failures === 0 ? 0 : 1
})

function watch(ms: number): NodeJS.Timeout {
  return setTimeout(() => {
    console.error(`${current}: no end after ${ms} ms`)
    report.failures++
    child.kill('SIGKILL')
  }, ms)
}
