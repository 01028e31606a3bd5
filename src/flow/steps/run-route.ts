import type { Signal } from '../../domain/abort.ts'
import type { QueueExit, TransferExit } from '../../domain/caller.ts'
import { addressOf } from '../../domain/dial-rules.ts'
import type { RouteAnswer, RouteTarget } from '../../domain/ports/routes.ts'
import type { Frame } from '../conversation.ts'
import { exitMissing, valueUnfit } from '../faults.ts'
import type { RouteStep } from '../step.ts'
import { onward, type StepEnd } from '../step-end.ts'
import { attendWait } from '../waiting/attend-wait.ts'

type Selected = Extract<RouteAnswer, { exit: 'selected' }>

/** Where a selection came to: a talk that is over, a flow that goes on, or nobody. */
type Reached = { readonly exit: 'completed' | 'failed' } | { readonly exit: 'transferred'; readonly number: string }

/** Has an application outside decide where the caller goes, and sends them there. */
export async function runRoute(step: RouteStep, frame: Frame, signal: Signal): Promise<StepEnd> {
  const { talk } = frame
  if (step.flush) talk.keys.clear()
  const answer = await ask(step, frame, signal)
  if (answer.exit === 'default') return toDefault(step, answer.why)
  if (answer.data !== undefined) talk.trace.attach(answer.data)

  const detail = nameOf(answer.to)
  const reached = await connect(answer, step, frame, signal)
  if (reached.exit === 'transferred') {
    return { kind: 'over', end: { kind: 'continue', number: reached.number }, exit: reached.exit, detail }
  }
  if (reached.exit === 'failed') {
    return step.exits.failed === undefined ? toDefault(step, detail) : onward(step.exits.failed, 'failed', detail)
  }
  talk.hops = 0
  if (step.exits.completed !== undefined) return onward(step.exits.completed, 'completed', detail)
  const reason = answer.to.kind === 'queue' ? 'agent-hung-up' : 'transferred'
  return { kind: 'over', end: { kind: 'ended', termination: { result: 'completed', reason } }, exit: 'completed', detail }
}

async function ask(step: RouteStep, { talk, scope }: Frame, signal: Signal): Promise<RouteAnswer> {
  const given = talk.secrets.redact(step.given?.evaluate(scope) ?? {})
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw valueUnfit(step.name, 'names with values')
  const { routes } = talk.world
  if (routes === undefined) return { exit: 'default', why: 'not-registered' }
  const { callId } = talk.caller.facts
  return await routes.ask({ app: step.app, callId, given: { ...given }, deadlineMs: step.deadlineMs }, signal)
}

function toDefault(step: RouteStep, detail: string): StepEnd {
  if (step.exits.default === undefined) throw exitMissing(step.name, 'default')
  return onward(step.exits.default, 'default', detail)
}

async function connect({ to, ...wishes }: Selected, step: RouteStep, frame: Frame, signal: Signal): Promise<Reached> {
  const { caller, priority } = frame.talk
  const attend = attendWait({}, frame)
  if (to.kind === 'queue') {
    const left = await caller.queue(
      {
        ...{ queue: to.queue, skills: wishes.skills ?? {}, priority: wishes.priority ?? priority ?? 'normal' },
        ...{ leaveIfNoAgents: true, attend }
      },
      signal
    )
    return reachedBy(left)
  }
  const place = placeOf(to, frame)
  if (place === undefined) return { exit: 'failed' }
  if (place.kind === 'number') return { exit: 'transferred', number: place.number }
  return reachedBy(await caller.transfer({ to: place, timeoutMs: step.ringMs, attend }, signal))
}

/** A number of ours is another flow; any other is called at the address that the dial rules give it. */
function placeOf(
  to: Exclude<RouteTarget, { kind: 'queue' }>,
  { talk }: Frame
): Exclude<RouteTarget, { kind: 'queue' }> | undefined {
  const { centre, flows } = talk.world
  if (to.kind !== 'number' || flows.byNumber(to.number) !== undefined) return to
  const uri = centre.dialRules === undefined ? undefined : addressOf(to.number, centre.dialRules)
  return uri === undefined ? undefined : { kind: 'sip', uri }
}

function reachedBy(left: QueueExit | TransferExit): Reached {
  if (left.exit === 'transferred') return left
  return { exit: left.exit === 'answered' || left.exit === 'completed' ? 'completed' : 'failed' }
}

/** As records say it; nothing that only the application knows. */
function nameOf(to: RouteTarget): string {
  switch (to.kind) {
    case 'agent':
      return `agent ${to.agentId}`
    case 'queue':
      return `queue ${to.queue}`
    default:
      return to.kind
  }
}
