import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'

/** Whether the request shows that very bearer token. Takes the same time whatever it shows. */
export function hasBearer(request: FastifyRequest, token: string): boolean {
  // Compared is what has one length.
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(request.headers.authorization ?? ''), digest(`Bearer ${token}`))
}
