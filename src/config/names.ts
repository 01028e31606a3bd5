import { z } from 'zod'
import type { SkillNeed } from '../domain/skill-need.ts'

/** How things of the centre are called. */
export const name = z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/, 'expected a name of lower-case letters, digits, - and _')

export const skills = z.record(name, z.int().min(1).max(5)).describe('Skill → level, 1 (knows a little) to 5 (expert)')

export const digits = z.string('expected digits in quotes').regex(/^\d{1,20}$/, 'expected digits in quotes')

/** What is asked of an agent. */
export const need: z.ZodType<SkillNeed> = z.lazy(() =>
  z
    .object({ all: z.array(need).min(1), any: z.array(need).min(1), not: need })
    .partial()
    .catchall(z.int().min(1).max(5))
)
