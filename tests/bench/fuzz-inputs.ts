// The process that fuzz.ts watches. Names each input on file descriptor 3 before it is tried, and prints one line of JSON at the end.
import { readFileSync, writeSync } from 'node:fs'
import { compileAll } from '../../src/flow/compile/compile-all.ts'
import { corpusFlow } from '../helpers/flow/flow-corpus.ts'
import { flowContext } from '../helpers/flow/flow-walk.ts'
import { hostileFiles } from '../helpers/flow/hostile-files.ts'
import { mutateYaml } from '../helpers/flow/mutate-yaml.ts'
import { randomExpression, randomScope } from '../helpers/flow/random-expression.ts'
import { SeededRandom } from '../helpers/seeded-random.ts'

const seconds = Number(process.argv[2] ?? 60)
const asked = process.argv.indexOf('--seed')
const example = readFileSync(new URL('../../flows/bank-hotline.yaml', import.meta.url), 'utf8')
const whole = [example, corpusFlow(1).text]
/** Of the whole process: Node, the compiler, and what it is given. */
const MEMORY_MB = 256
const CPU_MS = 4000

const failures: string[] = []
let inputs = 0
let evaluated = 0
let slowestMs = 0

/** The same seed is the same input. */
function fuzz(seed: number): void {
  const random = new SeededRandom(seed)
  const kind = random.below(10)
  if (kind < 6) {
    const mutated = mutateYaml(random.pick(whole).slice(0, 1000 + random.below(9000)), random)
    compile(`seed ${seed}`, kind === 0 ? randomText(random) : mutated)
    return
  }
  const expression = randomExpression(random)
  const vars = 'vars: { text: "", number: 0, items: [], table: {}, other: null }'
  const file = `flow: t\nlanguages: [en]\n${vars}\nsteps:\n  a: { set: { other: ${JSON.stringify(`\${${expression}}`)} } }\n`
  const step = compile(`seed ${seed}`, file)?.steps.get('a')
  if (step?.kind !== 'set') return
  check(`seed ${seed}`, () => {
    try {
      JSON.stringify(step.values[0]?.[1].evaluate(randomScope(random)))
      evaluated++
    } catch (error) {
      if ((error as { code?: string }).code !== 'FLOW_EXPRESSION') throw error
    }
  })
}

function compile(name: string, text: string) {
  let flow: ReturnType<typeof compileAll>['flows'][number] | undefined
  check(name, () => {
    const { flows, findings } = compileAll([{ file: 'fuzz.yaml', text }], flowContext)
    flow = flows[0]
    if (flow === undefined && findings.length === 0) throw new Error('neither a flow nor a finding')
    for (const { line, column, message } of findings)
      if (!(line >= 1 && column >= 1) || String(message) === '') throw new Error('a finding without a place or words')
    if ('polluted' in {}) throw new Error('every object is changed')
  })
  return flow
}

function check(name: string, work: () => void): void {
  inputs++
  writeSync(3, `${name}\n`)
  const cpu = process.cpuUsage()
  try {
    work()
  } catch (error) {
    failures.push(`${name}: ${error instanceof Error ? error.stack : String(error)}`)
  }
  const { user, system } = process.cpuUsage(cpu)
  const ms = (user + system) / 1000
  slowestMs = Math.max(slowestMs, ms)
  if (ms > CPU_MS) failures.push(`${name}: took ${Math.round(ms)} ms`)
  if (peakMb() > MEMORY_MB) failures.push(`${name}: the process has taken ${peakMb()} MB`)
}

/** The most that the process has ever taken. */
function peakMb(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024)
}

function randomText(random: SeededRandom): string {
  const letters = () =>
    random.below(3) === 0 ? String.fromCodePoint(random.below(0x3000)) : random.pick([...'{}[]:,#&*!|>"%@- \n?xa1'])
  return Array.from({ length: random.below(400) }, letters).join('')
}

// To see that the watch works: an input without an end.
if (process.argv.includes('--hang'))
  check('the endless input', () => {
    for (;;);
  })
if (asked === -1) {
  for (const [name, text] of Object.entries(hostileFiles)) {
    // What the file before has left behind is not held against this one.
    globalThis.gc?.()
    compile(name, text())
  }
}
const first = asked === -1 ? 1 : Number(process.argv[asked + 1])
const end = performance.now() + seconds * 1000
for (let seed = first; performance.now() < end && failures.length < 20; seed++) {
  fuzz(seed)
  if (asked !== -1) break
}
for (const failure of failures) console.error(failure)
console.log(JSON.stringify({ inputs, evaluated, slowestMs: Math.round(slowestMs), peakMb: peakMb(), failures: failures.length }))
process.exitCode = failures.length === 0 ? 0 : 1
