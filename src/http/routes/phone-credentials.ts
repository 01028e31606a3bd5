import { z } from 'zod'
import type { App } from '../app-type.ts'
import { requires, userOf } from '../auth.ts'
import { problem, problemSchema } from '../errors.ts'
import type { HttpOptions } from '../http-options.ts'

const credentials = z.object({
  device: z.string(),
  username: z.string().describe('SIP user and authentication user'),
  password: z.string(),
  lasting: z.boolean().describe('Whether the password is the same after the next start of the server: with PHONE_SECRET')
})

/** What a phone is provisioned with. Who asked is in the log; the answer is kept nowhere. */
export function phoneCredentialsRoutes(app: App, { phonePassword, log }: HttpOptions): void {
  app.get(
    '/api/v1/phones/:device/credentials',
    {
      onRequest: requires('admin'),
      schema: {
        tags: ['phones'],
        security: [{ bearer: [] }],
        summary: "What a phone registers with: an agent's extension, with -web their phone in the browser",
        params: z.object({ device: z.string().min(1).max(64) }),
        response: { 200: credentials, 401: problemSchema, 403: problemSchema, 404: problemSchema }
      }
    },
    async (request, reply) => {
      const { device } = request.params
      const found = phonePassword(device)
      if (found === undefined) return reply.code(404).send(problem('PHONE_UNKNOWN', 'The configuration has no such phone'))
      log.info({ device, by: userOf(request).username, address: request.ip }, 'The password of a phone was given out')
      return reply.header('cache-control', 'no-store').send({ device, username: device, ...found })
    }
  )
}
