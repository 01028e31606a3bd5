import type { AgentState } from '../domain/agent.ts'

const loggedOn = ['notReady', 'ready', 'reserved', 'busy', 'workingAfterCall'] as const

const statesOf = {
  restore: ['loggedOff'],
  logOn: ['loggedOff', ...loggedOn],
  logOff: ['loggedOff', ...loggedOn],
  setReady: loggedOn,
  setNotReady: loggedOn,
  reserve: ['ready', 'notReady'],
  release: ['reserved'],
  answered: ['reserved'],
  joined: ['reserved', 'busy'],
  talkOver: ['busy', 'workingAfterCall'],
  away: ['ready'],
  back: ['notReady'],
  wrapUpOver: ['workingAfterCall'],
  extendWrapUp: ['workingAfterCall'],
  wrapUpDone: ['workingAfterCall']
} as const satisfies Record<string, readonly AgentState[]>

export type AgentActionName = keyof typeof statesOf

/** Whether an agent in this state may do that, or have it done to them. The server enforces it; screens grey out buttons with it. */
export function agentCan(action: AgentActionName, state: AgentState): boolean {
  const allowed: readonly AgentState[] = statesOf[action]
  return allowed.includes(state)
}
