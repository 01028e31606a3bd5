import { z } from 'zod'
import type { App } from '../app-type.ts'
import { requires, userOf } from '../auth.ts'
import { problem, problemSchema } from '../errors.ts'
import type { HttpOptions } from '../http-options.ts'
import { passwordSchema, setPassword } from '../users.ts'

const unknown = problem('USER_UNKNOWN', 'The configuration has no such user')

/** What administrators do for users. Who there is, is in the configuration. */
export function userRoutes(app: App, { database, signIns, log }: HttpOptions): void {
  const guard = { onRequest: requires('admin') }
  const about = { tags: ['users'], security: [{ bearer: [] }], params: z.object({ username: z.string().min(1).max(64) }) }
  const response = { 204: z.null(), 401: problemSchema, 403: problemSchema, 404: problemSchema }

  app.put(
    '/api/v1/users/:username/password',
    {
      ...guard,
      schema: {
        ...about,
        summary: 'Give a user a password; their present sign-ins end at once',
        body: z.strictObject({ password: passwordSchema }),
        response
      }
    },
    async (request, reply) => {
      const { username } = request.params
      if (signIns.user(username) === undefined || !(await setPassword(database, username, request.body.password)))
        return reply.code(404).send(unknown)
      await signIns.look()
      log.info({ username, by: userOf(request).username }, 'A user was given a password')
      return reply.code(204).send(null)
    }
  )

  app.delete(
    '/api/v1/users/:username/sessions',
    {
      ...guard,
      schema: { ...about, summary: "End a user's sign-ins: their tokens and open CTI sessions end at once", response }
    },
    async (request, reply) => {
      const { username } = request.params
      if (signIns.user(username) === undefined) return reply.code(404).send(unknown)
      await signIns.endAllOf(username)
      log.info({ username, by: userOf(request).username }, 'The sign-ins of a user were ended')
      return reply.code(204).send(null)
    }
  )
}
