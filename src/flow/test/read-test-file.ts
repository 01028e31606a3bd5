import type { Centre } from '../../domain/centre.ts'
import { say } from '../../domain/saying.ts'
import type { FlowSource } from '../compile/compile-context.ts'
import { didYouMean } from '../compile/findings/closest.ts'
import type { Finding } from '../compile/findings/finding.ts'
import { Report } from '../compile/findings/report.ts'
import { readSource } from '../compile/read-source.ts'
import { reportIssues } from '../compile/schema/report-issues.ts'
import { SourceFile } from '../compile/source/source-file.ts'
import type { Flow } from '../flow.ts'
import { checkTests } from './check-tests.ts'
import { type TestFile, testFileSchema } from './test-file-schema.ts'

/** A test file that can be run: its flow is there, and so is everything it names. */
export interface ReadTests {
  readonly file: string
  readonly flow: Flow
  readonly tests: TestFile
  /** Where each case begins. */
  readonly lines: readonly number[]
}

/** Reads one test file against the flows and the centre it is for. What is wrong is found before anything is run. */
export function readTestFile(
  { file, text }: FlowSource,
  flows: readonly Flow[],
  centre: Centre
): { readonly read: ReadTests | undefined; readonly findings: readonly Finding[] } {
  const report = new Report(new SourceFile(file, text))
  const value = readSource(report)
  const shaped = report.hasErrors && value === undefined ? undefined : testFileSchema.safeParse(value)
  if (shaped?.success === false) reportIssues(shaped.error.issues, testFileSchema, value, [], [], report)
  if (shaped?.success !== true || report.hasErrors) return { read: undefined, findings: report.findings }

  const tests = shaped.data
  const flow = flows.find(({ name }) => name === tests.test)
  if (flow === undefined) {
    const hint = didYouMean(
      tests.test,
      flows.map(({ name }) => name)
    )
    report.error('FLOW0019', { path: ['test'] }, say`there is no flow "${tests.test}" without errors`, hint)
    return { read: undefined, findings: report.findings }
  }
  checkTests(tests, flow, flows, centre, report)
  const lines = tests.cases.map((_, index) => report.source.spanOf({ path: ['cases', index] }).line)
  return { read: report.hasErrors ? undefined : { file, flow, tests, lines }, findings: report.findings }
}
