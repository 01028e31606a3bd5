import { AppError } from '../domain/errors.ts'

/** A flow that never waits for its caller. Not for `on_error`: that would only go on. */
export function flowLoop(flow: string, step: string, hopsMax: number): AppError {
  return new AppError('FLOW_LOOP', 'flow', 'The flow visited too many steps without waiting for the caller', {
    details: { flow, step, hopsMax }
  })
}

/** Flows that run each other, one in the other. Not for `on_error` either. */
export function flowsTooDeep(flow: string, framesMax: number): AppError {
  return new AppError('FLOW_LOOP', 'flow', 'Too many flows run one in the other', { details: { flow, framesMax } })
}

/** Flows that send their caller on to each other's numbers. */
export function sentOnTooOften(flow: string, sentOnMax: number): AppError {
  return new AppError('FLOW_LOOP', 'flow', 'The caller was sent on to other flows too often', { details: { flow, sentOnMax } })
}

/** A way out of a step that the flow has no answer for. */
export function exitMissing(step: string, exit: string): AppError {
  return new AppError('FLOW_EXIT_MISSING', 'flow', 'A step was left by an exit that the flow does not say where it leads', {
    details: { step, problem: exit }
  })
}

export function flowUnknown(flow: string): AppError {
  return new AppError('FLOW_UNKNOWN', 'flow', 'There is no live flow of that name', { details: { flow } })
}

/** A value that is not what its place needs, and that could not be known before. */
export function valueUnfit(step: string, needs: string): AppError {
  return new AppError('FLOW_VALUE', 'flow', 'An expression gave a value that does not fit its place', {
    details: { step, needs }
  })
}
