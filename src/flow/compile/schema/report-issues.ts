import * as z from 'zod'
import { type Saying, say } from '../../../domain/saying.ts'
import { didYouMean } from '../findings/closest.ts'
import type { Report } from '../findings/report.ts'
import type { Path } from '../source/source-file.ts'
import { sayingOf } from './objection.ts'

/** Reports what a schema objects to, in the words of flow designers. `later`: fields that a later version will know. */
export function reportIssues(
  issues: readonly z.core.$ZodIssue[],
  schema: z.ZodType,
  value: unknown,
  path: Path,
  later: readonly string[],
  report: Report
): void {
  for (const issue of issues) {
    const inner = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))
    const place = { path: [...path, ...inner] }
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) reportUnknownKey(key, fieldsAt(schema, inner), [...place.path, key], later, report)
    } else if (issue.code === 'invalid_key') {
      report.error('FLOW0006', { ...place, key: true }, sayingOf(issue))
    } else if (inner.length > 0 && valueAt(value, inner) === undefined) {
      report.error('FLOW0007', { path: place.path.slice(0, -1), key: true }, say`"${inner.at(-1) ?? ''}" is missing`)
    } else {
      const field = inner.findLast((part) => typeof part === 'string')
      const objection = sayingOf(issue)
      report.error('FLOW0006', place, field !== undefined && isOfField(objection) ? say`"${field}" ${objection}` : objection)
    }
  }
}

/** Whether it can follow the name of a field: "tries" must be a number. */
function isOfField(objection: Saying): boolean {
  return objection.template.startsWith('must')
}

function reportUnknownKey(key: string, known: readonly string[], path: Path, later: readonly string[], report: Report): void {
  if (later.includes(key)) report.error('FLOW0005', { path, key: true }, say`"${key}" is not available yet`)
  else report.error('FLOW0003', { path, key: true }, say`"${key}" is not known here`, didYouMean(key, known))
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, part) => {
    return typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[part] : undefined
  }, value)
}

/** The fields of the object that the schema describes at that path. */
function fieldsAt(schema: z.core.$ZodType, path: Path): readonly string[] {
  let inner = unwrapped(schema)
  for (const part of path) {
    if (inner instanceof z.ZodObject) inner = unwrapped(inner.shape[part] ?? z.unknown())
    else if (inner instanceof z.ZodRecord) inner = unwrapped(inner.valueType)
    else if (inner instanceof z.ZodArray) inner = unwrapped(inner.element)
    else return []
  }
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : []
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodOptional ? unwrapped(schema.unwrap()) : schema
}
