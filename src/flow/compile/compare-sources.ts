import { compareFlow } from '../diff/compare-flows.ts'
import type { FlowChange } from '../diff/flow-change.ts'
import type { CompileContext } from './compile-context.ts'
import { draftFlow } from './draft-flow.ts'

/** What changes for callers from one text of a flow to another; undefined when one of them has errors, as old ones may after the centre has changed. */
export function compareSources(before: string, after: string, context: CompileContext): readonly FlowChange[] | undefined {
  const [one, other] = [before, after].map((text) => draftFlow({ file: 'flow.yaml', text }, context).flow)
  return one === undefined || other === undefined ? undefined : compareFlow(one, other)
}
