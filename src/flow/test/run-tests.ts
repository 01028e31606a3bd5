import { performance } from 'node:perf_hooks'
import type { Centre } from '../../domain/centre.ts'
import type { Customer } from '../../domain/customer.ts'
import type { Flow } from '../flow.ts'
import { FlowLibrary } from '../library.ts'
import type { Happening } from '../simulate/journal.ts'
import { simulateCall } from '../simulate/simulate-call.ts'
import { CaseScript } from './case-script.ts'
import { coverageOf, percentOf, type Share } from './coverage.ts'
import { describeEnd, judge } from './judge.ts'
import type { ReadTests } from './read-test-file.ts'
import type { TestCase } from './test-file-schema.ts'

export interface CaseResult {
  readonly name: string
  readonly line: number
  readonly problems: readonly string[]
  readonly happenings: readonly Happening[]
  readonly end: string
  /** Of the machine, not of the call. */
  readonly tookMs: number
}

export interface FileResult {
  readonly file: string
  readonly flow: string
  readonly cases: readonly CaseResult[]
  readonly steps: Share
  readonly exits: Share
  /** Coverage that the file asks for and its cases do not reach. */
  readonly problems: readonly string[]
}

/** Where test calls take place. */
export interface TestWorld {
  readonly centre: Centre
  readonly flows: readonly Flow[]
  readonly customers: readonly Customer[]
}

/** Makes the calls of one test file, each in a world of its own. */
export async function runTests({ file, flow, tests, lines }: ReadTests, world: TestWorld): Promise<FileResult> {
  const cases: CaseResult[] = []
  for (const [index, each] of tests.cases.entries()) {
    cases.push(await runCase(each, tests.at, lines[index] ?? 1, flow, world))
  }
  const happenings = cases.flatMap((result) => result.happenings)
  const { steps, exits } = coverageOf(flow, happenings)
  const required = tests.coverage ?? {}
  const problems = [...tooLittle('steps', steps, required.steps), ...tooLittle('exits', exits, required.exits)]
  return { file, flow: flow.name, cases, steps, exits, problems }
}

async function runCase(
  given: TestCase,
  at: string | undefined,
  line: number,
  flow: Flow,
  { centre, flows, customers }: TestWorld
): Promise<CaseResult> {
  const library = new FlowLibrary()
  library.replaceAll(flows)
  const script = new CaseScript(given, at, flow, centre, customers)
  const startedAt = performance.now()
  const call = await simulateCall(flow, centre, library, script)
  const tookMs = performance.now() - startedAt
  const problems = [...script.problems, ...script.leftOver, ...judge(given.expect, call, flow)]
  return { name: given.name, line, problems, happenings: call.happenings, end: describeEnd(call).text, tookMs }
}

function tooLittle(what: string, share: Share, required: number | undefined): readonly string[] {
  const percent = percentOf(share)
  if (required === undefined || percent >= required) return []
  return [`the cases reach ${percent} % of the ${what}, and ${required} % are required; missing: ${share.missing.join(', ')}`]
}
