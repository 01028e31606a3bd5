import { escapeXml } from '../escape-xml.ts'
import { tell } from '../simulate/tell.ts'
import type { CaseResult, FileResult } from './run-tests.ts'

/** The results as JUnit XML, which build servers show. One suite for each file; coverage that is asked for is a case of it. */
export function junitOf(results: readonly FileResult[]): string {
  const suites = results.map(suite)
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>', ...suites, '</testsuites>', ''].join('\n')
}

function suite({ file, flow, cases, problems }: FileResult): string {
  const failures = cases.filter((each) => each.problems.length > 0).length + (problems.length > 0 ? 1 : 0)
  const seconds = secondsOf(cases.reduce((sum, { tookMs }) => sum + tookMs, 0))
  const count = cases.length + (problems.length > 0 ? 1 : 0)
  return [
    `  <testsuite name="${escaped(flow)}" file="${escaped(file)}" tests="${count}" failures="${failures}" errors="0" time="${seconds}">`,
    ...cases.map((each) => testCase(flow, file, each)),
    ...(problems.length > 0
      ? [`    <testcase classname="${escaped(flow)}" name="coverage" time="0">`, ...failed(problems, ''), '    </testcase>']
      : []),
    '  </testsuite>'
  ].join('\n')
}

function testCase(flow: string, file: string, { name, line, problems, happenings, tookMs }: CaseResult): string {
  const head = `    <testcase classname="${escaped(flow)}" name="${escaped(name)}" file="${escaped(file)}" line="${line}" time="${secondsOf(tookMs)}"`
  if (problems.length === 0) return `${head}/>`
  return [`${head}>`, ...failed(problems, happenings.map(tell).join('\n')), '    </testcase>'].join('\n')
}

function failed(problems: readonly string[], story: string): string[] {
  return [`      <failure message="${escaped(problems[0] ?? '')}">${escaped([...problems, story].join('\n'))}</failure>`]
}

function secondsOf(ms: number): string {
  return (ms / 1000).toFixed(3)
}

/** Line ends stay, also in attributes, where a reader would make spaces of them. */
function escaped(text: string): string {
  return escapeXml(text).replace(/\n/g, '&#10;')
}
