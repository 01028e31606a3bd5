import type { PathEntry } from '../domain/screen-pop.ts'
import type { Frame } from './conversation.ts'
import type { Step } from './step.ts'

/** Tells the trace that a step was left. The only way details get there, so the only place that removes secrets from them. */
export function traceStep(step: Step, frame: Frame, at: number, exit?: string, detail?: string): void {
  const { trace, secrets, world } = frame.talk
  const entry: PathEntry = {
    step: step.name,
    kind: step.kind,
    at,
    ...(exit !== undefined && { exit }),
    ...(detail !== undefined && { detail: String(secrets.redact(detail)) })
  }
  trace.stepLeft(entry, world.clock.now() - at, frame.flow.name)
}
