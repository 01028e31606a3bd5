import { z } from 'zod'
import type { User } from '../../domain/centre.ts'
import { type CallStory, readCall } from '../../records/read-call.ts'
import { listCalls } from '../../records/read-calls.ts'
import type { App } from '../app-type.ts'
import { requires, userOf } from '../auth.ts'
import { problem, problemSchema } from '../errors.ts'
import type { HttpOptions } from '../http-options.ts'
import { callStorySchema, callSummarySchema } from '../schemas/call.ts'
import { moment } from '../schemas/moment.ts'
import { callScope, isInScope } from '../scope.ts'

const PAGE_MAX = 500

const word = z.string().min(1).max(128)

const query = z.object({
  from: moment.optional().describe('Started at or after this time, ISO 8601'),
  to: moment.optional().describe('Started before this time'),
  caller: word.optional(),
  dialed: word.optional(),
  agent: word.optional().describe('Anybody who talked to the caller'),
  queue: word.optional().describe('Any queue the caller was in'),
  flow: word.optional().describe('Any flow the caller went through'),
  result: word.optional(),
  reason: word.optional(),
  customer: word.optional(),
  contact: word.optional(),
  tag: word.optional().describe('Any tag of the call'),
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(50),
  cursor: z.string().max(256).optional().describe('`next` of the page before')
})

/** Calls that were and are, as far as the user may see them. */
export function callRoutes(app: App, { database, centre }: HttpOptions): void {
  app.get(
    '/api/v1/calls',
    {
      onRequest: requires(),
      schema: {
        tags: ['calls'],
        summary: 'Calls, newest first',
        security: [{ bearer: [] }],
        querystring: query,
        response: { 200: z.object({ items: z.array(callSummarySchema), next: z.string().optional() }), 401: problemSchema }
      }
    },
    async (request) => {
      const { calls, next } = await listCalls(database, { ...request.query, within: callScope(userOf(request), centre) })
      return { items: [...calls], ...(next !== undefined && { next }) }
    }
  )

  app.get(
    '/api/v1/calls/:id',
    {
      onRequest: requires(),
      schema: {
        tags: ['calls'],
        summary: 'The whole story of one call',
        security: [{ bearer: [] }],
        params: z.object({ id: word }),
        response: { 200: callStorySchema, 401: problemSchema, 404: problemSchema }
      }
    },
    async (request, reply) => {
      const scope = callScope(userOf(request), centre)
      const story = await readCall(database, request.params.id)
      return story !== undefined && isInScope(story.call, scope)
        ? forReader(story, userOf(request))
        : reply.code(404).send(problem('CALL_UNKNOWN', 'There is no such call'))
    }
  )
}

/** Who listened to an agent is no business of agents and crm clients. */
function forReader(story: CallStory, { role }: Pick<User, 'role'>): CallStory {
  if (role === 'supervisor' || role === 'admin') return story
  return { ...story, events: story.events.filter(({ type }) => !type.startsWith('supervision.')) }
}
