import * as z from 'zod'
import type { SkillNeed } from '../../../domain/skill-need.ts'
import { objection } from './objection.ts'

/** The kinds of values in flow files, each with a title for the reference and a sentence for whoever gets it wrong. */

export const namePattern = /^[a-z_][a-zA-Z0-9_]*$/

export const stepName = z
  .string(objection`must be the name of a step`)
  .regex(/^[a-zA-Z_][\w-]*$/, objection`must be a name of letters, digits, _ and -`)
  .meta({ title: 'step' })

export const target = z
  .union([stepName, z.strictObject({ go: stepName }), z.strictObject({ flow: z.string() })], {
    error: objection`must say where to go: the name of a step, { go: step }, or { flow: name } for another flow`
  })
  .meta({ title: 'target' })

export const duration = z
  .string(objection`must be a time with its unit, such as 5s, 700ms or 2m`)
  .regex(/^\d+(\.\d+)?(ms|s|m|h)$/, objection`must be a time with its unit, such as 5s, 700ms or 2m`)
  .meta({ title: 'time' })

export const expression = z
  .union([z.string(), z.boolean(), z.number()], { error: objection`must be an expression` })
  .meta({ title: 'expression' })

/** Text with `${expression}` in it, or a plain number or truth value. */
export const template = z
  .union([z.string(), z.number(), z.boolean()], { error: objection`must be a text, a number, true or false` })
  .meta({ title: 'template' })

/** Anything YAML can say, with `${expression}` in its texts. */
export const anyTemplate = z.unknown().meta({ title: 'value' })

export const templates = z
  .record(z.string(), anyTemplate, objection`must be names with values`)
  .meta({ title: 'names and values' })

/** Looked at in detail when it is built: its shape depends on the languages of the flow. */
export const prompt = z
  .union([z.string(), z.array(z.unknown()), z.record(z.string(), z.unknown())], {
    error: objection`must be something to say: a text, a text for each language, { audio: name }, or a list of such`
  })
  .meta({ title: 'prompt' })

export const priority = z
  .enum(['emergency', 'high', 'normal', 'low'], objection`must be emergency, high, normal or low`)
  .meta({ title: 'priority' })

export const keys = z.string(objection`must be keys in quotes, such as "*9"`).meta({ title: 'keys' })

export const flag = z.boolean(objection`must be true or false`).meta({ title: 'true/false' })

export const count = (min: number, max: number) =>
  z
    .number(objection`must be a number from ${min} to ${max}`)
    .int(objection`must be a whole number`)
    .min(min, objection`must be at least ${min}`)
    .max(max, objection`must be at most ${max}`)
    .meta({ title: 'number' })

const levelError = objection`must be a level from 1 to 5`
const level = z.number(levelError).int(levelError).min(1, levelError).max(5, levelError)
const needs = () => z.array(skillNeed, objection`must be a list of skills with levels`).min(1, objection`must name at least one`)

/** Skills with their least levels, and `all`, `any` and `not` of such. */
export const skillNeed: z.ZodType<SkillNeed> = z
  .lazy(() =>
    z
      .object({ all: needs(), any: needs(), not: skillNeed }, objection`must be skills with levels, such as { card-security: 3 }`)
      .partial()
      .catchall(level)
  )
  .meta({ id: 'skills', title: 'skills' })

/** A number that callers dial. YAML reads one without quotes as a number; the text is what counts. */
export const dialled = z
  .union(
    [
      z.string().regex(/^\+?\d+\*?$/, objection`must be digits, with + in front and * at the end if need be`),
      z.number().int().nonnegative()
    ],
    {
      error: objection`must be a number that callers dial`
    }
  )
  .meta({ title: 'dialled number' })

/** Milliseconds of a checked duration. */
export function millisecondsOf(text: string): number {
  const [, amount = '0', unit = 'ms'] = /^([\d.]+)(ms|s|m|h)$/.exec(text) ?? []
  return Math.round(Number(amount) * { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit as 'ms' | 's' | 'm' | 'h'])
}
