import type { Signal } from '../../domain/abort.ts'
import type { Frame } from '../conversation.ts'
import { flowUnknown } from '../faults.ts'
import type { RunStep } from '../step.ts'
import { onward, type StepEnd, type Walk } from '../step-end.ts'

/** Walks another flow and comes back with its results. This flow's shortcuts stay in force meanwhile. */
export async function runSubFlow(step: RunStep, frame: Frame, walk: Walk, signal: Signal): Promise<StepEnd> {
  const { talk } = frame
  const flow = talk.world.flows.byName(step.flow)
  if (flow === undefined) throw flowUnknown(step.flow)

  const given = Object.fromEntries(step.params.map(([name, value]) => [name, value.evaluate(frame.scope)]))
  talk.trace.flowStarted(flow.name, flow.version, step.name)
  const end = await walk(flow, given, talk, signal)
  if (end.kind !== 'finished') return { kind: 'over', end }

  if (step.into !== undefined) {
    frame.names[step.into] = Object.fromEntries(flow.results.map((name) => [name, end.frame.names[name]]))
  }
  return onward(step.next, 'returned', flow.name)
}
