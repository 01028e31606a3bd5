import { z } from 'zod'
import type { User } from '../../domain/centre.ts'
import type { CallId } from '../../domain/ids.ts'
import type { WaitingCaller } from '../../domain/waiting-caller.ts'
import type { App } from '../app-type.ts'
import { requires, userOf } from '../auth.ts'
import { problem, problemSchema } from '../errors.ts'
import type { HttpOptions } from '../http-options.ts'
import { queueScope } from '../scope.ts'

const word = z.string().min(1).max(128)
const refusals = { 401: problemSchema, 403: problemSchema, 404: problemSchema }
const unknownQueue = problem('QUEUE_UNKNOWN', 'There is no such queue, or it is not one of yours')
const notWaiting = problem('NOT_WAITING', 'That caller does not wait in this queue')

const callerSchema = z.object({
  callId: z.string(),
  contactId: z.string(),
  caller: z.string(),
  priority: z.string(),
  enqueuedAt: z.iso.datetime().describe('The first time, also when they came back or came on from another queue'),
  position: z.number().int().describe('1 for who is served next'),
  estimateMs: z.number().int().optional().describe('How much longer it may take; left out while too little is known'),
  ringing: z.string().optional().describe('The agent whose phone rings for them')
})

/** Who waits in a queue, and taking somebody out of it. Supervisors those that their teams serve. */
export function queueCallerRoutes(app: App, { calls, centre }: HttpOptions): void {
  const about = { tags: ['live'], security: [{ bearer: [] }] }
  const maySee = (user: User, queue: string) => centre.queues.has(queue) && queueScope(user, centre)?.includes(queue) !== false

  app.get(
    '/api/v1/queues/:queue/callers',
    {
      onRequest: requires('supervisor', 'crm', 'admin'),
      schema: {
        ...about,
        summary: 'Who waits in a queue, the next one first, with places and estimates',
        params: z.object({ queue: word }),
        response: { 200: z.object({ items: z.array(callerSchema) }), ...refusals }
      }
    },
    async (request, reply) => {
      const { queue } = request.params
      if (!maySee(userOf(request), queue)) return reply.code(404).send(unknownQueue)
      return { items: calls.waitingIn(queue).map(toView) }
    }
  )

  app.delete(
    '/api/v1/queues/:queue/callers/:callId',
    {
      onRequest: requires('supervisor', 'admin'),
      schema: {
        ...about,
        summary: 'Take a caller out of a queue; the flow goes on with `withdrawn`',
        params: z.object({ queue: word, callId: word }),
        response: { 204: z.null(), ...refusals }
      }
    },
    async (request, reply) => {
      const { queue, callId } = request.params
      const user = userOf(request)
      if (!maySee(user, queue)) return reply.code(404).send(unknownQueue)
      const waits = calls.waitingIn(queue).some((caller) => caller.callId === callId)
      const result = waits ? calls.withdraw(callId as CallId, user.username) : undefined
      return result?.ok === true ? reply.code(204).send(null) : reply.code(404).send(notWaiting)
    }
  )
}

function toView({ queue: _, enqueuedAt, ...caller }: WaitingCaller): z.infer<typeof callerSchema> {
  return { ...caller, enqueuedAt: new Date(enqueuedAt).toISOString() }
}
