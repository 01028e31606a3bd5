import type { Signal } from '../../domain/abort.ts'
import { isAllowedAddress } from '../../domain/allowed-address.ts'
import type { TransferExit, TransferTarget } from '../../domain/caller.ts'
import type { Frame } from '../conversation.ts'
import { exitMissing } from '../faults.ts'
import type { TransferStep } from '../step.ts'
import { onward, type StepEnd } from '../step-end.ts'
import { waitedSince } from '../waited.ts'
import { attendWait } from '../waiting/attend-wait.ts'
import { attachValues } from './run-attach.ts'

/** Sends the caller to somebody in particular, and comes back when that came to nothing. */
export async function runTransfer(step: TransferStep, frame: Frame, signal: Signal): Promise<StepEnd> {
  const { talk } = frame
  if (step.attach !== undefined) attachValues(step.name, step.attach, frame)
  const to = targetOf(step.to.kind, String(step.to.value.evaluate(frame.scope)))

  if (to.kind === 'number' && talk.world.flows.byNumber(to.number) !== undefined) {
    return { kind: 'over', end: { kind: 'continue', number: to.number }, exit: 'completed', detail: to.number }
  }
  const began = talk.world.clock.now()
  const left = await connect(to, step.timeoutMs, frame, signal)
  if (left.exit === 'transferred') {
    return { kind: 'over', end: { kind: 'continue', number: left.number }, exit: left.exit, detail: step.to.kind }
  }
  const { exit } = left
  if (exit === 'completed') talk.hops = 0
  else waitedSince(began, talk)

  const go = step.exits[exit]
  if (go !== undefined) return onward(go, exit, step.to.kind)
  if (exit !== 'completed') throw exitMissing(step.name, exit)
  const termination = { result: 'completed', reason: 'transferred' } as const
  return { kind: 'over', end: { kind: 'ended', termination }, exit, detail: step.to.kind }
}

async function connect(to: TransferTarget, timeoutMs: number, frame: Frame, signal: Signal): Promise<TransferExit> {
  const { caller, world } = frame.talk
  if (to.kind === 'number') return { exit: 'unreachable' }
  if (to.kind === 'sip' && !isAllowedAddress(to.uri, world.centre.allowedTransfers)) return { exit: 'refused' }
  return await caller.transfer({ to, timeoutMs, attend: attendWait({}, frame) }, signal)
}

function targetOf(kind: TransferTarget['kind'], value: string): TransferTarget {
  switch (kind) {
    case 'agent':
      return { kind, agentId: value }
    case 'queue':
      return { kind, queue: value }
    case 'number':
      return { kind, number: value }
    case 'sip':
      return { kind, uri: value }
  }
}
