import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { AppError, type Blame, toAppError } from '../domain/errors.ts'

/** The body of every answer that is not a success. */
export const problemSchema = z.object({
  error: z.object({
    code: z.string().describe('Stable: switch on it'),
    message: z.string(),
    details: z.record(z.string(), z.unknown()).optional()
  })
})

export type ProblemBody = z.infer<typeof problemSchema>

/** The only place where blame becomes a status. */
const statusOf = { caller: 400, agent: 409, client: 400, flow: 422, upstream: 502, server: 500 } as const satisfies Record<
  Blame,
  number
>

/** The body that says no. */
export function problem(code: string, message: string, details?: Record<string, unknown>): ProblemBody {
  return { error: { code, message, ...(details && { details }) } }
}

/** Faults of ours are logged whole and told in one constant sentence; faults of the client are told with what was wrong. */
export function registerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (hasZodFastifySchemaValidationErrors(error)) {
      const problems = error.validation.map(
        ({ instancePath, message }) => `${error.validationContext}${instancePath}: ${message}`
      )
      return reply.code(400).send(problem('INVALID', 'The request does not fit', { problems }))
    }
    if (error instanceof AppError) return sendAppError(error, request, reply)
    if (error.statusCode !== undefined && error.statusCode < 500) {
      return reply.code(error.statusCode).send(problem(error.code ?? 'REFUSED', error.message))
    }
    return sendAppError(toAppError(error), request, reply)
  })
  app.setNotFoundHandler((_request, reply) => reply.code(404).send(problem('NOT_FOUND', 'There is nothing at this address')))
}

function sendAppError(error: AppError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const status = statusOf[error.blame]
  if (status < 500) return reply.code(status).send(problem(error.code, error.message, { ...error.details }))
  request.log.error(
    { err: error, details: error.details, method: request.method, route: request.routeOptions.url },
    'A request failed'
  )
  // Whoever waits for it is served again by itself, and is told what is missing.
  if (error.code === 'DATABASE_UNAVAILABLE')
    return reply.code(503).send(problem(error.code, 'The database is away; try again later'))
  if (error.code === 'DISK_FULL') return reply.code(507).send(problem(error.code, error.message))
  return reply.code(status).send(problem(error.blame === 'upstream' ? error.code : 'INTERNAL', 'Something unexpected went wrong'))
}
