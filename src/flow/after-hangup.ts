import { Abort, type Signal } from '../domain/abort.ts'
import { AppError, toAppError } from '../domain/errors.ts'
import { CallEnded, type TerminationReason } from '../domain/termination.ts'
import { isAfterStep } from './after-step.ts'
import { ChildAbort } from './child-abort.ts'
import type { Conversation, Frame } from './conversation.ts'
import type { FlowEnd } from './flow-end.ts'
import { runStep } from './steps/run-step.ts'
import type { Target } from './target.ts'
import { traceStep } from './trace-step.ts'

/** For everything that a call does after its caller has left, in all its flows. */
const limitMs = 10_000
const hopsMax = 100

/** Ends that are ours and not the caller's: the dialplan serves them on, or nobody is left to work for them. */
const notLeft: ReadonlySet<TerminationReason> = new Set(['server-draining', 'server-restarted', 'fault'])

/** Why the caller has left, where that is what ended the walk. */
export function whyLeft(thrown: unknown): TerminationReason | undefined {
  if (!(thrown instanceof CallEnded)) return undefined
  const { reason } = thrown.termination
  return notLeft.has(reason) ? undefined : reason
}

/** Why the call ended, when that was with a talk: for what comes after it, it is the same which of the two hung up first. */
export function whyTalkEndedIt(end: FlowEnd): TerminationReason | undefined {
  if (end.kind !== 'ended') return undefined
  const { reason } = end.termination
  return reason === 'agent-hung-up' || reason === 'transferred' ? reason : undefined
}

/** Hands what the open flows do after a call to whoever holds the calls; nobody waits for it here. The innermost flow comes first. */
export function goOnAfterHangup(talk: Conversation, reason: TerminationReason): void {
  const frames = talk.frames.filter(({ flow }) => flow.onHangup !== undefined).reverse()
  if (frames.length === 0) return
  talk.call.ended = reason
  talk.world.afterCall((signal) => walkAfter(frames, talk, signal))
}

async function walkAfter(frames: readonly Frame[], talk: Conversation, signal: Signal): Promise<void> {
  using child = new ChildAbort(signal)
  const late = new AppError('FLOW_AFTER_HANGUP_LATE', 'flow', 'The steps after a call took too long', { details: { limitMs } })
  const done = new Abort()
  const limit = talk.world.clock.sleep(limitMs, done.signal).then(
    () => child.abort(late),
    () => undefined // Done in time.
  )
  try {
    for (const frame of frames) await walkFrame(frame, child.signal)
  } catch (error) {
    // The trace shows at which step the time ran out; a server that stops has nobody left to tell.
    if (!child.signal.aborted) throw error
  } finally {
    done.abort(new Error('The steps after a call are done'))
    await limit
  }
}

async function walkFrame(frame: Frame, signal: Signal): Promise<void> {
  const { flow } = frame
  let target: Target | undefined = flow.onHangup === undefined ? undefined : { kind: 'step', step: flow.onHangup }
  for (let hops = 0; target?.kind === 'step' && hops < hopsMax; hops++) {
    target = await visit(target.step, frame, signal)
  }
}

/** A fault goes to the step's own `on_error` or ends the walk: the flow's leads to where callers are served. */
async function visit(name: string, frame: Frame, signal: Signal): Promise<Target | undefined> {
  signal.throwIfAborted()
  const step = frame.flow.steps.get(name)
  if (step === undefined || !isAfterStep(step)) {
    throw new AppError('FLOW_STEP_UNKNOWN', 'server', 'A compiled flow leads to a step it does not have')
  }
  const at = frame.talk.world.clock.now()
  try {
    const end = await runStep(step, frame, signal)
    traceStep(step, frame, at, end.exit, end.detail)
    return end.kind === 'onward' ? end.go : undefined
  } catch (error) {
    if (signal.aborted) {
      traceStep(step, frame, at, 'left', signal.reason instanceof AppError ? signal.reason.code : undefined)
      throw error
    }
    const fault = toAppError(error)
    traceStep(step, frame, at, 'error', String(fault.details.problem ?? fault.code))
    return step.onError
  }
}
