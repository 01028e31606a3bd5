import type { Saying } from '../../../domain/saying.ts'
import type { Place, SourceFile, Span } from '../source/source-file.ts'
import { codeFrame } from './code-frame.ts'
import type { Finding, FindingCode } from './finding.ts'

/** Nobody reads more of one file, and a file that is no flow at all may have a finding in every line. */
const FINDINGS_MAX = 200

/** Collects what is to be said about one file. The same thing is said once about the same place. */
export class Report {
  readonly source: SourceFile
  readonly #findings: Map<string, Finding>
  readonly #counts: Record<Finding['severity'], number>

  /** `before`: to go on from what that one holds, and leave it as it is. */
  constructor(source: SourceFile, before?: Report) {
    this.source = source
    this.#findings = new Map(before === undefined ? [] : before.#findings)
    this.#counts = before === undefined ? { error: 0, warning: 0 } : { ...before.#counts }
  }

  /** A hint that takes long to find is given as a function, and only looked for when it is told. */
  error(code: FindingCode, place: Place, message: Saying, hint?: Saying | (() => Saying | undefined)): void {
    if (this.#isFull('error')) return
    this.add('error', code, this.source.spanOf(place), message, typeof hint === 'function' ? hint() : hint)
  }

  warning(code: FindingCode, place: Place, message: Saying, hint?: Saying): void {
    if (!this.#isFull('warning')) this.add('warning', code, this.source.spanOf(place), message, hint)
  }

  add(severity: Finding['severity'], code: FindingCode, { line, column, length }: Span, message: Saying, hint?: Saying): void {
    const key = `${code} ${line}:${column} ${message}`
    if (this.#isFull(severity) || this.#findings.has(key)) return
    this.#counts[severity]++
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
    return this.#counts.error > 0
  }

  /** Errors and warnings are counted apart, so that the one never hides the other. */
  #isFull(severity: Finding['severity']): boolean {
    return this.#counts[severity] >= FINDINGS_MAX
  }
}
