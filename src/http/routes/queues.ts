import { z } from 'zod'
import type { App } from '../app-type.ts'
import { requires, userOf } from '../auth.ts'
import { problemSchema } from '../errors.ts'
import type { HttpOptions } from '../http-options.ts'
import { queueScope } from '../scope.ts'

const queueSchema = z.object({
  queue: z.string(),
  title: z.string(),
  waiting: z.number().int(),
  callbacks: z.number().int(),
  oldestSince: z.iso.datetime().optional(),
  loggedOn: z.number().int(),
  ready: z.number().int(),
  talking: z.number().int(),
  newMessages: z.number().int().describe('Voice messages that nobody has listened to'),
  estimateMs: z.number().int().optional().describe('What who comes now has to expect; left out while too little is known'),
  estimateErrorMs: z.number().int().optional().describe('By how much the latest estimates were wrong, smoothed')
})

/** Queues and their figures now. */
export function queueRoutes(app: App, { queues, newMessages, centre }: HttpOptions): void {
  app.get(
    '/api/v1/queues',
    {
      onRequest: requires(),
      schema: {
        tags: ['live'],
        summary: 'Queues and their figures: those you serve, lead or were given',
        security: [{ bearer: [] }],
        response: { 200: z.object({ items: z.array(queueSchema) }), 401: problemSchema }
      }
    },
    async (request) => {
      const scope = queueScope(userOf(request), centre)
      const seen = queues().filter(({ queue }) => scope?.includes(queue) ?? true)
      const items = seen.map(({ oldestSince, ...status }) => ({
        ...status,
        newMessages: newMessages(status.queue),
        title: centre.queues.get(status.queue)?.title ?? status.queue,
        ...(oldestSince !== undefined && { oldestSince: new Date(oldestSince).toISOString() })
      }))
      return { items }
    }
  )
}
