import type { Centre } from './centre.ts'
import { addressOf, plainNumber } from './dial-rules.ts'
import type { AgentId } from './ids.ts'

/** Whom an agent calls from the desk. */
export type CallTarget =
  | { readonly kind: 'agent'; readonly agentId: AgentId }
  /** `number` is what people see of it, `address` what is dialled. */
  | { readonly kind: 'outside'; readonly number: string; readonly address: string }

/**
 * A colleague by extension, or a number or SIP address as people write it that the dial rules allow; undefined for all else. The one place
 * that decides what agents can have dialled: whoever steals a desk's session must not reach a premium number by it.
 */
export function callTargetOf(to: string, { agents, dialRules }: Pick<Centre, 'agents' | 'dialRules'>): CallTarget | undefined {
  const agent = agents.get(to)
  if (agent !== undefined) return { kind: 'agent', agentId: agent.id }
  const number = plainNumber(to)
  const address = number === undefined || dialRules === undefined ? undefined : addressOf(number, dialRules)
  return number === undefined || address === undefined ? undefined : { kind: 'outside', number, address }
}
