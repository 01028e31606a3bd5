import { tell } from '../simulate/tell.ts'
import { percentOf, type Share } from './coverage.ts'
import type { FileResult } from './run-tests.ts'

/** The results for a person at a terminal: a line for each case, the story of those that failed, and what was reached. */
export function formatResults(results: readonly FileResult[]): string {
  const lines = results.flatMap(linesOf)
  const cases = results.flatMap((result) => result.cases)
  const failed = cases.filter(({ problems }) => problems.length > 0).length
  return [...lines, `${cases.length} cases, ${failed} failed`, ''].join('\n')
}

function linesOf({ file, flow, cases, steps, exits, problems }: FileResult): string[] {
  return [
    file,
    ...cases.flatMap(({ name, line, end, problems: wrong, happenings }) =>
      wrong.length === 0
        ? [`  ok    ${name} → ${end}`]
        : [
            `  FAIL  ${name} (${file}:${line})`,
            ...wrong.map((problem) => `          ${problem}`),
            ...happenings.map((happening) => `          ${tell(happening)}`)
          ]
    ),
    `  ${flow}: ${reached('steps', steps)}, ${reached('exits', exits)}`,
    ...[...steps.missing, ...exits.missing.filter((name) => isNews(name, steps.missing))].slice(0, 12).map(missing),
    ...problems.map((problem) => `  FAIL  ${problem}`),
    ''
  ]
}

function reached(what: string, share: Share): string {
  return `${share.reached} of ${share.of} ${what} (${percentOf(share)} %)`
}

/** The exits of a step that was not reached go without saying. */
function isNews(exit: string, steps: readonly string[]): boolean {
  return !steps.includes(exit.slice(0, exit.indexOf(':')))
}

function missing(name: string): string {
  return `    not reached: ${name}`
}
