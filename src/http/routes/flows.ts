import { z } from 'zod'
import type { App } from '../app-type.ts'
import { requires } from '../auth.ts'
import { problemSchema } from '../errors.ts'
import type { HttpOptions } from '../http-options.ts'

const flowSchema = z.object({
  name: z.string(),
  describe: z.string(),
  version: z.string().describe('Content hash of the source'),
  numbers: z.array(z.string()),
  languages: z.array(z.string())
})

/** The live flows. */
export function flowRoutes(app: App, { flows }: HttpOptions): void {
  app.get(
    '/api/v1/flows',
    {
      onRequest: requires('supervisor', 'admin'),
      schema: {
        tags: ['live'],
        summary: 'The flows that callers meet now',
        security: [{ bearer: [] }],
        response: { 200: z.object({ items: z.array(flowSchema) }), 401: problemSchema, 403: problemSchema }
      }
    },
    async () => ({
      items: flows().map(({ name, describe, version, numbers, languages }) => ({
        ...{ name, describe, version },
        numbers: [...numbers],
        languages: [...languages]
      }))
    })
  )
}
