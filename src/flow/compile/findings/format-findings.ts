import { type Saying, say } from '../../../domain/saying.ts'
import { type ToldLanguage, toldIn } from '../../words/told-in.ts'
import type { Finding } from './finding.ts'
import { type ToldFinding, toldFinding } from './told-finding.ts'

export type FindingFormat = 'pretty' | 'json' | 'github'

/** Findings for a person at a terminal, for a program, or as annotations of GitHub. `flows` is how many were looked at. */
export function formatFindings(
  findings: readonly Finding[],
  flows: number,
  format: FindingFormat,
  language: ToldLanguage = 'en'
): string {
  switch (format) {
    case 'pretty':
      return [
        ...findings.map((finding) => prettyFinding(toldFinding(finding, language), language)),
        toldIn(language, summary(findings, flows))
      ].join('\n')
    case 'json':
      return JSON.stringify(
        findings.map((finding) => toldFinding(finding, language)),
        undefined,
        2
      )
    case 'github':
      return findings.map((finding) => annotation(finding, language)).join('\n')
  }
}

/** With its place, its frame and its hint; ends with its line. */
export function prettyFinding(
  { severity, code, message, hint, file, line, column, frame }: ToldFinding,
  language: ToldLanguage
): string {
  const head = say`${severities[severity]} ${code}: ${message}`
  const lines = [`${file}:${line}:${column} ${toldIn(language, head)}`, frame]
  if (hint !== undefined) lines.push(`  ${toldIn(language, say`hint: ${hint}`)}`)
  return `${lines.join('\n')}\n`
}

const severities = { error: say`error`, warning: say`warning` } as const

function summary(findings: readonly Finding[], flows: number): Saying {
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const warnings = findings.length - errors
  const counted = [
    flows === 1 ? say`1 flow` : say`${flows} flows`,
    errors === 1 ? say`1 error` : say`${errors} errors`,
    warnings === 1 ? say`1 warning` : say`${warnings} warnings`
  ] as const
  return say`${counted[0]}, ${counted[1]}, ${counted[2]}`
}

/** https://docs.github.com/actions/reference/workflow-commands: `%`, line ends and, in properties, `:` and `,` are escaped. */
function annotation({ severity, code, message, hint, file, line, column }: Finding, language: ToldLanguage): string {
  const text = toldIn(language, hint === undefined ? message : say`${message} (${hint})`)
  return `::${severity} file=${property(file)},line=${line},col=${column},title=${code}::${escaped(text)}`
}

function escaped(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A')
}

function property(text: string): string {
  return escaped(text).replace(/:/g, '%3A').replace(/,/g, '%2C')
}
