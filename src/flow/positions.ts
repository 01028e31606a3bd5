import type { Interrupted, Position } from '../domain/interrupted.ts'
import type { Conversation, Frame } from './conversation.ts'
import type { Flow } from './flow.ts'
import type { Flows } from './flow-world.ts'
import type { Secrets } from './secrets.ts'
import type { Step } from './step.ts'
import type { Target } from './target.ts'

/** Where the caller is, to go on there later. Undefined before the first step. */
export function positionNow({ frames, secrets, call, priority, asked, world }: Conversation): Interrupted | undefined {
  const [outer, ...inner] = frames.filter(({ at }) => at !== undefined)
  const last = inner.at(-1) ?? outer
  if (outer === undefined || last === undefined) return undefined
  const step = last.flow.steps.get(last.at ?? '')
  return {
    at: world.clock.now(),
    positions: [positionOf(outer, secrets), ...inner.map((frame) => positionOf(frame, secrets))],
    ...(step?.kind === 'queue' && { queue: step.queue }),
    language: call.language,
    ...(priority !== undefined && { priority }),
    ...(asked > 0 && { asked })
  }
}

/**
 * Where another process would go on: with the step that the caller is at or, while the flow holds a secret, which is written down nowhere, with
 * the one that asked for it. Who waits for an agent or talks to one is asked for nothing again: they go on waiting or talking.
 */
export function positionToGoOn(talk: Conversation): Interrupted | undefined {
  const { frames, beforeSecret, asked } = talk
  const last = frames.findLast(({ at }) => at !== undefined)
  const kind = last?.flow.steps.get(last.at ?? '')?.kind
  if (kind === 'queue' || kind === 'transfer' || beforeSecret === undefined || !holdsSecret(talk)) return positionNow(talk)
  // Who is asked for it again may say something else: that is another request, also than the one that may be under way.
  return { ...beforeSecret, asked: asked + 1 }
}

/** Whether a variable of an open flow holds a secret, or a copy of one. */
export function holdsSecret({ frames, secrets }: Conversation): boolean {
  return frames.some(({ flow, names }) => Object.keys(flow.vars).some((name) => secrets.isIn(names[name])))
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

/** The step of a position, if one can go on there: each flow of it has its step still, and that runs the next one. */
export function stepAt(flows: Flows, { positions }: Interrupted): Step | undefined {
  const steps = positions.map(({ flow, step }) => flows.byName(flow)?.steps.get(step))
  const isChain = steps.every(
    (step, n) => n + 1 === steps.length || (step?.kind === 'run' && step.flow === positions[n + 1]?.flow)
  )
  return isChain ? steps.at(-1) : undefined
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
