import { z } from 'zod'
import type { App } from '../app-type.ts'
import { requires } from '../auth.ts'
import { problemSchema } from '../errors.ts'
import type { HttpOptions } from '../http-options.ts'

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
        summary: 'Queues and their figures',
        security: [{ bearer: [] }],
        response: { 200: z.object({ items: z.array(queueSchema) }), 401: problemSchema }
      }
    },
    async () => {
      const items = queues().map(({ oldestSince, ...status }) => ({
        ...status,
        newMessages: newMessages(status.queue),
        title: centre.queues.get(status.queue)?.title ?? status.queue,
        ...(oldestSince !== undefined && { oldestSince: new Date(oldestSince).toISOString() })
      }))
      return { items }
    }
  )
}
