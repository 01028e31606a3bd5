// How long the compiler takes: `npm run bench:compile`, `npm run bench:compile -- --json`, `-- --flows 1000`.
// Next to the wall clock stands the CPU time of the main thread, which holds on a busy machine as well.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { LiveFlows } from '../../src/assembly/live-flows.ts'
import type { Prompts } from '../../src/domain/ports/prompts.ts'
import { compileAll } from '../../src/flow/compile/compile-all.ts'
import { compileChanges } from '../../src/flow/compile/compile-changes.ts'
import { DraftCache } from '../../src/flow/compile/draft-cache.ts'
import { FlowLibrary } from '../../src/flow/library.ts'
import { flowCorpus } from '../helpers/flow/flow-corpus.ts'
import { flowContext } from '../helpers/flow/flow-walk.ts'
import { quietLog } from '../helpers/quiet-log.ts'
import { commandArguments } from './read-arguments.ts'

const { flows: count, json } = commandArguments({ flows: 1000, json: false }, ['flows'])
const corpus = flowCorpus(count)

interface Row {
  readonly what: string
  readonly ms: number
  readonly cpuMs: number
  /** Between two turns of the event loop. */
  readonly blockMs: number
}

const rows: Row[] = []

/** Says nothing, so that only the compiler is measured. */
const silent: Prompts = { hasAudio: () => true, prepare: async () => {}, render: async () => [], inVoice: () => silent }

/** The best of some runs: what disturbs only makes it longer. */
async function measure(what: string, runs: number, work: (run: number) => unknown): Promise<void> {
  let best: Row | undefined
  for (let run = 0; run < runs; run++) {
    const row = await once(what, () => work(run))
    if (best === undefined || row.cpuMs < best.cpuMs || (row.cpuMs === best.cpuMs && row.ms < best.ms)) best = row
  }
  if (best !== undefined) rows.push(best)
}

async function once(what: string, work: () => unknown): Promise<Row> {
  let blockMs = 0
  let last = performance.now()
  let running = true
  const look = () => {
    blockMs = Math.max(blockMs, performance.now() - last)
    last = performance.now()
    if (running) setImmediate(look)
  }
  setImmediate(look)
  const [began, cpu] = [performance.now(), await mainThreadMs()]
  await work()
  const row = { what, ms: performance.now() - began, cpuMs: (await mainThreadMs()) - cpu }
  blockMs = Math.max(blockMs, performance.now() - last)
  running = false
  return { ...row, blockMs }
}

/** proc(5): utime and stime of a thread are the 14th and 15th fields of its stat, in hundredths of a second. */
async function mainThreadMs(): Promise<number> {
  const stat = await readFile(`/proc/self/task/${process.pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

await measure(`check ${count} flows of 50 steps`, 1, () => compileAll(corpus, flowContext))
await measure(`YAML.parse of ${count} flows, to compare`, 1, () => corpus.map(({ text }) => parse(text)))

const cache = new DraftCache()
const live = new Map(corpus.map(({ file, text }) => [file, text]))
await cache.prepare(corpus, flowContext)
await measure(`compile one changed among ${count}`, 20, (run) => {
  const changed = corpus.map((one) => (one === corpus[7] ? { ...one, text: one.text.replace('Welcome', `Welcome ${run}`) } : one))
  return compileChanges(changed, live, flowContext, cache.draft)
})
await measureFolder()

console.table(
  rows.map(({ what, ...times }) => ({ what, ...Object.fromEntries(Object.entries(times).map(([k, v]) => [k, Math.round(v)])) }))
)
console.log(`memory: ${Math.round(process.memoryUsage().rss / 2 ** 20)} MB`)
if (json) console.log(JSON.stringify({ flows: count, rows }))

async function measureFolder(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-bench-'))
  const write = (change: (text: string) => string) =>
    Promise.all(corpus.map(({ file, text }) => writeFile(join(folder, file), change(text))))
  try {
    await write((text) => text)
    const flows = new LiveFlows({
      folder,
      library: new FlowLibrary(),
      centre: flowContext.centre,
      prompts: silent,
      publish: () => {},
      clock: { now: () => Date.now() },
      log: quietLog(),
      keep: async ({ since }) => since
    })
    await measure(`load a folder of ${count}`, 1, () => flows.load())
    await measure('look again, nothing has changed', 10, () => flows.reload())
    await measure('reload one changed file', 10, async (run) => {
      await writeFile(join(folder, 'flow-7.yaml'), (corpus[7]?.text ?? '').replace('Welcome', `Welcome ${run}`))
      await flows.reload({ anyway: true })
    })
    await write((text) => text.replaceAll('Hello', 'Good day'))
    await measure(`reload ${count} changed files`, 1, () => flows.reload({ anyway: true }))
  } finally {
    await rm(folder, { recursive: true })
  }
}
