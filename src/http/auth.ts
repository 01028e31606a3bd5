import jwt from '@fastify/jwt'
import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import { z } from 'zod'
import type { Role } from '../domain/agent.ts'
import type { User } from '../domain/centre.ts'
import type { SignIn } from '../domain/sign-in.ts'
import { problem } from './errors.ts'
import type { SignIns } from './sign-ins.ts'

declare module 'fastify' {
  interface FastifyInstance {
    signIns: SignIns
  }
}

/** Times are seconds (RFC 7519 §4.1), `since` milliseconds. */
const claimsSchema = z.object({
  sub: z.string(),
  sid: z.string(),
  epoch: z.number().int(),
  since: z.number(),
  exp: z.number()
})

/** Who is signed in, and by which sign-in. */
export interface SignedIn {
  readonly user: User
  readonly signIn: SignIn
}

/** Lets the app issue and check tokens. */
export async function registerTokens(app: FastifyInstance, secret: string, signIns: SignIns): Promise<void> {
  await app.register(jwt, { secret, sign: { algorithm: 'HS256' }, verify: { algorithms: ['HS256'] } })
  app.decorate('signIns', signIns)
}

/** A token of that sign-in. What its user may do is looked up when it is used, and stands not in it. */
export function issueToken(app: FastifyInstance, { id, username, epoch, since, expiresAt }: SignIn): string {
  return app.jwt.sign({ sub: username, sid: id, epoch, since, exp: Math.floor(expiresAt / 1000) })
}

/** Who has that token; undefined when it is not ours, has expired, was ended, or its user is gone. */
export function readToken(app: FastifyInstance, token: string): SignedIn | undefined {
  let claims: unknown
  try {
    claims = app.jwt.verify(token)
  } catch {
    // Every fault of a token (form, signature, time) has the same meaning: nobody.
    return undefined
  }
  const parsed = claimsSchema.safeParse(claims)
  if (!parsed.success) return undefined
  const { sub: username, sid: id, epoch, since, exp } = parsed.data
  const signIn = { id, username, epoch, since, expiresAt: exp * 1000 }
  const standing = app.signIns.standing(signIn)
  return standing.ok ? { user: standing.user, signIn } : undefined
}

/** The user of that token; undefined when it is not valid now. */
export async function verifyToken(app: FastifyInstance, token: string): Promise<User | undefined> {
  return readToken(app, token)?.user
}

/** For routes: only signed-in users of these roles; all roles when none is named. The user is then at `userOf(request)`. */
export function requires(...roles: readonly Role[]): onRequestAsyncHookHandler {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const [scheme, token] = (request.headers.authorization ?? '').split(' ')
    const signedIn = scheme?.toLowerCase() === 'bearer' && token !== undefined ? readToken(request.server, token) : undefined
    if (signedIn === undefined) {
      return reply.code(401).header('www-authenticate', 'Bearer').send(problem('NOT_AUTHENTICATED', 'Sign in first'))
    }
    if (roles.length > 0 && !roles.includes(signedIn.user.role)) {
      return reply.code(403).send(problem('NOT_ALLOWED', 'Your role may not do this'))
    }
    senders.set(request, signedIn)
  }
}

/** Who sent a request of a route that `requires` somebody. */
export function userOf(request: FastifyRequest): User {
  return signedInOf(request).user
}

/** The same, with the sign-in. */
export function signedInOf(request: FastifyRequest): SignedIn {
  const signedIn = senders.get(request)
  if (signedIn === undefined) throw new Error('The route asks who is signed in without requiring anybody')
  return signedIn
}

const senders = new WeakMap<FastifyRequest, SignedIn>()
