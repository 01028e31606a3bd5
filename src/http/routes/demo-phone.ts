import { z } from 'zod'
import type { App } from '../app-type.ts'
import { DemoPhones } from '../demo-phones.ts'
import { problem, problemSchema } from '../errors.ts'
import type { HttpOptions } from '../http-options.ts'

const PHONES_PER_MINUTE = 20

const body = z.strictObject({
  callerNumber: z.string().max(32).optional().describe('A number of a demo customer: whom the visitor plays')
})
const lent = z.object({ user: z.string(), password: z.string(), expiresAt: z.iso.datetime() })

/** A phone for visitors of the demo centre; there is no such route without it. */
export function demoPhoneRoutes(app: App, { demo, telephony, clock, log }: HttpOptions): void {
  if (demo === undefined) return
  const phones = new DemoPhones(telephony, log)
  app.addHook('preClose', () => phones.close())

  app.post(
    '/api/v1/demo/phone',
    {
      schema: {
        tags: ['demo'],
        summary: 'Borrow a browser phone for an hour',
        body,
        response: { 200: lent, 400: problemSchema, 429: problemSchema }
      },
      config: { rateLimit: { max: PHONES_PER_MINUTE, timeWindow: '1 minute' } }
    },
    async (request, reply) => {
      const { callerNumber } = request.body
      if (callerNumber !== undefined && !demo.customers().some(({ numbers }) => numbers.includes(callerNumber))) {
        return reply.code(400).send(problem('NOT_A_DEMO_CUSTOMER', 'No demo customer has that number'))
      }
      const made = await phones.lend(callerNumber, clock.now())
      if (made === undefined) return reply.code(429).send(problem('TOO_MANY_PHONES', 'All phones are lent; try again later'))
      const { expiresAt, ...phone } = made
      return { ...phone, expiresAt: new Date(expiresAt).toISOString() }
    }
  )

  app.delete(
    '/api/v1/demo/phone/:user',
    {
      schema: {
        ...{ tags: ['demo'], summary: 'Give the phone back' },
        params: z.object({ user: z.string().max(64) }),
        response: { 204: z.null(), 404: problemSchema }
      }
    },
    async (request, reply) => {
      if (await phones.takeBack(request.params.user)) return reply.code(204).send(null)
      return reply.code(404).send(problem('PHONE_UNKNOWN', 'There is no such phone'))
    }
  )
}
