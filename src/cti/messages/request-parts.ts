import { z } from 'zod'

/** A call, by its id. */
export const callId = z.string().min(1).max(128)

/** Whom it is about. */
export const agentId = z
  .string()
  .min(1)
  .max(64)
  .optional()
  .describe('Left out: yourself. Supervisors may name an agent of their teams')

/** No parameters. */
export const nothing = z.strictObject({})

/** Up to so many letters; PostgreSQL has no room for NUL. */
export const word = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[^\0]*$/)

/** The effect arrives as an event. */
export const done = z.object({})

/** A request that says which call and nothing else. */
export function aboutCall(summary: string) {
  return { summary, params: z.strictObject({ callId }), result: done }
}

/** Where a caller can be sent, and whom an agent can consult. */
export const targetSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('agent'), agentId: z.string().min(1).max(64) }),
  z.strictObject({ kind: z.literal('queue'), queue: z.string().min(1).max(64) }),
  z.strictObject({ kind: z.literal('number'), number: z.string().min(1).max(32) }),
  z.strictObject({ kind: z.literal('sip'), uri: z.string().min(1).max(256) })
])

/** Deeper data would overflow the stack of whoever serialises it. */
export const DEPTH_MAX = 8

/** How deep that is nested, as far as it matters. */
export function depthOf(value: unknown): number {
  let depth = 0
  let level: unknown[] = [value]
  while (depth <= DEPTH_MAX && level.length > 0) {
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []))
    depth++
  }
  return depth
}

/** What is attached to a call, by name. */
export const attachedSchema = z
  .record(z.string().min(1).max(64), z.unknown())
  .refine((values) => Object.keys(values).length <= 50, 'At most 50 keys at once')
  .refine((values) => depthOf(values) <= DEPTH_MAX, `Nested more than ${DEPTH_MAX} deep`)
