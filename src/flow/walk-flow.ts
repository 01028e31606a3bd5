import type { Signal } from '../domain/abort.ts'
import { AppError, toAppError } from '../domain/errors.ts'
import { CallEnded } from '../domain/termination.ts'
import { ChildAbort } from './child-abort.ts'
import type { Conversation, Frame } from './conversation.ts'
import { flowLoop, flowsTooDeep } from './faults.ts'
import type { Flow, Shortcut } from './flow.ts'
import type { ShortcutWatch } from './key-buffer.ts'
import { openFrame } from './open-frame.ts'
import { holdsSecret, positionNow, positionToGoOn, resumeHere } from './positions.ts'
import type { Step } from './step.ts'
import type { StepEnd, WalkEnd } from './step-end.ts'
import { runStep } from './steps/run-step.ts'
import { runSubFlow } from './steps/run-sub-flow.ts'
import { takeEntryShortcut, takeShortcut } from './take-shortcut.ts'
import type { Target } from './target.ts'
import { traceStep } from './trace-step.ts'

/** A sane flow asks its caller something within a few dozen steps. A loop that never waits would otherwise spin for ever. */
const hopsMax = 500

/** Flows that run each other in a circle would go deeper with each caller who presses on. */
const framesMax = 20

/** Steps that end in the moment they begin: nothing can cut them short. */
const immediate: ReadonlySet<Step['kind']> = new Set(['set', 'branch', 'hours', 'go', 'language', 'attach', 'tag', 'hangup'])

const keysCame = new Error("The caller pressed a shortcut's keys")

/** Walks one flow from its start. `finished` when it runs out of steps; its frame then holds the results for who ran it. */
export async function walkFlow(
  flow: Flow,
  given: Readonly<Record<string, unknown>>,
  talk: Conversation,
  signal: Signal
): Promise<WalkEnd> {
  if (talk.frames.length >= framesMax) throw flowsTooDeep(flow.name, framesMax)
  const frame = openFrame(flow, given, talk)
  const depth = talk.frames.push(frame)
  const watch = talk.keys.watch(flow.shortcuts)
  try {
    return await walkSteps(frame, depth, watch, signal)
  } finally {
    watch[Symbol.dispose]()
  }
}

/** From where the caller comes in to the end. `depth`: how many flows are open with this one. */
async function walkSteps(frame: Frame, depth: number, watch: ShortcutWatch, signal: Signal): Promise<WalkEnd> {
  const { flow, talk } = frame
  // Steps that failed since the caller was last asked: a second time is not sent round again.
  const failed = new Set<Step>()

  let target: Target | undefined = resumeHere(frame) ??
    (await takeEntryShortcut(frame, watch, signal)) ?? { kind: 'step', step: flow.start }
  while (target !== undefined) {
    signal.throwIfAborted()
    if (target.kind === 'flow') return { kind: 'go', flow: target.flow }
    const step = flow.steps.get(target.step)
    if (step === undefined) throw new AppError('FLOW_STEP_UNKNOWN', 'server', 'A compiled flow leads to a step it does not have')
    stepOn(step, frame)
    if (++talk.hops > hopsMax) throw flowLoop(flow.name, step.name, hopsMax)

    const end = await visit(step, frame, watch, failed, signal)
    if (end.kind === 'over') return end.end
    // What this step ran is over. When the caller leaves, all that is open stays as it is, for what comes after the call.
    talk.frames.length = depth
    target = end.go
  }
  return { kind: 'finished', frame }
}

/** The caller is at that step from now on. */
function stepOn(step: Step, frame: Frame): void {
  const { talk } = frame
  frame.at = step.name
  if (step.kind === 'collect' && step.secret && !holdsSecret(talk)) talk.beforeSecret = positionNow(talk)
  talk.trace.steppedOn?.(() => positionToGoOn(talk))
}

/** One step with everything that can happen to it: done, failed, or cut short by a shortcut's keys. */
async function visit(step: Step, frame: Frame, watch: ShortcutWatch, failed: Set<Step>, signal: Signal): Promise<StepEnd> {
  const at = frame.talk.world.clock.now()
  let end: StepEnd
  try {
    end = await interruptible(step, frame, watch, signal)
  } catch (error) {
    const fault = faultOf(error, signal)
    if (fault === undefined) {
      traceStep(step, frame, at, 'left')
      throw error
    }
    traceStep(step, frame, at, 'error', String(fault.details.problem ?? fault.code))
    return { kind: 'onward', go: afterFault(step, frame, failed, fault) }
  }
  if (step.kind === 'menu' || step.kind === 'collect') failed.clear()
  traceStep(step, frame, at, end.exit, end.detail)
  return end
}

/** Runs a step until it ends or the keys of a shortcut come; then the step is stopped and the shortcut is where to go. */
async function interruptible(step: Step, frame: Frame, watch: ShortcutWatch, signal: Signal): Promise<StepEnd> {
  if (immediate.has(step.kind) && step.kind !== 'run' && watch.pressed() === undefined) return await runStep(step, frame, signal)
  const child = new ChildAbort(signal)
  watch.notify(() => child.abort(keysCame))
  if (watch.pressed() !== undefined) child.abort(keysCame)

  let end: StepEnd | undefined
  try {
    child.signal.throwIfAborted()
    end = step.kind === 'run' ? await runSubFlow(step, frame, walkFlow, child.signal) : await runStep(step, frame, child.signal)
  } catch (error) {
    if (!child.endedBy(keysCame)) throw error
  } finally {
    child[Symbol.dispose]()
  }
  if (end?.kind === 'over') return end

  const shortcut: Shortcut | undefined = watch.pressed()
  if (shortcut !== undefined) {
    watch.reset()
    return { kind: 'onward', go: takeShortcut(shortcut, frame), exit: 'shortcut', detail: shortcut.name }
  }
  if (end === undefined) throw new AppError('FLOW_STEP_ABORTED', 'server', 'A step was stopped and nobody asked for it')
  return end
}

/** Undefined: not a fault of the step but the end of the call, or a shortcut of the flow that runs this one. */
function faultOf(error: unknown, signal: Signal): AppError | undefined {
  if (signal.aborted || error instanceof CallEnded) return undefined
  return toAppError(error)
}

/** Where a fault leads: the step's own exit, then the flow's. Throws it when there is none, or when that would only go round. */
function afterFault(step: Step, frame: Frame, failed: Set<Step>, fault: AppError): Target {
  const target = step.onError ?? frame.flow.onError
  if (target === undefined || fault.code === 'FLOW_LOOP' || failed.has(step)) throw fault
  failed.add(step)
  return target
}
