import { type Saying, say } from '../../../domain/saying.ts'
import type { RecordStep } from '../../step.ts'
import type { StepSource } from '../schema/step-schemas.ts'
import { millisecondsOf } from '../schema/value-schemas.ts'
import type { Path } from '../source/source-file.ts'
import { requireKnown } from './build-leaving.ts'
import { buildPrompt } from './build-prompt.ts'
import { optionalTarget } from './build-target.ts'
import type { Draft } from './draft.ts'

const MAX_MS = 30 * 60_000
const SILENCE_MS = 60_000

export function buildRecord(
  source: StepSource<'record'>,
  path: Path,
  draft: Draft
): Omit<RecordStep, 'name' | 'line' | 'flush' | 'kind'> {
  const body = source.record
  const at = [...path, 'record']
  requireKnown('FLOW0016', say`queue`, body.queue, draft.context.centre.queues.keys(), [...at, 'queue'], draft)
  if (!draft.catchesFaults && source.on_error === undefined) {
    const message = say`it does not say what happens when the message cannot be stored`
    draft.report.error('FLOW0013', { path, key: true }, message, say`on_error: … for the step or the whole flow`)
  }
  const { finish_key = '#' } = body
  return {
    ...(body.prompt !== undefined && { prompt: buildPrompt(body.prompt, [...at, 'prompt'], draft) }),
    bargeIn: body.barge_in ?? true,
    ...(body.into !== undefined && { into: body.into }),
    queue: body.queue,
    ...buildLimits(body, at, draft),
    finishKey: finish_key === false ? undefined : finish_key,
    beep: body.beep ?? true,
    exits: {
      ...optionalTarget('recorded', source.recorded, [...path, 'recorded'], draft),
      ...optionalTarget('too_short', source.too_short, [...path, 'too_short'], draft)
    }
  }
}

function buildLimits(body: StepSource<'record'>['record'], at: Path, draft: Draft) {
  const maxMs = millisecondsOf(body.max ?? '2m')
  const minMs = millisecondsOf(body.min ?? '1s')
  const maxSilenceMs = millisecondsOf(body.silence ?? '4s')
  const wrong = (field: string, message: Saying, hint?: Saying) =>
    draft.report.error('FLOW0006', { path: [...at, field] }, message, hint)
  if (maxMs < 1000 || maxMs > MAX_MS) wrong('max', say`a message is from 1s to 30m long`)
  if (minMs >= maxMs) wrong(body.min === undefined ? 'max' : 'min', say`min must be less than max`)
  if (maxSilenceMs < 1000 || maxSilenceMs > SILENCE_MS) wrong('silence', say`silence is from 1s to 60s`)
  else if (maxSilenceMs % 1000 !== 0)
    wrong('silence', say`Asterisk counts silence in whole seconds`, say`${Math.ceil(maxSilenceMs / 1000)}s`)
  return { maxMs, minMs, maxSilenceMs }
}
