import jwt from '@fastify/jwt'
import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import { z } from 'zod'
import type { Role } from '../domain/agent.ts'
import type { User } from '../domain/centre.ts'
import { problem } from './errors.ts'

const claimsSchema = z.object({
  sub: z.string(),
  name: z.string(),
  role: z.enum(['agent', 'supervisor', 'crm', 'admin']),
  teams: z.array(z.string())
})

/** Lets the app issue and check tokens. */
export async function registerTokens(app: FastifyInstance, secret: string): Promise<void> {
  await app.register(jwt, { secret, sign: { algorithm: 'HS256' }, verify: { algorithms: ['HS256'] } })
}

/** A token that says who this is, for so long. */
export function issueToken(app: FastifyInstance, { username, name, role, teams }: User, lifetimeMs: number): string {
  return app.jwt.sign({ sub: username, name, role, teams: [...teams] }, { expiresIn: Math.floor(lifetimeMs / 1000) })
}

/** The user that a token was issued to; undefined when it is not ours or no longer valid. */
export async function verifyToken(app: FastifyInstance, token: string): Promise<User | undefined> {
  try {
    return toUser(app.jwt.verify(token))
  } catch {
    // Every fault of a token (form, signature, time) has the same meaning: nobody.
    return undefined
  }
}

/** For routes: only signed-in users of these roles; all roles when none is named. The user is then at `userOf(request)`. */
export function requires(...roles: readonly Role[]): onRequestAsyncHookHandler {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const [scheme, token] = (request.headers.authorization ?? '').split(' ')
    const user = scheme?.toLowerCase() === 'bearer' && token !== undefined ? await verifyToken(request.server, token) : undefined
    if (user === undefined) {
      return reply.code(401).header('www-authenticate', 'Bearer').send(problem('NOT_AUTHENTICATED', 'Sign in first'))
    }
    if (roles.length > 0 && !roles.includes(user.role)) {
      return reply.code(403).send(problem('NOT_ALLOWED', 'Your role may not do this'))
    }
    users.set(request, user)
  }
}

/** Who sent a request of a route that `requires` somebody. */
export function userOf(request: FastifyRequest): User {
  const user = users.get(request)
  if (user === undefined) throw new Error('The route asks who is signed in without requiring anybody')
  return user
}

const users = new WeakMap<FastifyRequest, User>()

function toUser(claims: unknown): User | undefined {
  const parsed = claimsSchema.safeParse(claims)
  if (!parsed.success) return undefined
  const { sub, ...rest } = parsed.data
  return { username: sub, ...rest }
}
