import { plainNumber } from '../../../domain/dial-rules.ts'
import { type Saying, say } from '../../../domain/saying.ts'
import type { CallbackStep } from '../../step.ts'
import { callbackTime } from '../../steps/run-callback.ts'
import { fixedValue } from '../expressions/fixed-value.ts'
import type { StepSource } from '../schema/step-schemas.ts'
import { millisecondsOf } from '../schema/value-schemas.ts'
import type { Path } from '../source/source-file.ts'
import { buildExits, requireExits, requireKnown } from './build-leaving.ts'
import type { Draft } from './draft.ts'

/** Compiles a booking: its queue is known, and a number or a time that is written down is one. */
export function buildCallback(
  source: StepSource<'callback'>,
  path: Path,
  draft: Draft
): Omit<CallbackStep, 'name' | 'line' | 'flush' | 'kind'> {
  const body = typeof source.callback === 'object' && source.callback !== null ? source.callback : {}
  const at = [...path, 'callback']
  if (body.queue !== undefined)
    requireKnown('FLOW0016', say`queue`, body.queue, draft.context.centre.queues.keys(), [...at, 'queue'], draft)
  const text = (name: 'number' | 'at', isGood: (value: string) => boolean, needs: Saying) => {
    const written = body[name]
    if (written === undefined) return undefined
    const template = draft.templates.value(String(written), [...at, name])
    if (template.fixed && !isGood(String(fixedValue(template))))
      draft.report.error('FLOW0006', { path: [...at, name] }, say`this must be ${needs}`)
    return template
  }
  const number = text('number', (value) => plainNumber(value) !== undefined, say`a telephone number or a SIP address`)
  const time = text(
    'at',
    (value) => callbackTime(value) !== undefined,
    say`a time with its offset, such as 2026-11-23T09:00:00+08:00`
  )
  requireExits(source, ['booked', 'refused'], path, draft)
  return {
    ...(number !== undefined && { number }),
    ...(body.queue !== undefined && { queue: body.queue }),
    ...(time !== undefined && { at: time }),
    ...(body.within !== undefined && { withinMs: millisecondsOf(body.within) }),
    exits: buildExits(source, ['booked', 'refused'], path, draft)
  }
}
