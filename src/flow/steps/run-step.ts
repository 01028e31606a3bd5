import type { Signal } from '../../domain/abort.ts'
import type { Frame } from '../conversation.ts'
import type { RunStep, Step } from '../step.ts'
import { onward, type StepEnd } from '../step-end.ts'
import { runAttach } from './run-attach.ts'
import { runBranch } from './run-branch.ts'
import { runCallback } from './run-callback.ts'
import { runCollect } from './run-collect.ts'
import { runCustomer } from './run-customer.ts'
import { runHangup } from './run-hangup.ts'
import { runHours } from './run-hours.ts'
import { runLanguage } from './run-language.ts'
import { runMenu } from './run-menu.ts'
import { runPlay } from './run-play.ts'
import { runQueue } from './run-queue.ts'
import { runRecord } from './run-record.ts'
import { runRequest } from './run-request.ts'
import { runRoute } from './run-route.ts'
import { runSet } from './run-set.ts'
import { runSplit } from './run-split.ts'
import { runTag } from './run-tag.ts'
import { runTransfer } from './run-transfer.ts'

/** One line per kind of step; the compiler refuses to build when a kind is forgotten. `run` is a walk of its own: see walk-flow.ts. */
export async function runStep(step: Exclude<Step, RunStep>, frame: Frame, signal: Signal): Promise<StepEnd> {
  switch (step.kind) {
    case 'play':
      return await runPlay(step, frame, signal)
    case 'menu':
      return await runMenu(step, frame, signal)
    case 'collect':
      return await runCollect(step, frame, signal)
    case 'set':
      return runSet(step, frame)
    case 'branch':
      return runBranch(step, frame)
    case 'split':
      return await runSplit(step, frame)
    case 'hours':
      return runHours(step, frame)
    case 'request':
      return await runRequest(step, frame, signal)
    case 'queue':
      return await runQueue(step, frame, signal)
    case 'transfer':
      return await runTransfer(step, frame, signal)
    case 'route':
      return await runRoute(step, frame, signal)
    case 'record':
      return await runRecord(step, frame, signal)
    case 'callback':
      return await runCallback(step, frame, signal)
    case 'go':
      return onward(step.go)
    case 'language':
      return runLanguage(step, frame)
    case 'attach':
      return runAttach(step, frame)
    case 'customer':
      return await runCustomer(step, frame, signal)
    case 'record_call':
      await frame.talk.caller.recordCall(step.order)
      return onward(step.next, undefined, step.order)
    case 'tag':
      return runTag(step, frame)
    case 'hangup':
      return runHangup(step)
    default:
      return step satisfies never
  }
}
