import type { HangupStep } from '../step.ts'
import type { StepEnd } from '../step-end.ts'

/** Ends the call. */
export function runHangup(step: HangupStep): StepEnd {
  const cause = step.cause === undefined ? {} : { cause: step.cause }
  const termination = { result: 'completed', reason: 'flow-hangup', ...cause } as const
  return { kind: 'over', end: { kind: 'ended', termination }, ...(step.reason !== undefined && { detail: step.reason }) }
}
