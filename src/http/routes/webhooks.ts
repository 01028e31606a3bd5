import { z } from 'zod'
import { deliveryStates } from '../../domain/webhook.ts'
import type { App } from '../app-type.ts'
import { requires, userOf } from '../auth.ts'
import { problem, problemSchema } from '../errors.ts'
import type { HttpOptions } from '../http-options.ts'
import { attemptedSchema, deliverySchema, replaySchema, webhookSchema } from '../schemas/webhook.ts'

const LIST_MAX = 500

const refusals = { 401: problemSchema, 403: problemSchema, 404: problemSchema }
const unknown = problem('WEBHOOK_UNKNOWN', 'There is no such webhook')
const unknownDelivery = problem('DELIVERY_UNKNOWN', 'There is no such event of that webhook')

/** Webhooks: how they stand, what they were told, and what is to be told again. Which there are is in the configuration. */
export function webhookRoutes(app: App, { webhooks }: HttpOptions): void {
  const onRequest = requires('admin')
  const about = { tags: ['webhooks'], security: [{ bearer: [] }] }
  const params = z.object({ name: z.string().min(1).max(40) })

  app.get(
    '/api/v1/webhooks',
    {
      onRequest,
      schema: {
        ...about,
        summary: 'The webhooks, and how each stands',
        response: { 200: z.object({ items: z.array(webhookSchema).readonly() }), 401: problemSchema, 403: problemSchema }
      }
    },
    async () => ({ items: await webhooks.list() })
  )

  app.get(
    '/api/v1/webhooks/:name/deliveries',
    {
      onRequest,
      schema: {
        ...about,
        summary: 'What a webhook is to be told and was told, newest first; dead letters with `state=dead`',
        params,
        querystring: z.object({
          state: z.enum(deliveryStates).optional(),
          before: z.coerce
            .number()
            .int()
            .min(1)
            .max(Number.MAX_SAFE_INTEGER)
            .optional()
            .describe('`seq` of the last one of the page before'),
          limit: z.coerce.number().int().min(1).max(LIST_MAX).default(50)
        }),
        response: { 200: z.object({ items: z.array(deliverySchema).readonly() }), ...refusals }
      }
    },
    async (request, reply) => {
      const { state, before, limit } = request.query
      const items = await webhooks.deliveries(request.params.name, { state, beforeSeq: before, limit })
      return items === undefined ? reply.code(404).send(unknown) : { items }
    }
  )

  app.get(
    '/api/v1/webhooks/:name/deliveries/:id',
    {
      onRequest,
      schema: {
        ...about,
        summary: 'One of them, with what is sent',
        params: params.extend({ id: z.string().min(1).max(64) }),
        response: { 200: deliverySchema.extend({ event: z.record(z.string(), z.unknown()) }), ...refusals }
      }
    },
    async (request, reply) => {
      const found = await webhooks.delivery(request.params.name, request.params.id)
      if (found === undefined) return reply.code(404).send(unknownDelivery)
      const { body, ...delivery } = found
      return { ...delivery, event: JSON.parse(`{${body}}`) as Record<string, unknown> }
    }
  )

  app.post(
    '/api/v1/webhooks/:name/replay',
    {
      onRequest,
      schema: {
        ...about,
        summary: 'Send dead letters again: all, one, or those since a time; on request also what was delivered',
        params,
        body: replaySchema,
        response: { 200: z.object({ replayed: z.number().int() }), ...refusals }
      }
    },
    async (request, reply) => {
      const replayed = await webhooks.replay(request.params.name, request.body)
      if (replayed === undefined) return reply.code(404).send(unknown)
      request.log.info(
        { webhook: request.params.name, replayed, by: userOf(request).username },
        'Events of a webhook are sent again'
      )
      return { replayed }
    }
  )

  app.post(
    '/api/v1/webhooks/:name/ping',
    {
      onRequest,
      schema: {
        ...about,
        summary: 'Send a sign of life now, and once',
        params,
        response: { 200: attemptedSchema, ...refusals }
      }
    },
    async (request, reply) => (await webhooks.ping(request.params.name)) ?? reply.code(404).send(unknown)
  )

  for (const [verb, summary] of [
    ['stop', 'Send nothing until it is resumed; what is told meanwhile waits'],
    ['resume', 'Send again, also after the receiver was gone']
  ] as const) {
    app.post(
      `/api/v1/webhooks/:name/${verb}`,
      { onRequest, schema: { ...about, summary, params, response: { 204: z.null(), ...refusals } } },
      async (request, reply) => {
        const { name } = request.params
        const by = userOf(request).username
        const done = verb === 'stop' ? await webhooks.stop(name, by) : await webhooks.resume(name)
        if (!done) return reply.code(404).send(unknown)
        request.log.info({ webhook: name, verb, by }, 'A webhook was stopped or resumed')
        return reply.code(204).send(null)
      }
    )
  }
}
