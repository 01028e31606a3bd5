import { z } from 'zod'
import type { App } from '../app-type.ts'
import { requires, userOf } from '../auth.ts'
import { problemSchema } from '../errors.ts'
import type { HttpOptions } from '../http-options.ts'
import { mayLookAt } from '../scope.ts'

const agentSchema = z.object({
  agentId: z.string(),
  name: z.string(),
  team: z.string(),
  queues: z.array(z.string()),
  skills: z.record(z.string(), z.number()),
  state: z.string(),
  reason: z.string().optional(),
  since: z.iso.datetime().optional(),
  callId: z.string().optional()
})

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
      const items = visible.map(({ id, name, team, queues, skills }) => {
        const { state = 'loggedOff', reason, since, callId } = statuses.get(id) ?? {}
        return {
          ...{ agentId: id, name, team, queues: [...queues], skills: { ...skills }, state, reason, callId },
          ...(since !== undefined && { since: new Date(since).toISOString() })
        }
      })
      return { items }
    }
  )
}
