import type { Flow } from '../flow.ts'
import { compileAll } from './compile-all.ts'
import type { CompileContext, FlowSource } from './compile-context.ts'
import type { Finding } from './findings/finding.ts'

/** Compiles one flow that lives alone. */
export function compileFlow(
  source: FlowSource,
  context: CompileContext
): { readonly flow?: Flow; readonly findings: readonly Finding[] } {
  const { flows, findings } = compileAll([source], context)
  const [flow] = flows
  return { findings, ...(flow !== undefined && { flow }) }
}
