import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { listVoicemails, type RecordingRow, readVoicemail } from '../../recordings/read-recordings.ts'
import type { App } from '../app-type.ts'
import { requires, userOf } from '../auth.ts'
import { problem, problemSchema } from '../errors.ts'
import type { HttpOptions } from '../http-options.ts'
import { toVoicemail, voicemailSchema, voicemailState } from '../schemas/voicemail.ts'
import { queueScope } from '../scope.ts'

const PAGE_MAX = 500

const word = z.string().min(1).max(128)
const query = z.object({
  queue: word.optional(),
  state: voicemailState.optional(),
  caller: word.optional(),
  call: word.optional().describe('The call it was left in'),
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(50),
  cursor: z.string().max(256).optional().describe('`next` of the page before')
})
const params = z.object({ id: word })
const unknown = problem('VOICEMAIL_UNKNOWN', 'There is no such message')
const common = { tags: ['voicemails'], security: [{ bearer: [] }] }
const hearers = requires('agent', 'supervisor', 'admin')

/** The message of that id, if the user may hear it. */
export async function findVoicemail(
  { database, centre }: Pick<HttpOptions, 'database' | 'centre'>,
  request: FastifyRequest,
  id: string
): Promise<RecordingRow | undefined> {
  const row = await readVoicemail(database, id)
  const queues = queueScope(userOf(request), centre)
  return row !== undefined && (queues?.includes(row.queue) ?? true) ? row : undefined
}

/** Messages that callers have left: agents and supervisors those of their queues, administrators all. */
export function voicemailRoutes(app: App, options: HttpOptions): void {
  const { database, centre, voicemails } = options

  app.get(
    '/api/v1/voicemails',
    {
      onRequest: hearers,
      schema: {
        ...common,
        summary: 'Messages of callers, newest first',
        querystring: query,
        response: { 200: z.object({ items: z.array(voicemailSchema), next: z.string().optional() }), 401: problemSchema }
      }
    },
    async (request) => {
      const within = queueScope(userOf(request), centre)
      const { rows, next } = await listVoicemails(database, { ...request.query, within })
      return { items: rows.map(toVoicemail), ...(next !== undefined && { next }) }
    }
  )

  app.get(
    '/api/v1/voicemails/:id',
    {
      onRequest: hearers,
      schema: { ...common, summary: 'One message', params, response: { 200: voicemailSchema, 404: problemSchema } }
    },
    async (request, reply) => {
      const row = await findVoicemail(options, request, request.params.id)
      return row === undefined ? reply.code(404).send(unknown) : toVoicemail(row)
    }
  )

  app.patch(
    '/api/v1/voicemails/:id',
    {
      onRequest: hearers,
      schema: {
        ...common,
        summary: 'Say what has been done about a message; with `was`, only when nobody else was quicker',
        params,
        body: z.strictObject({ state: voicemailState, was: voicemailState.optional() }),
        response: { 200: voicemailSchema, 404: problemSchema, 409: problemSchema }
      }
    },
    async (request, reply) => {
      const { state, was } = request.body
      const seen = await findVoicemail(options, request, request.params.id)
      const change = seen && (await voicemails.setState(seen.recording_id, state, was, userOf(request).username))
      if (change?.row === undefined) return reply.code(404).send(unknown)
      if (change.ok) return toVoicemail(change.row)
      const how = { state: change.row.state, by: change.row.state_by }
      return reply.code(409).send(problem('VOICEMAIL_CHANGED', 'Somebody else has changed the message', how))
    }
  )

  app.delete(
    '/api/v1/voicemails/:id',
    {
      onRequest: requires('admin'),
      schema: { ...common, summary: 'Throw a message away for good', params, response: { 204: z.null(), 404: problemSchema } }
    },
    async (request, reply) => {
      const row = await findVoicemail(options, request, request.params.id)
      if (row === undefined) return reply.code(404).send(unknown)
      await voicemails.remove(row, userOf(request).username)
      return reply.code(204).send(null)
    }
  )
}
