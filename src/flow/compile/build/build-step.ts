import { type Saying, say } from '../../../domain/saying.ts'
import type { Step } from '../../step.ts'
import type { ValueType } from '../expressions/expressions.ts'
import { didYouMean } from '../findings/closest.ts'
import type { StepKind, StepSource } from '../schema/step-schemas.ts'
import type { Path } from '../source/source-file.ts'
import { buildCollect, buildMenu } from './build-asking.ts'
import { buildCallback } from './build-callback.ts'
import { buildCustomer } from './build-customer.ts'
import { buildAttach, buildQueue, buildTransfer, requireKnown } from './build-leaving.ts'
import { buildPrompt } from './build-prompt.ts'
import { buildRecord } from './build-record.ts'
import { buildRequest } from './build-request.ts'
import { buildRoute } from './build-route.ts'
import { buildSplit } from './build-split.ts'
import { buildTags } from './build-tags.ts'
import { buildTarget, optionalTarget, type TargetSource } from './build-target.ts'
import type { Draft } from './draft.ts'

/** A step whose shape has been checked, with its kind. */
export type ShapedStep = { [Kind in StepKind]: { readonly kind: Kind; readonly source: StepSource<Kind> } }[StepKind]

/** Q.850 causes. */
const causes = { normal: 16, busy: 17, congestion: 34, rejected: 21 } as const

/** Compiles one step: resolves its names and compiles what is in it. */
export function buildStep(name: string, { kind, source }: ShapedStep, draft: Draft): Step {
  const path: Path = ['steps', name]
  const common = {
    name,
    line: draft.report.source.spanOf({ path, key: true }).line,
    flush: source.flush ?? false,
    ...optionalTarget('onError', source.on_error, [...path, 'on_error'], draft)
  }
  const next = () => optionalTarget('next', 'then' in source ? source.then : undefined, [...path, 'then'], draft)
  const at = [...path, kind]
  const to = (field: string, target: TargetSource) => buildTarget(target, [...path, field], draft)

  switch (kind) {
    case 'play':
      return { ...common, ...next(), kind, prompt: buildPrompt(source.play, at, draft), bargeIn: source.barge_in ?? true }
    case 'menu':
      return { ...common, kind, ...buildMenu(source.menu, at, draft) }
    case 'collect':
      return { ...common, ...next(), kind, ...buildCollect(source.collect, at, draft) }
    case 'set':
      return { ...common, ...next(), kind, values: buildAssignments(source.set, at, draft) }
    case 'branch':
      return {
        ...common,
        kind,
        cases: source.branch.map(({ when, go }, index) => ({
          when: draft.expressions.condition(String(when), { path: [...at, index, 'when'], from: 0 }),
          go: buildTarget(go, [...at, index, 'go'], draft)
        })),
        otherwise: to('else', source.else)
      }
    case 'split':
      return { ...common, kind, ways: buildSplit(source.split, at, draft) }
    case 'hours':
      requireKnown('FLOW0017', say`calendar`, source.hours, draft.context.centre.calendars.keys(), at, draft)
      return { ...common, kind, calendar: source.hours, open: to('open', source.open), closed: to('closed', source.closed) }
    case 'request':
      return { ...common, ...next(), kind, ...buildRequest(source.request, at, draft) }
    case 'queue':
      return { ...common, kind, ...buildQueue(source, path, draft) }
    case 'transfer':
      return { ...common, kind, ...buildTransfer(source, path, draft) }
    case 'route':
      return { ...common, kind, ...buildRoute(source, path, draft) }
    case 'record':
      return { ...common, kind, ...buildRecord(source, path, draft) }
    case 'callback':
      return { ...common, kind, ...buildCallback(source, path, draft) }
    case 'run':
      return {
        ...common,
        ...next(),
        kind,
        flow: source.run,
        params: Object.entries(source.with ?? {}).map(
          ([param, value]) => [param, draft.templates.value(value, [...path, 'with', param])] as const
        ),
        ...(source.into !== undefined && { into: source.into })
      }
    case 'go':
      return { ...common, kind, go: to('go', source.go) }
    case 'language':
      return { ...common, ...next(), kind, ...buildLanguage(source.language, at, draft) }
    case 'attach':
      return { ...common, ...next(), kind, values: buildAttach(source.attach, at, draft) }
    case 'customer':
      return { ...common, ...next(), kind, ...buildCustomer(source, path, draft) }
    case 'record_call':
      return { ...common, ...next(), kind, order: source.record_call }
    case 'tag':
      return { ...common, ...next(), kind, tags: buildTags(source.tag, at, draft) }
    case 'hangup': {
      const { cause, reason } = typeof source.hangup === 'object' && source.hangup !== null ? source.hangup : {}
      return { ...common, kind, ...(cause !== undefined && { cause: causes[cause] }), ...(reason !== undefined && { reason }) }
    }
  }
}

function buildAssignments(source: Record<string, unknown>, path: Path, draft: Draft) {
  return Object.entries(source).map(([name, value]) => {
    const place = { path: [...path, name], key: true }
    const template = draft.templates.value(value, [...path, name])
    const declared = draft.variables.get(name)
    if (declared === undefined) {
      const hint = didYouMean(name, draft.variables.keys()) ?? say`declare it under vars`
      draft.report.error('FLOW0020', place, say`there is no variable "${name}"`, hint)
    } else if (value === null ? declared !== 'dyn' : !fits(template.type, declared)) {
      draft.report.error(
        'FLOW0022',
        { path: [...path, name] },
        say`"${name}" holds ${inWords[declared]}`,
        say`its first value says so`
      )
    }
    return [name, template] as const
  })
}

const inWords: Readonly<Record<ValueType, Saying>> = {
  string: say`a text`,
  double: say`a number`,
  bool: say`true or false`,
  list: say`a list`,
  map: say`a map`,
  dyn: say`anything`
}

function fits(type: string, declared: ValueType): boolean {
  if (declared === 'dyn' || type.startsWith('dyn') || type === declared) return true
  if (declared === 'double') return type === 'int'
  return (declared === 'list' || declared === 'map') && type.startsWith(`${declared}<`)
}

function buildLanguage(source: string | number | boolean, path: Path, draft: Draft) {
  const language = draft.templates.value(source, path)
  if (language.fixed && !draft.languages.includes(String(source))) {
    const hint = didYouMean(String(source), draft.languages)
    draft.report.error('FLOW0032', { path }, say`the flow does not speak "${String(source)}"`, hint)
  }
  return { language, allowed: draft.languages }
}
