import type { Signal } from '../domain/abort.ts'
import type { Caller, CallFacts } from '../domain/caller.ts'
import type { Language } from '../domain/language.ts'
import type { TerminationReason } from '../domain/termination.ts'
import { goOnAfterHangup, whyLeft, whyTalkEndedIt } from './after-hangup.ts'
import type { Conversation } from './conversation.ts'
import { flowUnknown } from './faults.ts'
import type { Flow } from './flow.ts'
import type { FlowEnd } from './flow-end.ts'
import type { FlowTrace, FlowWorld } from './flow-world.ts'
import { KeyBuffer } from './key-buffer.ts'
import { positionNow } from './positions.ts'
import { Secrets } from './secrets.ts'
import { CallView, interruptedView } from './views.ts'
import { walkFlow } from './walk-flow.ts'

export type { FlowEnd } from './flow-end.ts'

/** Walks one caller through one flow. Returns how it ended; throws `signal.reason` when the caller leaves, and an AppError for a fault nobody handles. */
export async function runFlow(flow: Flow, caller: Caller, world: FlowWorld, trace: FlowTrace, signal: Signal): Promise<FlowEnd> {
  const { facts } = caller
  const { goesOnAt } = facts
  const wanted = goesOnAt?.language ?? facts.language ?? facts.interrupted?.language ?? facts.customer?.language
  const language = firstLanguage(flow, wanted)
  const call = viewOf(facts, language, world.clock.now())
  const keys = new KeyBuffer(caller, world.clock)
  const talk: Conversation = {
    caller,
    world,
    trace,
    keys,
    secrets: new Secrets(),
    call,
    customer: facts.customer,
    frames: [],
    interrupted: facts.interrupted,
    resuming: [...(goesOnAt?.positions ?? [])],
    beforeSecret: undefined,
    priority: goesOnAt?.priority,
    asked: goesOnAt?.asked ?? 0,
    hops: 0
  }

  let left: TerminationReason | undefined
  try {
    const end = await walkAll(flow, talk, signal)
    left = whyTalkEndedIt(end)
    return end
  } catch (error) {
    left = whyLeft(error)
    const position = left === undefined ? undefined : positionNow(talk)
    if (position !== undefined) trace.leftAt(position)
    throw error
  } finally {
    if (left !== undefined) goOnAfterHangup(talk, left)
    // Not by `using`, as in walk-flow.ts: every call comes through here, and it costs microseconds as long as it is compiled into calls.
    keys[Symbol.dispose]()
  }
}

function viewOf(facts: CallFacts, language: Language, now: number): CallView {
  const view = new CallView(facts.callId, facts.dialed, facts.callerNumber, facts.callerName, language, facts.tags)
  if (facts.interrupted !== undefined) view.interrupted = interruptedView(facts.interrupted, now)
  return view
}

/** Flow after flow, as one goes to the other for good. */
async function walkAll(flow: Flow, talk: Conversation, signal: Signal): Promise<FlowEnd> {
  const { trace, world, call } = talk
  let current = flow
  for (;;) {
    trace.flowStarted(current.name, current.version)
    if (current === flow && call.language !== flow.languages[0]) trace.languageChanged(call.language)
    const end = await walkFlow(current, {}, talk, signal)
    if (end.kind === 'finished') return { kind: 'ended', termination: { result: 'completed', reason: 'flow-finished' } }
    if (end.kind !== 'go') return end

    const next = world.flows.byName(end.flow)
    if (next === undefined) throw flowUnknown(end.flow)
    current = next
    talk.frames.length = 0
  }
}

/** The language the caller has heard so far, or the customer's, where the flow speaks it, also when only the region differs. */
function firstLanguage(flow: Flow, wanted: Language | undefined): Language {
  const primary = (language: Language) => language.split('-')[0]?.toLowerCase()
  return (
    flow.languages.find((language) => language === wanted) ??
    flow.languages.find((language) => wanted !== undefined && primary(language) === primary(wanted)) ??
    flow.languages[0]
  )
}
