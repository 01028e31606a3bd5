import type { CustomerChanges } from '../../../domain/customer.ts'
import { isCustomerNumber, isProfileField, objectionTo } from '../../../domain/customer-rules.ts'
import { say } from '../../../domain/saying.ts'
import type { CustomerStep, CustomerValues } from '../../step.ts'
import { fixedValue } from '../expressions/fixed-value.ts'
import type { CompiledTemplate } from '../expressions/templates.ts'
import { didYouMean } from '../findings/closest.ts'
import type { StepSource } from '../schema/step-schemas.ts'
import type { Path } from '../source/source-file.ts'
import { optionalTarget } from './build-target.ts'
import type { Draft } from './draft.ts'

type CustomerSource = StepSource<'customer'>
type Body = CustomerSource['customer']
type Action = CustomerStep['action']

/** Compiles what is done about a customer; values that are known now are checked now. */
export function buildCustomer(
  source: CustomerSource,
  path: Path,
  draft: Draft
): Pick<CustomerStep, 'action' | 'found' | 'notFound'> {
  const at = [...path, 'customer']
  const given = (['find', 'create', 'update'] as const).filter((name) => source.customer[name] !== undefined)
  const [kind = 'find'] = given
  if (given.length !== 1)
    draft.report.error('FLOW0007', { path: at, key: true }, say`a customer step needs one of find, create, update`)
  else checkExits(kind, source, path, draft)
  return {
    action: buildAction(source.customer, kind, at, draft),
    ...optionalTarget('found', source.found, [...path, 'found'], draft),
    ...optionalTarget('notFound', source.not_found, [...path, 'not_found'], draft)
  }
}

function checkExits(kind: Action['kind'], source: CustomerSource, path: Path, draft: Draft): void {
  const { report } = draft
  const misplaced = { find: ['then'], create: ['found', 'not_found'], update: ['found'] }[kind]
  for (const name of misplaced) {
    if (!(name in source)) continue
    const hint = kind === 'find' ? say`it goes on by found and not_found` : say`it goes on by then`
    report.error('FLOW0003', { path: [...path, name], key: true }, say`"${name}" is not an exit of ${kind}`, hint)
  }
  if (kind === 'find' && source.found === undefined) {
    report.error('FLOW0013', { path, key: true }, say`it does not say where to go when somebody is found`, say`found: step`)
  }
}

function buildAction({ find, create, update }: Body, kind: Action['kind'], path: Path, draft: Draft): Action {
  const at = [...path, kind]
  if (kind === 'create') {
    const number = create?.number === undefined ? {} : { number: buildNumber(create.number, [...at, 'number'], draft) }
    return { kind, ...number, values: buildValues(create ?? {}, at, draft) }
  }
  return kind === 'update' ? { kind, values: buildValues(update ?? {}, at, draft) } : buildKey(find ?? {}, at, draft)
}

function buildKey(find: NonNullable<Body['find']>, path: Path, draft: Draft): Action {
  const [field = '', ...more] = Object.keys(find.profile ?? {})
  const given = (['number', 'id', 'profile'] as const).filter((name) => find[name] !== undefined)
  const [by = 'number'] = given
  if (given.length !== 1) draft.report.error('FLOW0007', { path, key: true }, say`find needs one of number, id, profile`)
  if (by === 'number') return { kind: 'find', by, field: '', value: buildNumber(find.number ?? '', [...path, by], draft) }
  if (by === 'id') return { kind: 'find', by, field: '', value: draft.templates.text(String(find.id), [...path, by]) }
  if (more.length > 0 || !isProfileField(field)) {
    draft.report.error('FLOW0006', { path: [...path, by] }, say`"profile" must be one field with its value`)
  }
  return { kind: 'find', by, field, value: draft.templates.value(find.profile?.[field], [...path, by, field]) }
}

function buildNumber(source: unknown, path: Path, draft: Draft): CompiledTemplate {
  const number = draft.templates.text(String(source), path)
  if (number.fixed && !isCustomerNumber(String(fixedValue(number)))) {
    draft.report.error('FLOW0006', { path }, say`must be a telephone number: 3 to 20 digits, with + in front if need be`)
  }
  return number
}

/** Names in the file → names of the changes. */
const fields: Readonly<Record<string, keyof CustomerValues>> = {
  name: 'name',
  segment: 'segment',
  language: 'language',
  flags: 'addFlags',
  add_flags: 'addFlags',
  remove_flags: 'removeFlags',
  profile: 'profile'
}

function buildValues(source: Readonly<Record<string, unknown>>, path: Path, draft: Draft): CustomerValues {
  const values: Partial<Record<keyof CustomerValues, CompiledTemplate>> = {}
  for (const [name, given] of Object.entries(source)) {
    const field = fields[name]
    if (field === undefined || given === undefined) continue
    const template = draft.templates.value(given, [...path, name])
    values[field] = template
    checkValue(field, template, [...path, name], draft)
  }
  return values
}

function checkValue(field: keyof CustomerValues, template: CompiledTemplate, path: Path, draft: Draft): void {
  const { report, languages, secrets } = draft
  if ([...template.names].some((name) => secrets.has(name))) {
    report.warning('FLOW0029', { path }, say`what is kept about a customer must hold no secret: it will read ••••`)
  }
  if (!template.fixed) return
  const value = fixedValue(template)
  const objection = objectionTo({ [field]: field === 'name' || field === 'segment' ? String(value) : value } as CustomerChanges)
  if (objection !== undefined) report.error('FLOW0006', { path }, say`must be ${objection}`)
  if (field === 'language' && objection === undefined && !languages.includes(String(value))) {
    report.error('FLOW0032', { path }, say`the flow does not speak "${String(value)}"`, didYouMean(String(value), languages))
  }
}
