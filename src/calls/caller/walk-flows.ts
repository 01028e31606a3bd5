import type { Signal } from '../../domain/abort.ts'
import type { Termination } from '../../domain/termination.ts'
import type { Flow } from '../../flow/flow.ts'
import type { Flows } from '../../flow/flow-world.ts'
import { runFlow } from '../../flow/run-flow.ts'
import { SentOn } from '../../flow/sent-on.ts'
import type { LiveCall } from '../call/live-call.ts'
import type { CallsOffice } from '../call/office.ts'
import type { CallerOnPhone } from './caller-on-phone.ts'
import { traceOf } from './trace.ts'

/** Flow after flow, until one does not send the caller on. */
export async function walkFlows(
  first: Flow,
  flows: Flows,
  caller: CallerOnPhone,
  call: LiveCall,
  office: CallsOffice
): Promise<Termination> {
  const afterCall = (work: (signal: Signal) => Promise<void>) => office.afterCalls.take(call.callId, work)
  const world = { ...office.world, flows, afterCall }
  const sentOn = new SentOn()
  let flow = first

  for (;;) {
    const end = await runFlow(flow, caller, world, traceOf(call, flow, office), call.signal)
    call.goesOnAt = undefined
    if (end.kind === 'ended') return end.termination
    sentOn.from(flow.name)
    // An agent may send the caller to a number that is newer than the call.
    const next = flows.byNumber(end.number) ?? office.world.flows.byNumber(end.number)
    if (next === undefined) return { result: 'completed', reason: 'flow-finished' }
    flow = next
    call.dialed = end.number
  }
}
