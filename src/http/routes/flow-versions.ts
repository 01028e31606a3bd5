import { z } from 'zod'
import { compareSources } from '../../flow/compile/compare-sources.ts'
import { lineDiff } from '../../flow/line-diff.ts'
import { type FlowVersion, readFlowVersion, readFlowVersions } from '../../records/flow-versions.ts'
import type { App } from '../app-type.ts'
import { requires } from '../auth.ts'
import { problem, problemSchema } from '../errors.ts'
import type { HttpOptions } from '../http-options.ts'
import { flowChangeSchema, flowVersionSchema } from '../schemas/flow.ts'

const name = z.string().min(1).max(128)
const version = z.string().min(1).max(64)
const refusals = { 401: problemSchema, 403: problemSchema, 404: problemSchema }
const unknown = problem('VERSION_UNKNOWN', 'No such version of that flow was ever live')

/** What was live before: versions, their sources, and what changed between them. */
export function flowVersionRoutes(app: App, { database, flows, centre }: HttpOptions): void {
  const guard = { onRequest: requires('supervisor', 'admin') }
  const about = { tags: ['flows'], security: [{ bearer: [] }] }

  app.get(
    '/api/v1/flows/:name/versions',
    {
      ...guard,
      schema: {
        ...about,
        summary: 'The versions of a flow that went live, the newest first',
        params: z.object({ name }),
        response: { 200: z.object({ items: z.array(flowVersionSchema) }), ...refusals }
      }
    },
    async (request, reply) => {
      const versions = await readFlowVersions(database, request.params.name)
      return versions.length > 0 ? { items: versions.map(toView) } : reply.code(404).send(unknown)
    }
  )

  app.get(
    '/api/v1/flows/:name/versions/:version',
    {
      ...guard,
      schema: {
        ...about,
        summary: 'One version of a flow, with its source',
        params: z.object({ name, version }),
        response: { 200: flowVersionSchema.extend({ source: z.string() }), ...refusals }
      }
    },
    async (request, reply) => {
      const found = await readFlowVersion(database, request.params.name, request.params.version)
      return found ? { ...toView(found), source: found.source } : reply.code(404).send(unknown)
    }
  )

  app.get(
    '/api/v1/flows/:name/versions/:version/diff',
    {
      ...guard,
      schema: {
        ...about,
        summary: 'What changed from one version of a flow to another',
        params: z.object({ name, version }),
        querystring: z.object({ to: version.optional().describe('Default: the live version') }),
        response: {
          200: z.object({
            from: z.string(),
            to: z.string(),
            lines: z.array(z.string()).describe('All lines; those that are gone begin with `-`, new ones with `+`'),
            changes: z
              .array(flowChangeSchema)
              .optional()
              .describe('What changes for callers; left out when one of the two no longer compiles')
          }),
          ...refusals
        }
      }
    },
    async (request, reply) => {
      const { name, version: from } = request.params
      const to = request.query.to ?? flows().find((flow) => flow.name === name)?.version
      const before = await readFlowVersion(database, name, from)
      const after = to === undefined ? undefined : await readFlowVersion(database, name, to)
      if (before === undefined || after === undefined) return reply.code(404).send(unknown)
      // Which recordings there are today says nothing of what a version said.
      const changes = compareSources(before.source, after.source, { centre, hasAudio: () => true })
      return {
        from,
        to: after.version,
        lines: [...lineDiff(before.source, after.source)],
        ...(changes !== undefined && { changes: [...changes] })
      }
    }
  )
}

function toView({ version, file, since, by }: FlowVersion): z.infer<typeof flowVersionSchema> {
  return { version, file, since: new Date(since).toISOString(), by }
}
