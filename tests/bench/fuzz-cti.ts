// Attacks the CTI socket: `npm run fuzz:cti -- 600` for so many seconds, `--seed 42` for the same attacks again.
// Ends with 1 when the server faults, leaks, or another client notices.
import { fuzzCti } from '../helpers/cti/cti-fuzz.ts'

const seconds = Number(process.argv[2] ?? 60)
const at = process.argv.indexOf('--seed')
const seed = at < 0 ? Date.now() % 1e9 : Number(process.argv[at + 1])
const end = performance.now() + seconds * 1000
let latest = 'the start'
process.on('uncaughtExceptionMonitor', () => console.error(`The process has died of: ${latest}`))

const report = await fuzzCti(
  seed,
  (rounds) => rounds > 20 && performance.now() > end,
  (what) => {
    latest = what
  }
)
const problems = [
  ...report.faults.slice(0, 10),
  ...(report.heard === report.told ? [] : ['The other client has not heard it all']),
  ...(report.grownBytes < 20_000_000 ? [] : ['Memory has grown']),
  ...(report.connectionsLeft === 0 && report.handlesLeft <= 0 ? [] : ['Connections are left'])
]
for (const problem of problems) console.error(problem)
console.log(JSON.stringify({ fuzz: 'cti', seed, ...report, faults: report.faults.length }))
process.exitCode = problems.length === 0 ? 0 : 1
