import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import type { Customer } from '../../domain/customer.ts'
import { AppError } from '../../domain/errors.ts'
import { compileAround } from '../compile/compile-around.ts'
import type { CompileContext } from '../compile/compile-context.ts'
import type { Finding } from '../compile/findings/finding.ts'
import { formatFindings } from '../compile/findings/format-findings.ts'
import type { ToldLanguage } from '../words/told-in.ts'
import { formatResults } from './format-results.ts'
import { junitOf } from './junit.ts'
import { readTestFile } from './read-test-file.ts'
import { type FileResult, runTests } from './run-tests.ts'

export interface TestCommandResult {
  /** Ends with its line. */
  readonly text: string
  readonly passed: boolean
  readonly results: readonly FileResult[]
  readonly junit: string
}

/**
 * Runs test files, or all of folders, with the flows of `flowsFolder` and of the folders the files lie in.
 * A flow with errors, and a test file that cannot be read, fail.
 */
export async function testFlows(
  paths: readonly string[],
  flowsFolder: string,
  context: CompileContext,
  customers: readonly Customer[],
  language: ToldLanguage = 'en'
): Promise<TestCommandResult> {
  const files = [...new Set((await Promise.all(paths.map(testFilesAt))).flat())]
  const folders = new Set([flowsFolder, ...files.map((file) => dirname(file))])
  const { flows, findings: compiled, count } = await compileAround(folders, context)
  const findings: Finding[] = compiled.filter(({ severity }) => severity === 'error')
  const results: FileResult[] = []
  for (const file of files) {
    const { read, findings: objections } = readTestFile({ file, text: await readFile(file, 'utf8') }, flows, context.centre)
    findings.push(...objections)
    if (read !== undefined) results.push(await runTests(read, { centre: context.centre, flows, customers }))
  }
  const objections = findings.length === 0 ? '' : `${formatFindings(findings, count, 'pretty', language)}\n\n`
  const none = files.length === 0 ? 'There is no *.test.yaml there\n' : ''
  const allGood = results.every(
    ({ cases, problems }) => problems.length === 0 && cases.every((each) => each.problems.length === 0)
  )
  return {
    text: `${objections}${none}${formatResults(results)}`,
    passed: findings.length === 0 && files.length > 0 && allGood,
    results,
    junit: junitOf(results)
  }
}

async function testFilesAt(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new AppError('TEST_FILE_UNREADABLE', 'client', 'There is no such test file or folder', { details: { path }, cause })
  })
  if (!found.isDirectory()) return [normalize(path)]
  const names = await readdir(path, { recursive: true })
  return names
    .filter((name) => /\.test\.ya?ml$/.test(name))
    .sort()
    .map((name) => normalize(join(path, name)))
}
