import type { Interrupted, Position } from '../domain/interrupted.ts'
import type { Conversation, Frame } from './conversation.ts'
import type { Flow } from './flow.ts'
import type { Secrets } from './secrets.ts'
import type { Target } from './target.ts'

/** Where the caller is, to go on there later. Undefined before the first step. */
export function positionNow({ frames, secrets, call, priority, world }: Conversation): Interrupted | undefined {
  const [outer, ...inner] = frames.filter(({ at }) => at !== undefined)
  const last = inner.at(-1) ?? outer
  if (outer === undefined || last === undefined) return undefined
  const step = last.flow.steps.get(last.at ?? '')
  return {
    at: world.clock.now(),
    positions: [positionOf(outer, secrets), ...inner.map((frame) => positionOf(frame, secrets))],
    ...(step?.kind === 'queue' && { queue: step.queue }),
    language: call.language,
    ...(priority !== undefined && { priority })
  }
}

/** Variables that hold a secret, or a copy of one, are left out: they have their first values again. */
function positionOf({ flow, at = '', names }: Frame, secrets: Secrets): Position {
  const kept = Object.keys(flow.vars).filter((name) => names[name] !== undefined && !secrets.isIn(names[name]))
  return { flow: flow.name, step: at, vars: Object.fromEntries(kept.map((name) => [name, names[name]])) }
}

/** Whether the caller can go on where they were: the flow has the step still. */
export function canResume({ interrupted, world }: Conversation): boolean {
  const [position] = interrupted?.positions ?? []
  return position !== undefined && world.flows.byName(position.flow)?.steps.has(position.step) === true
}

/** Goes back to where the caller was: in this flow, or in the one that had the call. */
export function resume(frame: Frame): Target {
  const { talk, flow } = frame
  const { interrupted } = talk
  const [position] = interrupted?.positions ?? []
  if (interrupted === undefined || position === undefined) return { kind: 'step', step: flow.start }

  talk.interrupted = undefined
  talk.resuming.push(...interrupted.positions)
  if (interrupted.priority !== undefined) talk.priority ??= interrupted.priority
  return resumeHere(frame) ?? { kind: 'flow', flow: position.flow }
}

/** The step where the caller was in this flow, with its variables as they were, if they are to go on here. */
export function resumeHere({ talk, flow, names }: Frame): Target | undefined {
  const [position] = talk.resuming
  if (position?.flow !== flow.name) return undefined
  talk.resuming.shift()
  const step = flow.steps.get(position.step)
  // A flow that was run may have lost the step since: it begins anew, inside of the one that runs it.
  if (step?.kind !== 'run' || talk.resuming[0]?.flow !== step.flow) talk.resuming.length = 0
  if (step === undefined) return undefined

  for (const [name, value] of Object.entries(position.vars)) if (fits(flow, name, value)) names[name] = value
  return { kind: 'step', step: step.name }
}

/** Whether the flow, which may be a newer one, has such a variable still. */
function fits({ vars }: Flow, name: string, value: unknown): boolean {
  if (!Object.hasOwn(vars, name)) return false
  const first = vars[name]
  if (first === null || first === undefined) return true
  return typeof value === typeof first && value !== null && Array.isArray(value) === Array.isArray(first)
}
