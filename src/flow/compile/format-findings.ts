import type { Finding } from './finding.ts'

export type FindingFormat = 'pretty' | 'json' | 'github'

/** Findings for a person at a terminal, for a program, or as annotations of GitHub. `flows` is how many were looked at. */
export function formatFindings(findings: readonly Finding[], flows: number, format: FindingFormat): string {
  switch (format) {
    case 'pretty':
      return [...findings.map(pretty), summary(findings, flows)].join('\n')
    case 'json':
      return JSON.stringify(findings, undefined, 2)
    case 'github':
      return findings.map(annotation).join('\n')
  }
}

function pretty({ severity, code, message, hint, file, line, column, frame }: Finding): string {
  const lines = [`${file}:${line}:${column} ${severity} ${code}: ${message}`, frame]
  if (hint !== undefined) lines.push(`  hint: ${hint}`)
  return `${lines.join('\n')}\n`
}

function summary(findings: readonly Finding[], flows: number): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const warnings = findings.length - errors
  return `${counted(flows, 'flow')}, ${counted(errors, 'error')}, ${counted(warnings, 'warning')}`
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** https://docs.github.com/actions/reference/workflow-commands: `%`, line ends and, in properties, `:` and `,` are escaped. */
function annotation({ severity, code, message, hint, file, line, column }: Finding): string {
  const text = hint === undefined ? `${message}` : `${message} (${hint})`
  return `::${severity} file=${property(file)},line=${line},col=${column},title=${code}::${escaped(text)}`
}

function escaped(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A')
}

function property(text: string): string {
  return escaped(text).replace(/:/g, '%3A').replace(/,/g, '%2C')
}
