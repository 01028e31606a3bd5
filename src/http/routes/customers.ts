import { z } from 'zod'
import { customersIn } from '../../customers/find-customer.ts'
import { setFlags } from '../../customers/set-flags.ts'
import type { User } from '../../domain/centre.ts'
import { listCalls } from '../../records/read-calls.ts'
import type { App } from '../app-type.ts'
import { requires, userOf } from '../auth.ts'
import { problem, problemSchema } from '../errors.ts'
import type { HttpOptions } from '../http-options.ts'
import { callScope } from '../scope.ts'

const customerSchema = z.object({
  id: z.string(),
  name: z.string(),
  numbers: z.array(z.string()).readonly(),
  segment: z.string(),
  flags: z.array(z.string()).readonly(),
  language: z.string().optional(),
  profile: z.record(z.string(), z.unknown())
})

const unknown = problem('CUSTOMER_UNKNOWN', 'There is no such customer')
const flag = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'A flag is lower case letters, digits and dashes')

/** Customers, and the marks that other systems set on them. */
export function customerRoutes(app: App, { database, centre, publish }: HttpOptions): void {
  const customers = customersIn(database)
  /** Customers are known to those who may read a call of theirs. Who looks for others learns nothing, not even that they exist. */
  const maySee = async (user: User, customer: string) => {
    const within = callScope(user, centre)
    return within === undefined || (await listCalls(database, { customer, within, limit: 1 })).calls.length > 0
  }

  app.get(
    '/api/v1/customers',
    {
      onRequest: requires(),
      schema: {
        tags: ['customers'],
        summary: 'The customer who has a number, if you may read a call of theirs',
        security: [{ bearer: [] }],
        querystring: z.object({ number: z.string().min(1).max(32) }),
        response: { 200: customerSchema, 401: problemSchema, 404: problemSchema }
      }
    },
    async (request, reply) => {
      const found = await customers.findByNumber(request.query.number, new AbortController().signal)
      return found !== undefined && (await maySee(userOf(request), found.id)) ? found : reply.code(404).send(unknown)
    }
  )

  app.put(
    '/api/v1/customers/:id/flags',
    {
      onRequest: requires('crm', 'admin'),
      schema: {
        tags: ['customers'],
        summary: 'Replace the flags of a customer; the next call sees them, and desks are told at once',
        security: [{ bearer: [] }],
        params: z.object({ id: z.string().min(1).max(64) }),
        body: z.strictObject({ flags: z.array(flag).max(50) }),
        response: { 200: customerSchema, 401: problemSchema, 403: problemSchema, 404: problemSchema }
      }
    },
    async (request, reply) => {
      if (!(await maySee(userOf(request), request.params.id))) return reply.code(404).send(unknown)
      const changed = await setFlags(database, request.params.id, request.body.flags)
      if (changed === undefined) return reply.code(404).send(unknown)
      publish({ type: 'customer.changed', customer: changed, by: userOf(request).username })
      return changed
    }
  )
}
