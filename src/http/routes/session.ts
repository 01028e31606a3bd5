import { z } from 'zod'
import type { App } from '../app-type.ts'
import { issueToken } from '../auth.ts'
import { problem, problemSchema } from '../errors.ts'
import type { HttpOptions } from '../http-options.ts'
import { verifyPassword } from '../password.ts'
import { findUser } from '../users.ts'

const body = z.strictObject({ username: z.string().min(1).max(64), password: z.string().min(1).max(256) })

const signedIn = z.object({
  token: z.string().describe('For `Authorization: Bearer …` and for `session.open` on the CTI socket'),
  expiresAt: z.iso.datetime(),
  user: z.object({
    username: z.string(),
    name: z.string(),
    role: z.enum(['agent', 'supervisor', 'crm', 'admin']),
    teams: z.array(z.string())
  })
})

/** Signing in. */
export function sessionRoutes(app: App, { database, clock, publish, sessionMs, signInsPerMinute }: HttpOptions): void {
  app.post(
    '/api/v1/session',
    {
      schema: { tags: ['session'], summary: 'Sign in', body, response: { 200: signedIn, 401: problemSchema } },
      config: { rateLimit: { max: signInsPerMinute, timeWindow: '1 minute' } }
    },
    async (request, reply) => {
      const { username, password } = request.body
      const found = await findUser(database, username)
      // An unknown user takes as long as a wrong password, so that the answer's time tells nobody who exists.
      const right = await verifyPassword(password, found?.passwordHash)
      if (!right || found === undefined) return reply.code(401).send(problem('WRONG_PASSWORD', 'Unknown user or wrong password'))

      const { passwordHash: _, ...user } = found
      publish({ type: 'user.signed-in', username: user.username, role: user.role })
      return {
        token: issueToken(app, user, sessionMs),
        expiresAt: new Date(clock.now() + sessionMs).toISOString(),
        user: { ...user, teams: [...user.teams] }
      }
    }
  )
}
