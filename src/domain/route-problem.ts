import { isAllowedAddress } from './allowed-address.ts'
import type { Centre } from './centre.ts'
import { isAllowedNumber } from './dial-rules.ts'
import type { RouteAnswer, RouteTarget } from './ports/routes.ts'

/** Where an application wants a caller to go, and how. */
export type Selection = Omit<Extract<RouteAnswer, { exit: 'selected' }>, 'exit'>

/** What is wrong with a selection, a few words; undefined when it can be carried out. */
export function routeProblem(
  { to, skills = {} }: Selection,
  centre: Centre,
  isOwnNumber: (number: string) => boolean
): string | undefined {
  const unknown = Object.keys(skills).find((skill) => !centre.skills.has(skill))
  if (unknown !== undefined) return `unknown skill "${unknown}"`
  return targetProblem(to, centre, isOwnNumber)
}

function targetProblem(to: RouteTarget, centre: Centre, isOwnNumber: (number: string) => boolean): string | undefined {
  switch (to.kind) {
    case 'agent':
      return centre.agents.has(to.agentId) ? undefined : 'unknown agent'
    case 'queue':
      return centre.queues.has(to.queue) ? undefined : 'unknown queue'
    case 'number': {
      const isAllowed = isOwnNumber(to.number) || (centre.dialRules !== undefined && isAllowedNumber(to.number, centre.dialRules))
      return isAllowed ? undefined : 'a number that may not be called'
    }
    case 'sip':
      return isAllowedAddress(to.uri, centre.allowedTransfers) ? undefined : 'an address that may not be called'
    default:
      return to satisfies never
  }
}
