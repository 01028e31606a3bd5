import { z } from 'zod'
import type { App } from '../app-type.ts'
import { issueToken, requires, signedInOf } from '../auth.ts'
import { problem, problemSchema } from '../errors.ts'
import type { HttpOptions } from '../http-options.ts'
import { verifyPassword } from '../password.ts'
import { SignInGuard } from '../sign-in-guard.ts'
import { findPassword } from '../users.ts'

const body = z.strictObject({ username: z.string().min(1).max(64), password: z.string().min(1).max(256) })

const renewed = z.object({
  token: z.string().describe('For `Authorization: Bearer …` and for `session.open` and `session.renew` on the CTI socket'),
  expiresAt: z.iso.datetime()
})
const signedIn = renewed.extend({
  user: z.object({
    username: z.string(),
    name: z.string(),
    role: z.enum(['agent', 'supervisor', 'crm', 'admin']),
    teams: z.array(z.string())
  })
})

/** Signing in, and what becomes of it. */
export function sessionRoutes(app: App, options: HttpOptions): void {
  signInRoute(app, options)
  const about = { tags: ['session'], security: [{ bearer: [] }] }

  app.post(
    '/api/v1/session/renew',
    {
      onRequest: requires(),
      schema: {
        ...about,
        summary: 'A token that lasts longer, before this one expires',
        response: { 200: renewed, 401: problemSchema, 409: problemSchema }
      }
    },
    async (request, reply) => {
      const { clock, sessionMs, renewForMs } = options
      const { signIn } = signedInOf(request)
      const last = signIn.since + renewForMs
      // Tokens count in whole seconds.
      if (last - signIn.expiresAt < 1000)
        return reply.code(409).send(problem('SIGN_IN_TOO_OLD', 'This sign-in has been renewed for as long as it may be'))
      const expiresAt = Math.min(clock.now() + sessionMs, last)
      return { token: issueToken(app, { ...signIn, expiresAt }), expiresAt: new Date(expiresAt).toISOString() }
    }
  )

  app.delete(
    '/api/v1/session',
    {
      onRequest: requires(),
      schema: {
        ...about,
        summary: 'Sign out: the tokens of this sign-in and its open CTI sessions end at once',
        response: { 204: z.null(), 401: problemSchema }
      }
    },
    async (request, reply) => {
      const { signIn } = signedInOf(request)
      await options.signIns.end(signIn.id, options.clock.now() + options.sessionMs)
      return reply.code(204).send(null)
    }
  )
}

function signInRoute(app: App, { database, clock, publish, sessionMs, signInsPerMinute, signIns }: HttpOptions): void {
  const guard = new SignInGuard(clock)

  app.post(
    '/api/v1/session',
    {
      schema: {
        tags: ['session'],
        summary: 'Sign in',
        body,
        response: { 200: signedIn, 401: problemSchema, 429: problemSchema }
      },
      config: { rateLimit: { max: signInsPerMinute, timeWindow: '1 minute' } }
    },
    async (request, reply) => {
      const { username, password } = request.body
      const waitMs = guard.waitMs(username, request.ip)
      if (waitMs > 0) {
        const tooMany = problem('TOO_MANY_ATTEMPTS', 'Too many wrong passwords; wait a minute')
        return reply
          .code(429)
          .header('retry-after', Math.ceil(waitMs / 1000))
          .send(tooMany)
      }
      const user = signIns.user(username)
      const found = await findPassword(database, username)
      // An unknown user takes as long as a wrong password, so that the answer's time tells nobody who exists.
      const right = await verifyPassword(password, found?.passwordHash)
      if (!right || found === undefined || user === undefined) {
        guard.failed(username, request.ip)
        // The name is left out: now and then it is a password, typed one field too early. asterisk/fail2ban reads this line.
        request.log.warn({ address: request.ip }, 'A sign-in was refused')
        return reply.code(401).send(problem('WRONG_PASSWORD', 'Unknown user or wrong password'))
      }
      guard.succeeded(username, request.ip)

      const signIn = signIns.begin(username, found.epoch, sessionMs)
      publish({ type: 'user.signed-in', username, role: user.role })
      return {
        token: issueToken(app, signIn),
        expiresAt: new Date(signIn.expiresAt).toISOString(),
        user: { ...user, teams: [...user.teams] }
      }
    }
  )
}
