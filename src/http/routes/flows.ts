import { z } from 'zod'
import type { App } from '../app-type.ts'
import { requires } from '../auth.ts'
import { problemSchema } from '../errors.ts'
import type { HttpOptions } from '../http-options.ts'
import { findingSchema, toFindingView } from '../schemas/flow.ts'
import { toldLanguage } from '../told-language.ts'

const flowSchema = z.object({
  name: z.string(),
  describe: z.string(),
  version: z.string().describe('Content hash of the source'),
  numbers: z.array(z.string()),
  languages: z.array(z.string()),
  since: z.iso.datetime().optional().describe('When this version went live'),
  problem: z.string().optional().describe('Why the file as it is now is not live')
})

/** The live flows. */
export function flowRoutes(app: App, { flows, flowEditing }: HttpOptions): void {
  app.get(
    '/api/v1/flows',
    {
      onRequest: requires('supervisor', 'admin'),
      schema: {
        tags: ['flows'],
        summary: 'The flows that callers meet now, and what is wrong with the files',
        description: 'What is wrong is told in English or Chinese, by Accept-Language.',
        security: [{ bearer: [] }],
        response: {
          200: z.object({ items: z.array(flowSchema), findings: z.array(findingSchema) }),
          401: problemSchema,
          403: problemSchema
        }
      }
    },
    async (request, reply) => {
      const language = toldLanguage(request, reply)
      const findings = flowEditing.findings().map((finding) => toFindingView(finding, language))
      const items = flows().map(({ name, describe, version, file, numbers, languages }) => {
        const since = flowEditing.since(name)
        const wrong = findings.find((finding) => finding.severity === 'error' && finding.file === file)
        return {
          ...{ name, describe, version, numbers: [...numbers], languages: [...languages] },
          ...(since !== undefined && { since: new Date(since).toISOString() }),
          ...(wrong !== undefined && { problem: `${wrong.line}:${wrong.column} ${wrong.code} ${wrong.message}` })
        }
      })
      return { items, findings }
    }
  )
}
