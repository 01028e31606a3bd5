import type { Signal } from '../domain/abort.ts'
import { isCustomerNumber } from '../domain/customer-rules.ts'
import type { AgentId } from '../domain/ids.ts'
import type { PreferredAgent } from '../domain/queue.ts'
import { ChildAbort } from './child-abort.ts'
import type { Frame } from './conversation.ts'
import type { QueueStep } from './step.ts'

/** The caller hears nothing meanwhile; whoever cannot be found by then is not preferred. */
const LOOK_UP_LIMIT_MS = 300

/** The agent whom a queue step wants for its caller. Whether there is one of that id is seen when the caller is routed. */
export async function preferredAgent({ prefer }: QueueStep, frame: Frame, signal: Signal): Promise<PreferredAgent | undefined> {
  if (prefer === undefined) return undefined
  const { agent, patienceMs } = prefer
  const agentId =
    'lastWithinMs' in agent ? await lastAgent(agent.lastWithinMs, frame, signal) : textOf(agent.evaluate(frame.scope))
  return agentId === undefined ? undefined : { agentId, patienceMs }
}

function textOf(value: unknown): AgentId | undefined {
  const text = String(value ?? '')
  return text === '' ? undefined : (text as AgentId)
}

async function lastAgent(withinMs: number, { talk }: Frame, signal: Signal): Promise<AgentId | undefined> {
  const { servedBefore, clock } = talk.world
  // Callers who show no number all look alike.
  const number = isCustomerNumber(talk.call.caller) ? talk.call.caller : ''
  const customerId = talk.customer?.id
  if (number === '' && customerId === undefined) return undefined
  using child = new ChildAbort(signal)
  try {
    const late = clock.sleep(LOOK_UP_LIMIT_MS, child.signal).then(() => undefined)
    return await Promise.race([servedBefore.lastAgent({ customerId, number }, withinMs, child.signal), late])
  } finally {
    child.abort(new Error('The agent was found, or is not looked for any more'))
  }
}
