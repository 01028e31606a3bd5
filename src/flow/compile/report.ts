import { codeFrame } from './code-frame.ts'
import type { Finding, FindingCode } from './finding.ts'
import type { Place, SourceFile, Span } from './source-file.ts'

/** Collects what is to be said about one file. The same thing is said once about the same place. */
export class Report {
  readonly source: SourceFile
  readonly #findings = new Map<string, Finding>()

  constructor(source: SourceFile) {
    this.source = source
  }

  error(code: FindingCode, place: Place, message: string, hint?: string): void {
    this.add('error', code, this.source.spanOf(place), message, hint)
  }

  warning(code: FindingCode, place: Place, message: string, hint?: string): void {
    this.add('warning', code, this.source.spanOf(place), message, hint)
  }

  add(severity: Finding['severity'], code: FindingCode, { line, column, length }: Span, message: string, hint?: string): void {
    const key = `${code} ${line}:${column} ${message}`
    if (this.#findings.has(key)) return
    const frame = codeFrame(this.source.lines, line, column, length)
    this.#findings.set(key, {
      severity,
      code,
      message,
      ...(hint !== undefined && { hint }),
      file: this.source.file,
      line,
      column,
      frame
    })
  }

  /** In the order of the file. */
  get findings(): readonly Finding[] {
    return [...this.#findings.values()].sort((a, b) => a.line - b.line || a.column - b.column)
  }

  get hasErrors(): boolean {
    return [...this.#findings.values()].some(({ severity }) => severity === 'error')
  }
}
