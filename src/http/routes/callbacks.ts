import { z } from 'zod'
import { viewOfCallback } from '../../domain/callback-view.ts'
import type { CallbackId } from '../../domain/ids.ts'
import type { App } from '../app-type.ts'
import { requires, userOf } from '../auth.ts'
import { problem, problemSchema } from '../errors.ts'
import type { HttpOptions } from '../http-options.ts'
import { bookingSchema, callbackSchema } from '../schemas/callback.ts'
import { queueScope } from '../scope.ts'

const LIST_MAX = 500

const word = z.string().min(1).max(128)
const unknown = problem('CALLBACK_UNKNOWN', 'There is no such callback')
const foreign = problem('NOT_ALLOWED', 'That queue is not one of yours')

/** Customers who are to be called back. Everybody sees and books those of the queues they serve or lead. */
export function callbackRoutes(app: App, { callbacks, centre }: HttpOptions): void {
  app.get(
    '/api/v1/callbacks',
    {
      onRequest: requires(),
      schema: {
        tags: ['callbacks'],
        summary: 'Callbacks, newest first',
        security: [{ bearer: [] }],
        querystring: z.object({
          queue: word.optional(),
          number: word.optional(),
          open: z.stringbool().optional().describe('Only those that are not over'),
          limit: z.coerce.number().int().min(1).max(LIST_MAX).default(50)
        }),
        response: { 200: z.object({ items: z.array(callbackSchema) }), 401: problemSchema }
      }
    },
    async (request) => {
      const { queue, number, open = false, limit } = request.query
      const scope = queueScope(userOf(request), centre)
      const seen = queue === undefined ? scope : scope === undefined || scope.includes(queue) ? [queue] : []
      const found = await callbacks.list({
        ...{ open, limit },
        ...(seen !== undefined && { queues: seen }),
        ...(number !== undefined && { number })
      })
      return { items: found.map(viewOfCallback) }
    }
  )

  app.post(
    '/api/v1/callbacks',
    {
      onRequest: requires(),
      schema: {
        tags: ['callbacks'],
        summary: 'Book a callback; one that is open for the same number and queue is the answer, with 200',
        security: [{ bearer: [] }],
        body: bookingSchema,
        response: { 200: callbackSchema, 201: callbackSchema, 401: problemSchema, 403: problemSchema, 422: problemSchema }
      }
    },
    async (request, reply) => {
      const user = userOf(request)
      const wish = request.body
      if (queueScope(user, centre)?.includes(wish.queue) === false) return reply.code(403).send(foreign)
      const answer = await callbacks.book(wish, user.username)
      if (answer.exit === 'refused')
        return reply.code(422).send(problem('CALLBACK_REFUSED', 'The centre does not book that callback', { why: answer.why }))
      return reply.code(answer.existing ? 200 : 201).send(viewOfCallback(answer.callback))
    }
  )

  app.get(
    '/api/v1/callbacks/:id',
    {
      onRequest: requires(),
      schema: {
        tags: ['callbacks'],
        summary: 'One callback',
        security: [{ bearer: [] }],
        params: z.object({ id: word }),
        response: { 200: callbackSchema, 401: problemSchema, 404: problemSchema }
      }
    },
    async (request, reply) => {
      const found = await callbacks.get(request.params.id as CallbackId)
      const scope = queueScope(userOf(request), centre)
      return found !== undefined && scope?.includes(found.queue) !== false ? viewOfCallback(found) : reply.code(404).send(unknown)
    }
  )

  app.delete(
    '/api/v1/callbacks/:id',
    {
      onRequest: requires(),
      schema: {
        tags: ['callbacks'],
        summary: 'Cancel a callback, also while the phone of the customer rings',
        security: [{ bearer: [] }],
        params: z.object({ id: word }),
        response: { 204: z.null(), 401: problemSchema, 404: problemSchema, 409: problemSchema }
      }
    },
    async (request, reply) => {
      const id = request.params.id as CallbackId
      const found = await callbacks.get(id)
      const scope = queueScope(userOf(request), centre)
      if (found === undefined || scope?.includes(found.queue) === false) return reply.code(404).send(unknown)
      const result = await callbacks.cancel(id)
      if (result === 'unknown') return reply.code(404).send(unknown)
      if (result === 'over') return reply.code(409).send(problem('CALLBACK_OVER', 'They talk already, or the callback is over'))
      return reply.code(204).send(null)
    }
  )
}
