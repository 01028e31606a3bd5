import { isShallow, JSON_DEPTH_MAX } from '../domain/json-depth.ts'
import type { App } from './app-type.ts'
import { problem } from './errors.ts'

/** Refuses requests with what no store of ours has room for: NUL in a text (PostgreSQL), and JSON that is too deep to be written again. */
export function refuseUnstorable(app: App): void {
  app.addHook('preValidation', async (request, reply) => {
    const wrong = objectionTo([request.params, request.query, request.body])
    if (wrong !== undefined) await reply.code(400).send(problem('INVALID', 'The request does not fit', { problems: [wrong] }))
  })
}

function objectionTo(given: readonly unknown[]): string | undefined {
  if (!isShallow(given, JSON_DEPTH_MAX + 1)) return `nothing may nest deeper than ${JSON_DEPTH_MAX}`
  return hasNul(given) ? 'no text may hold the character U+0000' : undefined
}

function hasNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0')
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([key, inner]) => key.includes('\0') || hasNul(inner))
}
