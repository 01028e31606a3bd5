// An IVR as a dialplan, over FastAGI, on ari-client and by Switchboard: the same calls of SIPp and the same prompts, in turns in one run, so that
// ratios hold on a busy machine. And calls to agents, beside app_queue. `npm run bench`, `--quick` for two minutes, `--json` for one line at the end;
// `--help` says what else. Switchboard runs as it is built. Exit code 1 when a rush
// with `overload.calls_max` (`--overload`) was not lived through as it should be.
import { loadavg } from 'node:os'
import { readOptions } from './ivr/options.ts'
import { printSummary } from './ivr/print.ts'
import { runBench } from './ivr/run-bench.ts'
import { summaryOf } from './ivr/summary.ts'

const options = readOptions()
const summary = summaryOf(await runBench(options))
printSummary(summary, options)
if (options.json) {
  const { rounds, calls, callsPerSecond } = options
  console.log(JSON.stringify({ bench: 'ivr', rounds, calls, callsPerSecond, load: loadavg(), ...summary }))
}
// Without a limit a rush is not lived through unscathed, and nobody says so.
if (summary.overload.some(({ callsMax, wrong }) => callsMax !== undefined && wrong.length > 0)) process.exitCode = 1
