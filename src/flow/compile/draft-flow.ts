import { createHash } from 'node:crypto'
import type { Language } from '../../domain/language.ts'
import { say } from '../../domain/saying.ts'
import type { Flow } from '../flow.ts'
import type { Step } from '../step.ts'
import { buildShortcuts, checkChoices } from './build/build-shortcuts.ts'
import { buildStep, type ShapedStep } from './build/build-step.ts'
import { optionalTarget } from './build/build-target.ts'
import { declareVariables } from './build/declare-variables.ts'
import type { Draft } from './build/draft.ts'
import { shapeSteps } from './build/shape-steps.ts'
import { checkAfterHangup, onlyAfterHangup } from './check/check-after-hangup.ts'
import { checkCallbacks } from './check/check-callbacks.ts'
import { checkPaths, requireOnError } from './check/check-paths.ts'
import { type Link, linksOf } from './check/links-of.ts'
import type { CompileContext, FlowSource } from './compile-context.ts'
import { Expressions } from './expressions/expressions.ts'
import { Templates } from './expressions/templates.ts'
import { didYouMean } from './findings/closest.ts'
import { Report } from './findings/report.ts'
import { readSource } from './read-source.ts'
import { type FlowHead, headSchema, laterFields } from './schema/flow-schema.ts'
import { reportIssues } from './schema/report-issues.ts'
import { SourceFile } from './source/source-file.ts'
import { TEXT_MAX } from './source/text-limits.ts'

/** One file, compiled as far as it can be by itself. */
export interface DraftedFlow {
  /** As the file says, also when there is no flow because of errors. */
  readonly name: string | undefined
  readonly flow: Flow | undefined
  readonly links: readonly Link[]
  /** What the file says by itself. */
  readonly report: Report
}

/** Compiles one file. What it says of other flows is checked when all are drafted. */
export function draftFlow({ file, text }: FlowSource, context: CompileContext): DraftedFlow {
  // Of a file that is too long its begin is enough to show.
  const report = new Report(new SourceFile(file, text.length > TEXT_MAX ? text.slice(0, 1000).padEnd(TEXT_MAX + 1) : text))
  const value = readSource(report)
  const head = report.hasErrors && value === undefined ? undefined : shapeHead(value, report)
  const flow = head === undefined ? undefined : buildFlow(head, shapeSteps(head.steps, report), context, report)
  if (flow !== undefined && !report.hasErrors) {
    checkPaths(flow, report)
    checkCallbacks(flow, report)
    checkAfterHangup(flow, report)
  }
  const right = report.hasErrors ? undefined : flow
  report.source.forget()
  return { name: nameOf(value), flow: right, links: right === undefined ? [] : linksOf(right), report }
}

function nameOf(value: unknown): string | undefined {
  const name = typeof value === 'object' && value !== null && 'flow' in value ? value.flow : undefined
  return typeof name === 'string' ? name : undefined
}

function shapeHead(value: unknown, report: Report): FlowHead | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    report.error('FLOW0007', { path: [] }, say`this file is not a flow`, say`it begins with "flow: name"`)
    return undefined
  }
  const shaped = headSchema.safeParse(value)
  if (shaped.success) return shaped.data

  const { issues } = shaped.error
  const inside = (field: string) => issues.filter((issue) => issue.path[0] === field)
  const elsewhere = issues.filter((issue) => issue.path[0] !== 'shortcuts' && issue.path[0] !== 'defaults')
  reportIssues(elsewhere, headSchema, value, [], laterFields.flow ?? [], report)
  reportIssues(inside('shortcuts'), headSchema, value, [], laterFields.shortcut ?? [], report)
  reportIssues(inside('defaults'), headSchema, value, [], laterFields.defaults ?? [], report)
  // The steps are looked at all the same, so that all mistakes are told at once.
  return 'steps' in value && typeof value.steps === 'object' && value.steps !== null && !Array.isArray(value.steps)
    ? withoutMistakes(value as Record<string, unknown> & { steps: object })
    : undefined
}

