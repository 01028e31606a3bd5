import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { App } from '../app-type.ts'
import { requires, userOf } from '../auth.ts'
import type { ConfigurationResult } from '../configuration-editing.ts'
import { problem, problemSchema } from '../errors.ts'
import type { HttpOptions } from '../http-options.ts'

/** A centre's file is larger than other requests. */
export const SOURCE_BYTES_MAX = 1024 * 1024

const key = z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/, 'must be a name of small letters, digits, - and _')
const entry = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_-]{0,39}$/)
const refusals = { 401: problemSchema, 403: problemSchema, 404: problemSchema, 409: problemSchema, 422: problemSchema }

const stateSchema = z.object({
  version: z.string(),
  since: z.iso.datetime(),
  by: z.string(),
  source: z.string().describe('The YAML that is live'),
  problems: z.array(z.string()).describe('Why the file is not live as it reads'),
  afterRestart: z.array(z.string()).describe('Parts that wait for the next start of the server')
})
const changedSchema = z.object({ version: z.string(), afterRestart: z.array(z.string()) })

/** The centre's file: read and changed while calls are up. What is wrong is refused and changes nothing. */
export function configurationRoutes(app: App, { configuration }: HttpOptions): void {
  const guard = { onRequest: requires('admin'), bodyLimit: SOURCE_BYTES_MAX }
  const about = { tags: ['configuration'], security: [{ bearer: [] }] }
  const response = { 200: changedSchema, ...refusals }
  const body = z.strictObject({ value: z.unknown() })

  app.get(
    '/api/v1/configuration',
    { ...guard, schema: { ...about, summary: 'The configuration that is live', response: { 200: stateSchema, ...refusals } } },
    async () => {
      const { since, problems, afterRestart, ...state } = configuration.now()
      return { ...state, since: new Date(since).toISOString(), problems: [...problems], afterRestart: [...afterRestart] }
    }
  )

  app.put(
    '/api/v1/configuration',
    {
      ...guard,
      schema: {
        ...about,
        summary: 'Check a whole file with all live flows, write it and apply it',
        body: z.strictObject({ source: z.string().min(1).describe('The YAML') }),
        response
      }
    },
    async (request, reply) =>
      answer(reply, await configuration.change({ kind: 'source', source: request.body.source }, userOf(request).username))
  )

  const read = async (reply: FastifyReply, path: readonly string[]) => {
    const value = configuration.read(path)
    return value === undefined ? reply.code(404).send(nothingThere) : reply.send({ value })
  }
  for (const { url, params, path } of places) {
    app.get(
      url,
      {
        ...guard,
        schema: {
          ...about,
          summary: 'A part of the configuration, as it is written',
          params,
          response: { 200: body, ...refusals }
        }
      },
      async (request, reply) => read(reply, path(request.params))
    )
    app.put(
      url,
      { ...guard, schema: { ...about, summary: 'Change a part; comments outside of it are kept', params, body, response } },
      async (request, reply) => {
        const { value } = request.body
        // Without a value it would be removed.
        const change = { kind: 'value', path: path(request.params), value: value ?? null } as const
        return answer(reply, await configuration.change(change, userOf(request).username))
      }
    )
    app.delete(url, { ...guard, schema: { ...about, summary: 'Remove a part', params, response } }, async (request, reply) =>
      answer(reply, await configuration.change({ kind: 'value', path: path(request.params) }, userOf(request).username))
    )
  }
}

/** A section of the file, and an entry of one: a queue, a team, a calendar. */
const places = [
  {
    url: '/api/v1/configuration/:section',
    params: z.object({ section: key, entry: entry.optional() }),
    path: ({ section }: { readonly section: string }) => [section]
  },
  {
    url: '/api/v1/configuration/:section/:entry',
    params: z.object({ section: key, entry: entry.optional() }),
    path: ({ section, entry = '' }: { readonly section: string; readonly entry?: string | undefined }) => [section, entry]
  }
]

const nothingThere = problem('NOTHING_THERE', 'The configuration says nothing at that place')

/** The outcome of a change, for whoever asked for it. */
export function answer(reply: FastifyReply, result: ConfigurationResult): FastifyReply {
  switch (result.kind) {
    case 'live':
      return reply.send({ version: result.version, afterRestart: result.afterRestart })
    case 'wrong':
      return reply
        .code(422)
        .send(
          problem('CONFIGURATION_WRONG', 'The configuration would be wrong; nothing was changed', { problems: result.problems })
        )
    case 'nothing-there':
      return reply.code(404).send(nothingThere)
    case 'not-written':
      return reply.code(409).send(problem('CONFIGURATION_NOT_WRITABLE', 'The file of the configuration cannot be written'))
    default:
      return result satisfies never
  }
}
