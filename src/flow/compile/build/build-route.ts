import { say } from '../../../domain/saying.ts'
import type { RouteStep } from '../../step.ts'
import { didYouMean } from '../findings/closest.ts'
import { ROUTE_DEADLINE_MAX_MS } from '../schema/route-schema.ts'
import type { StepSource } from '../schema/step-schemas.ts'
import { millisecondsOf } from '../schema/value-schemas.ts'
import type { Path } from '../source/source-file.ts'
import { buildAttach, buildExits, requireExits } from './build-leaving.ts'
import type { Draft } from './draft.ts'

/** Compiles a question to an application: it is one that may be there, and callers do not wait for it for ever. */
export function buildRoute(
  source: StepSource<'route'>,
  path: Path,
  draft: Draft
): Omit<RouteStep, 'name' | 'line' | 'flush' | 'kind'> {
  const { app, with: given, deadline = '1s', ring = '30s' } = source.route
  const at = [...path, 'route']
  const known = [...(draft.context.centre.routeApps?.keys() ?? [])]
  if (!known.includes(app)) {
    const hint = didYouMean(app, known) ?? say`users of the configuration name theirs: routes: [${app}]`
    draft.report.error('FLOW0037', { path: [...at, 'app'] }, say`there is no application "${app}" to decide routes`, hint)
  }
  const deadlineMs = millisecondsOf(deadline)
  if (deadlineMs < 1 || deadlineMs > ROUTE_DEADLINE_MAX_MS)
    draft.report.error('FLOW0006', { path: [...at, 'deadline'] }, say`a deadline is more than 0s and at most 5s`)
  requireExits(source, ['default'], path, draft)
  return {
    ...{ app, deadlineMs, ringMs: millisecondsOf(ring) },
    ...(given !== undefined && { given: buildAttach(given, [...at, 'with'], draft) }),
    exits: buildExits(source, ['default', 'failed', 'completed'], path, draft)
  }
}
