import type { Flow } from '../flow.ts'
import { checkBetweenFlows } from './check-between-flows.ts'
import type { CompileContext, FlowSource } from './compile-context.ts'
import { draftFlow } from './draft-flow.ts'
import type { Finding } from './finding.ts'

export interface Compiled {
  /** Those without errors. */
  readonly flows: readonly Flow[]
  readonly findings: readonly Finding[]
}

/** Compiles flows that live together. */
export function compileAll(sources: readonly FlowSource[], context: CompileContext): Compiled {
  const drafts = sources.map((source) => draftFlow(source, context))
  checkBetweenFlows(drafts)
  return {
    flows: drafts.flatMap(({ flow, report }) => (flow === undefined || report.hasErrors ? [] : flow)),
    findings: drafts.flatMap(({ report }) => report.findings)
  }
}
