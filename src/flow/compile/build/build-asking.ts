import { say } from '../../../domain/saying.ts'
import type { Asking, CollectStep, Failing, MenuStep } from '../../step.ts'
import type { Target } from '../../target.ts'
import type { FailingSource, StepSource } from '../schema/step-schemas.ts'
import { millisecondsOf } from '../schema/value-schemas.ts'
import type { Path } from '../source/source-file.ts'
import { buildPrompt } from './build-prompt.ts'
import { buildTarget } from './build-target.ts'
import type { Draft } from './draft.ts'

type MenuSource = StepSource<'menu'>['menu']
type CollectSource = StepSource<'collect'>['collect']

export function buildMenu(source: MenuSource, path: Path, draft: Draft): Omit<MenuStep, 'name' | 'line' | 'flush' | 'kind'> {
  const choices = new Map<string, Target>()
  for (const [keys, target] of Object.entries(source.choices)) {
    choices.set(keys, buildTarget(target, [...path, 'choices', keys], draft))
  }
  if (choices.size === 0) draft.report.error('FLOW0007', { path: [...path, 'choices'] }, say`a menu needs choices`)
  return { ...buildAsking(source, path, draft), choices }
}

export function buildCollect(
  source: CollectSource,
  path: Path,
  draft: Draft
): Omit<CollectStep, 'name' | 'line' | 'flush' | 'kind'> {
  const { exactly, min = 1, max = 100, finish_key = '#' } = source.digits
  const at = [...path, 'digits']
  if (exactly !== undefined && (source.digits.min !== undefined || source.digits.max !== undefined)) {
    draft.report.error('FLOW0006', { path: at }, say`give either exactly, or min and max`)
  }
  if (min > max) draft.report.error('FLOW0006', { path: at }, say`min ${min} is more than max ${max}`)
  requireText(source.into, [...path, 'into'], draft)

  const check = source.check
  return {
    ...buildAsking(source, path, draft),
    into: source.into,
    min: exactly ?? min,
    max: exactly ?? max,
    finishKey: finish_key === false ? undefined : finish_key,
    secret: source.secret ?? false,
    ...(check !== undefined && { check: draft.expressions.condition(String(check), { path: [...path, 'check'], from: 0 }) })
  }
}

function requireText(variable: string, path: Path, draft: Draft): void {
  const type = draft.variables.get(variable)
  if (type === 'string' || type === 'dyn' || type === undefined) return
  draft.report.error('FLOW0022', { path }, say`digits are a text, and "${variable}" is not`, say`vars: { ${variable}: "" }`)
}

function buildAsking(source: MenuSource | CollectSource, path: Path, draft: Draft): Asking {
  const { defaults } = draft
  return {
    ...(source.prompt !== undefined && { prompt: buildPrompt(source.prompt, [...path, 'prompt'], draft) }),
    bargeIn: source.barge_in ?? true,
    firstDigitMs: millisecondsOf(source.first_digit ?? defaults.first_digit ?? '5s'),
    betweenDigitsMs: millisecondsOf(source.between_digits ?? defaults.between_digits ?? '2s'),
    noInput: buildFailing('no_input', source.no_input, path, draft),
    noMatch: buildFailing('no_match', source.no_match, path, draft)
  }
}

/** What the step says, and where it is silent what the flow's defaults say. */
function buildFailing(kind: 'no_input' | 'no_match', own: FailingSource | undefined, path: Path, draft: Draft): Failing {
  const { defaults } = draft
  const shared = defaults[kind]
  const from = (field: keyof FailingSource): Path =>
    own?.[field] === undefined ? ['defaults', kind, field] : [...path, kind, field]

  const prompts = own?.prompts ?? shared?.prompts ?? []
  const go = own?.go ?? shared?.go
  if (go === undefined) {
    const hint = say`${kind}: { tries: 3, go: … } here, or under defaults for the whole flow`
    draft.report.error(
      'FLOW0013',
      { path: own === undefined ? path : [...path, kind], key: true },
      say`${kind} has no exit`,
      hint
    )
  }
  return {
    prompts: prompts.map((prompt, index) => buildPrompt(prompt, [...from('prompts'), index], draft)),
    repeat: own?.repeat ?? shared?.repeat ?? true,
    tries: own?.tries ?? shared?.tries ?? defaults.tries ?? 3,
    go: go === undefined ? { kind: 'step', step: '' } : buildTarget(go, from('go'), draft)
  }
}
