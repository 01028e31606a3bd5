import type { Customer } from '../domain/customer.ts'
import type { QueueStatus } from '../domain/queue.ts'
import type { Conversation, Frame } from './conversation.ts'
import type { Flow } from './flow.ts'

/** A flow about to be walked, with its variables at their first values and the given parameters. */
export function openFrame(flow: Flow, given: Readonly<Record<string, unknown>>, talk: Conversation): Frame {
  const names: Record<string, unknown> = {
    ...flow.vars,
    ...given,
    call: callAsSeen(talk),
    customer: customerAsSeen(talk.caller.facts.customer),
    config: talk.world.centre.values
  }
  const { world } = talk
  return { flow, talk, names, scope: { names, queue: (name) => queueAsSeen(name, world.queueStatus(name), world.clock.now()) } }
}

/** `call` in expressions. The language is read when it is asked for, because it may change on the way. */
function callAsSeen(talk: Conversation): object {
  const { facts } = talk.caller
  return {
    id: facts.callId,
    dialed: facts.dialed,
    caller: facts.callerNumber,
    caller_name: facts.callerName,
    get language() {
      return talk.language
    }
  }
}

/** `customer` in expressions: an unknown caller is a customer without marks, so that conditions need no guard. */
function customerAsSeen(customer: Customer | undefined): object {
  if (customer === undefined) {
    return { known: false, id: '', name: '', numbers: [], segment: '', flags: [], language: '', profile: {} }
  }
  return { known: true, ...customer, language: customer.language ?? '' }
}

/** `queue(name)` in expressions. */
function queueAsSeen(name: string, status: QueueStatus | undefined, now: number): Readonly<Record<string, unknown>> {
  const { waiting, oldestSince, loggedOn, ready, talking } = status ?? { waiting: 0, loggedOn: 0, ready: 0, talking: 0 }
  const longest_wait = oldestSince === undefined ? 0 : Math.max(0, Math.round((now - oldestSince) / 1000))
  return { name, waiting, longest_wait, logged_on: loggedOn, ready, talking }
}
