import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { listAccesses } from '../../recordings/accesses.ts'
import { listTalks, type RecordingRow, readTalk } from '../../recordings/read-recordings.ts'
import type { App } from '../app-type.ts'
import { requires, userOf } from '../auth.ts'
import { problem, problemSchema } from '../errors.ts'
import type { HttpOptions } from '../http-options.ts'
import { moment } from '../schemas/moment.ts'
import { accessSchema, peaksSchema, recordingSchema, toRecording } from '../schemas/recording.ts'
import { callScope, isInScope } from '../scope.ts'

const PAGE_MAX = 500

const word = z.string().min(1).max(128)
const period = {
  from: moment.optional(),
  to: moment.optional().describe('Before this time, ISO 8601')
}
const query = z.object({
  call: word.optional(),
  contact: word.optional(),
  queue: word.optional(),
  agent: word.optional().describe('Anybody who talked in it'),
  caller: word.optional(),
  customer: word.optional(),
  ...period,
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(50),
  cursor: z.string().max(256).optional().describe('`next` of the page before')
})
const accessQuery = z.object({
  recording: word.optional(),
  call: word.optional(),
  by: word.optional().describe('A user, or `retention`'),
  ...period,
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(50)
})
const params = z.object({ id: word })
const common = { tags: ['recordings'], security: [{ bearer: [] }] }

export const recordingUnknown = problem('RECORDING_UNKNOWN', 'There is no such recording')

/** What of the recordings of talks somebody may hear: those of the calls they may read; agents their own, when the centre lets them; undefined: all. */
export function talkScope(request: FastifyRequest, { centre }: Pick<HttpOptions, 'centre'>) {
  const user = userOf(request)
  if (user.role === 'agent' && centre.recording?.agentsListen !== true) return { agents: [], queues: [] }
  return callScope(user, centre)
}

/** The recording of that id, if the user may hear it. */
export async function findTalk(
  options: Pick<HttpOptions, 'database' | 'centre'>,
  request: FastifyRequest,
  id: string
): Promise<RecordingRow | undefined> {
  const row = await readTalk(options.database, id)
  if (row === undefined) return undefined
  const { agents, queue } = row
  return isInScope({ agents, queues: [queue] }, talkScope(request, options)) ? row : undefined
}

/** Recordings of talks, as far as the user may hear them. */
export function recordingRoutes(app: App, options: HttpOptions): void {
  const { database, talks } = options

  app.get(
    '/api/v1/recordings',
    {
      onRequest: requires(),
      schema: {
        ...common,
        summary: 'Recordings of talks, newest first',
        querystring: query,
        response: {
          200: z.object({
            items: z.array(recordingSchema),
            next: z.string().optional()
          }),
          401: problemSchema
        }
      }
    },
    async (request) => {
      const { rows, next } = await listTalks(database, {
        ...request.query,
        scope: talkScope(request, options)
      })
      return {
        items: rows.map(toRecording),
        ...(next !== undefined && { next })
      }
    }
  )

  app.get(
    '/api/v1/recordings/accesses',
    {
      onRequest: requires('admin'),
      schema: {
        ...common,
        summary: 'Who was given audio (of messages too), threw it away or protected it, newest first',
        querystring: accessQuery,
        response: {
          200: z.object({ items: z.array(accessSchema) }),
          401: problemSchema
        }
      }
    },
    async (request) => ({
      items: [...(await listAccesses(database, request.query))]
    })
  )

  app.get(
    '/api/v1/recordings/:id',
    {
      onRequest: requires(),
      schema: {
        ...common,
        summary: 'One recording',
        params,
        response: { 200: recordingSchema, 404: problemSchema }
      }
    },
    async (request, reply) => {
      const row = await findTalk(options, request, request.params.id)
      return row === undefined ? reply.code(404).send(recordingUnknown) : toRecording(row)
    }
  )

  app.get(
    '/api/v1/recordings/:id/peaks',
    {
      onRequest: requires(),
      schema: {
        ...common,
        summary: 'How loud each side was over time, to draw it',
        params,
        response: { 200: peaksSchema, 404: problemSchema }
      }
    },
    async (request, reply) => {
      const row = await findTalk(options, request, request.params.id)
      if (row?.peaks == null) return reply.code(404).send(recordingUnknown)
      const { windowMs, channels } = row.peaks
      return { windowMs, channels: channels.map((peaks) => [...peaks]) }
    }
  )

  app.patch(
    '/api/v1/recordings/:id',
    {
      onRequest: requires('admin'),
      schema: {
        ...common,
        summary: 'Forbid to throw a recording away, also by age, or allow it again',
        params,
        body: z.strictObject({ protected: z.boolean() }),
        response: { 200: recordingSchema, 404: problemSchema }
      }
    },
    async (request, reply) => {
      const row = await talks.protect(request.params.id, request.body.protected, userOf(request).username)
      return row === undefined ? reply.code(404).send(recordingUnknown) : toRecording(row)
    }
  )

  app.delete(
    '/api/v1/recordings/:id',
    {
      onRequest: requires('admin'),
      schema: {
        ...common,
        summary: 'Throw a recording away for good',
        params,
        response: { 204: z.null(), 404: problemSchema, 409: problemSchema }
      }
    },
    async (request, reply) => {
      const row = await readTalk(database, request.params.id)
      if (row === undefined) return reply.code(404).send(recordingUnknown)
      if (await talks.remove(row, userOf(request).username)) return reply.code(204).send(null)
      return reply.code(409).send(problem('RECORDING_PROTECTED', 'The recording may not be thrown away'))
    }
  )
}
