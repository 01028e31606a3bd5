import type { Log } from '../domain/log.ts'
import type { Finding } from '../flow/compile/findings/finding.ts'

/** What is wrong with the flows on disk, told in the log once, and not again while it stays. */
export class ToldFindings {
  readonly #log: Log
  #findings: readonly Finding[] = []
  #folderProblem: string | undefined

  constructor(log: Log) {
    this.#log = log
  }

  get findings(): readonly Finding[] {
    return this.#findings
  }

  /** Why the flows on disk are not the live ones, a line each. */
  problems(): readonly string[] {
    const lines = errorsOf(this.#findings).map(
      ({ code, file, line, column, message }) => `${file}:${line}:${column} ${code} ${message}`
    )
    return this.#folderProblem === undefined ? lines : [this.#folderProblem, ...lines]
  }

  report(findings: readonly Finding[]): void {
    const told = new Set(errorsOf(this.#findings).map((finding) => JSON.stringify(finding)))
    this.#findings = findings
    for (const finding of errorsOf(findings)) {
      const { code, file, line, column, message } = finding
      if (!told.has(JSON.stringify(finding))) this.#log.error({ code, file, line, column, message }, 'A flow is not live')
    }
  }

  folderIsRead(): void {
    this.#folderProblem = undefined
  }

  folderIsNotRead(folder: string, err: unknown): void {
    const problem = `${folder}: ${err instanceof Error ? err.message : String(err)}`
    if (problem !== this.#folderProblem) this.#log.error({ err }, 'Flows cannot be reloaded; those that are live stay')
    this.#folderProblem = problem
  }
}

/** What makes two findings the same, wherever the text around them has moved. */
export function keyOf({ code, file, line, column, message }: Finding): string {
  return JSON.stringify([code, file, line, column, message])
}

export function errorsOf(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ severity }) => severity === 'error')
}
