import type { Caller } from '../domain/caller.ts'
import type { Language } from '../domain/language.ts'
import type { Conversation } from './conversation.ts'
import { flowUnknown } from './faults.ts'
import type { Flow } from './flow.ts'
import type { FlowEnd } from './flow-end.ts'
import type { FlowTrace, FlowWorld } from './flow-world.ts'
import { KeyBuffer } from './key-buffer.ts'
import { Secrets } from './secrets.ts'
import { CallView } from './views.ts'
import { walkFlow } from './walk-flow.ts'

export type { FlowEnd } from './flow-end.ts'

/** Walks one caller through one flow. Returns how it ended; throws `signal.reason` when the caller leaves, and an AppError for a fault nobody handles. */
export async function runFlow(
  flow: Flow,
  caller: Caller,
  world: FlowWorld,
  trace: FlowTrace,
  signal: AbortSignal
): Promise<FlowEnd> {
  using keys = new KeyBuffer(caller, world.clock)
  const { facts } = caller
  const language = firstLanguage(flow, facts.language ?? facts.customer?.language)
  const talk: Conversation = {
    caller,
    world,
    trace,
    keys,
    secrets: new Secrets(),
    call: new CallView(facts.callId, facts.dialed, facts.callerNumber, facts.callerName, language, facts.tags),
    customer: facts.customer,
    frames: [],
    priority: undefined,
    hops: 0
  }

  let current = flow
  for (;;) {
    trace.flowStarted(current.name, current.version)
    if (current === flow && language !== flow.languages[0]) trace.languageChanged(language)
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
