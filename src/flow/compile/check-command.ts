import { stat } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { type Saying, say } from '../../domain/saying.ts'
import type { ToldLanguage } from '../words/told-in.ts'
import { compileAll } from './compile-all.ts'
import type { CompileContext, FlowSource } from './compile-context.ts'
import type { Finding } from './findings/finding.ts'
import { type FindingFormat, formatFindings } from './findings/format-findings.ts'
import { loadFlows } from './load-flows.ts'

export interface CheckResult {
  /** Ends with its line. */
  readonly text: string
  readonly errors: number
}

/** Checks files, or all flows of folders. A single file is checked together with the flows beside it, but only its own findings are told. */
export async function checkFlows(
  paths: readonly string[],
  context: CompileContext,
  format: FindingFormat,
  language: ToldLanguage = 'en'
): Promise<CheckResult> {
  const sources = new Map<string, FlowSource>()
  const asked = new Set<string>()
  const unreadable: Finding[] = []
  for (const path of paths.map(normalize)) {
    try {
      const isFolder = (await stat(path)).isDirectory()
      const found = await loadFlows(isFolder ? path : dirname(path))
      for (const source of found) sources.set(normalize(source.file), source)
      for (const { file } of isFolder ? found : [{ file: join(path) }]) asked.add(normalize(file))
      if (!sources.has(path) && !isFolder) unreadable.push(cannotRead(path, say`a flow file ends in .yaml`))
    } catch (error) {
      unreadable.push(cannotRead(path, reasonOf(error)))
    }
  }

  const compiled = compileAll([...sources.values()], context).findings
  const findings = [...unreadable, ...compiled.filter(({ file }) => asked.has(normalize(file)))]
  const text = formatFindings(findings, asked.size, format, language)
  return {
    text: text === '' ? '' : `${text}\n`,
    errors: findings.filter(({ severity }) => severity === 'error').length
  }
}

function cannotRead(file: string, reason: Saying): Finding {
  return {
    severity: 'error',
    code: 'FLOW0034',
    message: say`this file cannot be read: ${reason}`,
    file,
    line: 1,
    column: 1,
    frame: ''
  }
}

function reasonOf(error: unknown): Saying {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOENT') return say`there is no such file or folder`
  if (code === 'EACCES' || code === 'EPERM') return say`the system does not allow it`
  return say`${error instanceof Error ? error.message : String(error)}`
}
