import type * as z from 'zod'
import { say } from '../../../domain/saying.ts'
import type { Target } from '../../target.ts'
import { didYouMean } from '../findings/closest.ts'
import type { target } from '../schema/value-schemas.ts'
import type { Path } from '../source/source-file.ts'
import type { Draft } from './draft.ts'

export type TargetSource = z.infer<typeof target>

/** Resolves where something leads. Other flows are checked when all are known. */
export function buildTarget(source: TargetSource, path: Path, draft: Draft): Target {
  if (typeof source === 'object' && 'flow' in source) return { kind: 'flow', flow: source.flow }
  const step = typeof source === 'string' ? source : source.go
  if (!draft.stepNames.has(step)) {
    const place = { path: typeof source === 'string' ? path : [...path, 'go'] }
    draft.report.error('FLOW0010', place, say`there is no step "${step}"`, () => didYouMean(step, draft.stepNames))
  }
  return { kind: 'step', step }
}

/** The same for a target that may be left out, as a field to spread. */
export function optionalTarget<Name extends string>(
  name: Name,
  source: TargetSource | undefined,
  path: Path,
  draft: Draft
): { readonly [key in Name]?: Target } {
  if (source === undefined) return {}
  return { [name]: buildTarget(source, path, draft) } as { [key in Name]?: Target }
}
