import { say } from '../../../domain/saying.ts'
import { wayName } from '../../exits-of.ts'
import type { SplitStep } from '../../step.ts'
import type { StepSource } from '../schema/step-schemas.ts'
import type { Path } from '../source/source-file.ts'
import { buildTarget } from './build-target.ts'
import type { Draft } from './draft.ts'

/** Compiles ways by chance: they add up, and each can be told from the others by where it leads. */
export function buildSplit(source: StepSource<'split'>['split'], path: Path, draft: Draft): SplitStep['ways'] {
  const ways = source.map(({ percent, go }, index) => ({ percent, go: buildTarget(go, [...path, index, 'go'], draft) }))
  const sum = ways.reduce((total, { percent }) => total + percent, 0)
  // Thirds such as 33.3 + 33.3 + 33.4 add up to 100 but for the noise of binary fractions.
  if (Math.abs(sum - 100) > 1e-6) {
    draft.report.error('FLOW0006', { path }, say`the percents add up to ${Number(sum.toFixed(3))}, not to 100`)
  }
  for (const [index, { go }] of ways.entries()) {
    if (ways.findIndex((other) => wayName(other.go) === wayName(go)) === index) continue
    draft.report.error(
      'FLOW0006',
      { path: [...path, index, 'go'] },
      say`two ways lead to "${wayName(go)}"`,
      say`make one of them`
    )
  }
  return ways
}
