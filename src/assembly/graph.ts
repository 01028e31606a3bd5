import { dirname, normalize } from 'node:path'
import { AppError } from '../domain/errors.ts'
import { compileAll } from '../flow/compile/compile-all.ts'
import { flowGraph } from '../flow/compile/flow-graph.ts'
import { loadFlows } from '../flow/compile/load-flows.ts'
import { designersContext } from './designers-context.ts'

/** The Mermaid text of one flow file; the flows beside it are there for what it says of them. */
export async function graphFlowFile(path: string): Promise<string> {
  const file = normalize(path)
  const { flows, findings } = compileAll(await loadFlows(dirname(file)), designersContext().context)
  const flow = flows.find((one) => normalize(one.file) === file)
  if (flow !== undefined) return flowGraph(flow)

  const errors = findings.filter((finding) => finding.severity === 'error' && normalize(finding.file) === file)
  const problems = errors.map(({ line, column, code, message }) => `${file}:${line}:${column} ${code} ${message}`)
  throw new AppError('FLOW_WRONG', 'flow', 'There is no flow without errors in that file', { details: { file, problems } })
}
