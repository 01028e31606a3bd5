import { z } from 'zod'
import type { AgentProfile, AgentStatus } from '../../domain/agent.ts'
import type { App } from '../app-type.ts'
import { requires, userOf } from '../auth.ts'
import { problem, problemSchema } from '../errors.ts'
import type { HttpOptions } from '../http-options.ts'
import { mayLookAt } from '../scope.ts'

const agentSchema = z.object({
  agentId: z.string(),
  name: z.string(),
  team: z.string(),
  queues: z.array(z.string()),
  levels: z.record(z.string(), z.number()).describe('Queue → level, where it is not 1'),
  capacity: z.object({ voice: z.number(), message: z.number() }).describe('How many contacts of each medium at once'),
  skills: z.record(z.string(), z.number()),
  state: z.string(),
  reason: z.string().optional(),
  since: z.iso.datetime().optional(),
  callId: z.string().optional(),
  until: z.iso.datetime().optional().describe('When the wrap-up ends by itself'),
  by: z.string().optional().describe('The supervisor who brought the state about'),
  pending: z.object({ state: z.string(), reason: z.string().optional(), by: z.string().optional() }).optional()
})

const unknown = problem('AGENT_UNKNOWN', 'There is no such agent')

/** Agents and what they do now. */
export function agentRoutes(app: App, { agents, centre }: HttpOptions): void {
  app.get(
    '/api/v1/agents',
    {
      onRequest: requires(),
      schema: {
        tags: ['live'],
        summary: 'Agents and their states; supervisors get their teams, agents themselves',
        security: [{ bearer: [] }],
        response: { 200: z.object({ items: z.array(agentSchema) }), 401: problemSchema }
      }
    },
    async (request) => {
      const user = userOf(request)
      const statuses = new Map(agents.list().map((status) => [status.agentId as string, status]))
      const visible = [...centre.agents.values()].filter((agent) => mayLookAt(user, agent))
      return { items: visible.map((agent) => toAgent(agent, statuses.get(agent.id))) }
    }
  )

  app.put(
    '/api/v1/agents/:id/state',
    {
      onRequest: requires('agent', 'supervisor', 'admin'),
      schema: {
        tags: ['live'],
        summary:
          'What an agent does: your own state, or that of an agent of your teams. On a call it is kept as `pending`; it ends a wrap-up',
        security: [{ bearer: [] }],
        params: z.object({ id: z.string().min(1).max(64) }),
        body: z.strictObject({
          state: z.enum(['loggedOn', 'loggedOff', 'ready', 'notReady']),
          reason: z.string().min(1).max(64).optional().describe('One that the centre has configured')
        }),
        response: { 200: agentSchema, 401: problemSchema, 403: problemSchema, 404: problemSchema, 409: problemSchema }
      }
    },
    async (request, reply) => {
      const user = userOf(request)
      const agent = centre.agents.get(request.params.id)
      if (agent === undefined || !mayLookAt(user, agent)) return reply.code(404).send(unknown)
      const { state, reason } = request.body
      const by = agent.id === user.username ? {} : { by: user.username }
      const result =
        state === 'loggedOn'
          ? agents.logOn(agent.id)
          : agents.setState(agent.id, { state, ...(reason !== undefined && { reason }), ...by })
      if (!result.ok) return reply.code(409).send(problem(result.code, 'The agent cannot be brought into that state'))
      return toAgent(agent, result.value)
    }
  )
}

function toAgent(profile: AgentProfile, status: AgentStatus | undefined): z.input<typeof agentSchema> {
  const { id, name, team, queues, skills, queueLevels, capacity } = profile
  const { state = 'loggedOff', reason, since, callId, until, by, pending } = status ?? {}
  return {
    ...{ agentId: id, name, team, queues: [...queues], skills: { ...skills }, state, reason, callId, by, pending },
    ...{ levels: { ...queueLevels }, capacity: { voice: 1, message: capacity?.message ?? 1 } },
    ...(since !== undefined && { since: new Date(since).toISOString() }),
    ...(until !== undefined && { until: new Date(until).toISOString() })
  }
}
