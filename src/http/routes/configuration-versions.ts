import { z } from 'zod'
import { lineDiff } from '../../flow/line-diff.ts'
import {
  type ConfigurationVersion,
  readConfigurationVersion,
  readConfigurationVersions
} from '../../records/configuration-versions.ts'
import type { App } from '../app-type.ts'
import { requires, userOf } from '../auth.ts'
import { problem, problemSchema } from '../errors.ts'
import type { HttpOptions } from '../http-options.ts'
import { answer } from './configuration.ts'

const version = z.string().min(1).max(64)
const versionSchema = z.object({ version: z.string(), since: z.iso.datetime(), by: z.string() })
const refusals = { 401: problemSchema, 403: problemSchema, 404: problemSchema, 409: problemSchema, 422: problemSchema }
const unknown = problem('VERSION_UNKNOWN', 'No such version of the configuration was ever live')

/** What was configured before, by whom, and the way back. */
export function configurationVersionRoutes(app: App, { database, configuration }: HttpOptions): void {
  const guard = { onRequest: requires('admin') }
  const about = { tags: ['configuration'], security: [{ bearer: [] }] }

  app.get(
    '/api/v1/configuration/versions',
    {
      ...guard,
      schema: {
        ...about,
        summary: 'The versions that were live, the newest first',
        response: { 200: z.object({ items: z.array(versionSchema) }), ...refusals }
      }
    },
    async () => ({ items: (await readConfigurationVersions(database)).map(toView) })
  )

  app.get(
    '/api/v1/configuration/versions/:version',
    {
      ...guard,
      schema: {
        ...about,
        summary: 'One version, with its source',
        params: z.object({ version }),
        response: { 200: versionSchema.extend({ source: z.string() }), ...refusals }
      }
    },
    async (request, reply) => {
      const found = await readConfigurationVersion(database, request.params.version)
      return found ? { ...toView(found), source: found.source } : reply.code(404).send(unknown)
    }
  )

  app.get(
    '/api/v1/configuration/versions/:version/diff',
    {
      ...guard,
      schema: {
        ...about,
        summary: 'What changed from one version to another',
        params: z.object({ version }),
        querystring: z.object({ to: version.optional().describe('Default: what is live') }),
        response: {
          200: z.object({
            from: z.string(),
            to: z.string(),
            lines: z.array(z.string()).describe('All lines; those that are gone begin with `-`, new ones with `+`')
          }),
          ...refusals
        }
      }
    },
    async (request, reply) => {
      const { to } = request.query
      const before = await readConfigurationVersion(database, request.params.version)
      const after = to === undefined ? configuration.now() : await readConfigurationVersion(database, to)
      if (before === undefined || after === undefined) return reply.code(404).send(unknown)
      return { from: before.version, to: after.version, lines: [...lineDiff(before.source, after.source)] }
    }
  )

  app.post(
    '/api/v1/configuration/rollback',
    {
      ...guard,
      schema: {
        ...about,
        summary: 'Put an earlier version live again',
        body: z.strictObject({ version }),
        response: { 200: z.object({ version: z.string(), afterRestart: z.array(z.string()) }), ...refusals }
      }
    },
    async (request, reply) => {
      const earlier = await readConfigurationVersion(database, request.body.version)
      if (earlier === undefined) return reply.code(404).send(unknown)
      return answer(reply, await configuration.change({ kind: 'source', source: earlier.source }, userOf(request).username))
    }
  )
}

function toView({ version: name, since, by }: ConfigurationVersion): z.infer<typeof versionSchema> {
  return { version: name, since: new Date(since).toISOString(), by }
}
