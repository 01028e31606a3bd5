import { listed, say, together } from '../../../domain/saying.ts'
import { closest, didYouMean } from '../findings/closest.ts'
import type { Report } from '../findings/report.ts'
import { laterFields } from '../schema/flow-schema.ts'
import { reportIssues } from '../schema/report-issues.ts'
import { laterKinds, type StepKind, stepKinds, stepSchemas } from '../schema/step-schemas.ts'
import type { ShapedStep } from './build-step.ts'

/** Checks the shape of each step by the schema of its kind. Steps that are wrong are reported and left out. */
export function shapeSteps(sources: Readonly<Record<string, unknown>>, report: Report): ReadonlyMap<string, ShapedStep> {
  const steps = new Map<string, ShapedStep>()
  for (const [name, source] of Object.entries(sources)) {
    const step = shapeStep(name, source, report)
    if (step !== undefined) steps.set(name, step)
  }
  return steps
}

function shapeStep(name: string, source: unknown, report: Report): ShapedStep | undefined {
  const path = ['steps', name]
  if (!/^[a-zA-Z_][\w-]*$/.test(name)) {
    report.error('FLOW0009', { path, key: true }, say`"${name}" cannot be the name of a step`, say`use letters, digits, _ and -`)
  }
  if (typeof source !== 'object' || source === null || Array.isArray(source)) {
    report.error(
      'FLOW0004',
      { path, key: true },
      say`a step says what it does`,
      say`such as "play: …"; there is ${listed(stepKinds)}`
    )
    return undefined
  }
  const kind = kindOf(source, path, report)
  if (kind === undefined) return undefined

  const schema = stepSchemas[kind]
  const shaped = schema.safeParse(source)
  if (shaped.success) return { kind, source: shaped.data } as ShapedStep
  reportIssues(shaped.error.issues, schema, source, path, laterFields[kind] ?? [], report)
  return undefined
}

function kindOf(source: object, path: readonly string[], report: Report): StepKind | undefined {
  const keys = Object.keys(source)
  const kinds = stepKinds.filter((kind) => keys.includes(kind))
  // `attach` is a step of its own, and data that goes with a queue or transfer step.
  const main = kinds.filter((kind) => !kinds.some((other) => other !== kind && kind in stepSchemas[other].shape))
  const [only] = main
  if (only !== undefined && main.length === 1) return only

  const later = keys.find((key) => laterKinds.includes(key))
  if (main.length > 1) {
    const second = { path: [...path, main[1] ?? ''], key: true }
    report.error('FLOW0004', second, say`a step does one thing, and this one says ${together(main)}`, say`make two steps of it`)
  } else if (later !== undefined) {
    report.error('FLOW0005', { path: [...path, later], key: true }, say`steps of the kind "${later}" are not available yet`)
  } else {
    const key = keys.find((candidate) => closest(candidate, stepKinds) !== undefined) ?? keys[0]
    const place = key === undefined ? { path, key: true } : { path: [...path, key], key: true }
    const meant = key === undefined ? undefined : didYouMean(key, stepKinds)
    report.error('FLOW0004', place, say`this step does not say what it does`, meant ?? say`there is ${listed(stepKinds)}`)
  }
  return undefined
}
