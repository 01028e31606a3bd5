import type { Conversation, Frame } from './conversation.ts'
import type { Flow } from './flow.ts'
import { CustomerView, QueueView } from './views.ts'

/** A flow about to be walked, with its variables at their first values and the given parameters. */
export function openFrame(flow: Flow, given: Readonly<Record<string, unknown>>, talk: Conversation): Frame {
  const { world, customer, call } = talk
  const names: Record<string, unknown> = {
    ...flow.vars,
    ...given,
    call,
    customer: new CustomerView(customer),
    // As it is now: an address that is changed during the call is the only one that requests may go to then.
    get config() {
      return world.centre.values
    }
  }
  const queue = (name: string) => new QueueView(world.queueStatus(name), world.clock.now())
  return { flow, talk, names, scope: { names, queue } }
}
