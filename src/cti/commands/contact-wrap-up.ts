import type { AgentId } from '../../domain/ids.ts'
import type { NotedPromise } from '../../domain/promise.ts'
import type { ParamsOf } from '../messages.ts'
import { mayCommandAgent } from '../view/visibility.ts'
import { type Command, confirmAgent } from './command.ts'

/** Ends a wrap-up with what was noted, and takes the agent to what comes next. */
export const contactWrapUp: Command<'contact.wrapUp'> = (params, desk) => {
  const { disposition, notes, promises, next, agentId = desk.viewer.agentId } = params
  if (agentId === undefined) return { ok: false, code: 'AGENT_UNKNOWN' }
  if (!mayCommandAgent(desk.viewer, agentId)) return { ok: false, code: 'NOT_ALLOWED', allowed: [] }
  const result = {
    ...(disposition !== undefined && { disposition }),
    ...(notes !== undefined && { notes }),
    ...(promises !== undefined && { promises: promises.map(noted) }),
    ...(agentId !== desk.viewer.agentId && { by: desk.viewer.username }),
    ...(next !== undefined && { next: { state: next.state, ...(next.reason !== undefined && { reason: next.reason }) } })
  }
  return confirmAgent(desk, agentId, desk.agents.wrapUp(agentId as AgentId, result))
}

function noted({ what, until }: NonNullable<ParamsOf<'contact.wrapUp'>['promises']>[number]): NotedPromise {
  return { what, ...(until !== undefined && { until }) }
}