/** Enough of a wrong head to check its steps against. */
function withoutMistakes(value: Record<string, unknown> & { steps: object }): FlowHead {
  const right = <Field extends keyof FlowHead>(field: Field) => {
    const parsed = headSchema.shape[field].safeParse(value[field])
    return parsed.success && parsed.data !== undefined ? { [field]: parsed.data } : {}
  }
  const known: Partial<FlowHead> = {
    ...right('languages'),
    ...right('vars'),
    ...right('params'),
    ...right('results'),
    ...right('shortcuts'),
    ...right('defaults'),
    ...right('on_error'),
    ...right('on_hangup'),
    ...right('start')
  }
  return { flow: '', languages: ['en'], ...known, steps: { ...value.steps } }
}

function buildFlow(head: FlowHead, shaped: ReadonlyMap<string, ShapedStep>, context: CompileContext, report: Report): Flow {
  const [first = 'en', ...others] = head.languages
  const languages: readonly [Language, ...Language[]] = [first, ...others]
  const { types, firstValues, secrets } = declareVariables(head, shaped, report)
  const expressions = new Expressions(types, report, context)
  const draft: Draft = {
    report,
    context,
    languages,
    defaults: head.defaults ?? {},
    catchesFaults: head.on_error !== undefined,
    stepNames: new Set(Object.keys(head.steps)),
    variables: types,
    secrets,
    expressions,
    templates: new Templates(expressions, report)
  }

  const steps = new Map<string, Step>()
  for (const [name, step] of shaped) steps.set(name, buildStep(name, step, draft))
  const shortcuts = buildShortcuts(head.shortcuts ?? [], draft)
  checkChoices({ shortcuts }, steps.values(), report)

  const flow = {
    name: head.flow,
    describe: head.describe ?? '',
    version: createHash('sha256').update(report.source.text).digest('hex').slice(0, 12),
    file: report.source.file,
    languages,
    ...voiceOf(head, draft),
    numbers: (head.numbers ?? []).map(String),
    vars: firstValues,
    params: Object.keys(head.params ?? {}),
    results: head.results ?? [],
    shortcuts,
    start: startOf(head, draft),
    steps,
    ...optionalTarget('onError', head.on_error, ['on_error'], draft),
    ...onHangupOf(head, draft)
  }
  const whole = { ...flow, afterHangup: onlyAfterHangup(flow) }
  requireOnError(whole, report)
  return whole
}

function voiceOf({ defaults }: FlowHead, { context, report }: Draft): Pick<Flow, 'voice'> {
  const voice = defaults?.voice
  if (voice === undefined) return {}
  const known = context.centre.voices ?? new Set<string>()
  if (!known.has(voice)) {
    const none = say`voices are named under speech.flow_voices of the centre's file`
    report.error('FLOW0036', { path: ['defaults', 'voice'] }, say`there is no voice "${voice}"`, didYouMean(voice, known) ?? none)
  }
  return { voice }
}

function onHangupOf({ on_hangup: step }: FlowHead, { stepNames, report }: Draft): Pick<Flow, 'onHangup'> {
  if (step === undefined) return {}
  if (!stepNames.has(step))
    report.error('FLOW0010', { path: ['on_hangup'] }, say`there is no step "${step}"`, didYouMean(step, stepNames))
  return { onHangup: step }
}

function startOf(head: FlowHead, { stepNames, report }: Draft): string {
  const [first] = stepNames
  if (first === undefined) report.error('FLOW0007', { path: ['steps'], key: true }, say`a flow needs steps`)
  const start = head.start ?? first ?? ''
  if (first !== undefined && !stepNames.has(start)) {
    report.error('FLOW0010', { path: ['start'] }, say`there is no step "${start}"`, didYouMean(start, stepNames))
  }
  return start
}
