import { parse } from 'yaml'
import { AppError } from '../../domain/errors.ts'
import { answersSchema, type GivenAnswers } from './answers.ts'

/** The answers of a YAML file, with those given beside it, which win. Throws an AppError that names what is wrong. */
export function readAnswers(text: string, given: object): GivenAnswers {
  const written = parseYaml(text) ?? {}
  const parsed = answersSchema.safeParse(typeof written === 'object' ? { ...written, ...given } : written)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new AppError('ANSWERS_WRONG', 'client', 'The answers cannot be used', { details: { problems } })
}

function parseYaml(text: string): unknown {
  try {
    return parse(text)
  } catch (cause) {
    throw new AppError('ANSWERS_WRONG', 'client', 'The answers cannot be used', { details: { problems: [String(cause)] }, cause })
  }
}
