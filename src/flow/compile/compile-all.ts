import type { Flow } from '../flow.ts'
import { checkBetweenFlows } from './check-between-flows.ts'
import type { CompileContext, FlowSource } from './compile-context.ts'
import { draftFlow } from './draft-flow.ts'
import type { Finding } from './findings/finding.ts'

export interface Compiled {
  /** Those without errors. */
  readonly flows: readonly Flow[]
  readonly findings: readonly Finding[]
}

/** Compiles flows that live together. `draft` may answer with what it knows of the same text already. */
export function compileAll(sources: readonly FlowSource[], context: CompileContext, draft = draftFlow): Compiled {
  const drafts = sources.map((source) => draft(source, context))
  const reports = checkBetweenFlows(drafts)
  return {
    flows: drafts.flatMap(({ flow }, index) => (flow === undefined || reports[index]?.hasErrors === true ? [] : flow)),
    findings: reports.flatMap(({ findings }) => findings)
  }
}
