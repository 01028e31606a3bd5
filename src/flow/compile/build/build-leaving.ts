import { isAllowedAddress } from '../../../domain/allowed-address.ts'
import { listed, type Saying, say } from '../../../domain/saying.ts'
import type { QueueStep, TransferStep } from '../../step.ts'
import type { CompiledTemplate } from '../expressions/templates.ts'
import { didYouMean } from '../findings/closest.ts'
import type { StepSource } from '../schema/step-schemas.ts'
import { millisecondsOf } from '../schema/value-schemas.ts'
import type { Path } from '../source/source-file.ts'
import { allowedHint } from './allowed-hint.ts'
import { buildRouting } from './build-routing.ts'
import { optionalTarget, type TargetSource } from './build-target.ts'
import { buildWaiting } from './build-waiting.ts'
import type { Draft } from './draft.ts'

/** The steps that lead to people. */

const queueExits = ['answered', 'timeout', 'full', 'no_agents', 'closed', 'left', 'callback', 'withdrawn'] as const

export function buildQueue(
  source: StepSource<'queue'>,
  path: Path,
  draft: Draft
): Omit<QueueStep, 'name' | 'line' | 'flush' | 'kind'> {
  const { centre } = draft.context
  requireKnown('FLOW0016', say`queue`, source.queue, centre.queues.keys(), [...path, 'queue'], draft)
  requireExits(source, ['timeout', 'full'], path, draft)
  requireKeyExits(source, path, draft)
  return {
    queue: source.queue,
    ...buildRouting(source, path, draft),
    ...(source.priority !== undefined && { priority: source.priority }),
    ...(source.attach !== undefined && { attach: buildAttach(source.attach, [...path, 'attach'], draft) }),
    ...(source.max_wait !== undefined && { maxWaitMs: millisecondsOf(source.max_wait) }),
    ...buildWaiting(source, path, draft),
    keys: new Map(Object.entries(source.keys ?? {})),
    exits: buildExits(source, queueExits, path, draft)
  }
}

const transferKinds = ['agent', 'queue', 'number', 'sip'] as const

export function buildTransfer(
  source: StepSource<'transfer'>,
  path: Path,
  draft: Draft
): Omit<TransferStep, 'name' | 'line' | 'flush' | 'kind'> {
  const body = source.transfer
  const given = transferKinds.filter((name) => body[name] !== undefined)
  const [kind = 'agent'] = given
  if (given.length !== 1) {
    draft.report.error(
      'FLOW0007',
      { path: [...path, 'transfer'], key: true },
      say`a transfer needs one of agent, queue, number, sip`
    )
  }
  const at = [...path, 'transfer', kind]
  const value = draft.templates.text(String(body[kind] ?? ''), at)
  if (value.fixed && given.length === 1) requireReachable(kind, String(body[kind]), at, draft)

  if (kind !== 'number') requireExits(source, ['busy', 'no_answer', 'unreachable', 'refused'], path, draft)
  else if (!value.fixed) requireExits(source, ['unreachable'], path, draft)
  return {
    to: { kind, value },
    timeoutMs: millisecondsOf(body.timeout ?? '30s'),
    ...(source.attach !== undefined && { attach: buildAttach(source.attach, [...path, 'attach'], draft) }),
    exits: buildExits(source, ['completed', 'busy', 'no_answer', 'unreachable', 'refused'], path, draft)
  }
}

/** Data for the agent. */
export function buildAttach(source: Record<string, unknown>, path: Path, draft: Draft): CompiledTemplate {
  for (const [name, value] of Object.entries(source)) {
    const { names } = draft.templates.value(value, [...path, name])
    const secret = [...names].find((candidate) => draft.secrets.has(candidate))
    if (secret === undefined || !isWhole(value, secret)) continue
    const hint = say`attach what agents may know of it, such as last(${secret}, 4)`
    draft.report.warning('FLOW0029', { path: [...path, name] }, say`"${secret}" is secret: agents will see ••••`, hint)
  }
  return draft.templates.value(source, path)
}

/** Whether the value is the secret itself and not something made of it. */
function isWhole(value: unknown, secret: string): boolean {
  return JSON.stringify(value).includes(`\${${secret}}`)
}

function requireReachable(kind: (typeof transferKinds)[number], value: string, path: Path, draft: Draft): void {
  const { centre } = draft.context
  if (kind === 'queue') requireKnown('FLOW0016', say`queue`, value, centre.queues.keys(), path, draft)
  if (kind === 'agent') requireKnown('FLOW0033', say`agent`, value, centre.agents.keys(), path, draft)
  if (kind === 'sip' && !isAllowedAddress(value, centre.allowedTransfers)) {
    const hint = allowedHint(centre.allowedTransfers)
    draft.report.error('FLOW0033', { path }, say`the configuration does not allow flows to call that address`, hint)
  }
}

export function requireKnown(
  code: 'FLOW0016' | 'FLOW0017' | 'FLOW0033',
  noun: Saying,
  name: string,
  names: Iterable<string>,
  path: Path,
  draft: Draft
): void {
  const known = [...names]
  if (!known.includes(name)) draft.report.error(code, { path }, say`there is no ${noun} "${name}"`, didYouMean(name, known))
}

/** Every way out must lead somewhere, if only to an `on_error`. */
export function requireExits(source: object, names: readonly string[], path: Path, draft: Draft): void {
  if (draft.catchesFaults || 'on_error' in source) return
  const missing = names.filter((name) => !(name in source))
  const [first] = missing
  if (first === undefined) return
  const message = say`it does not say what happens on ${listed(missing)}`
  const hint = say`${first}: { go: … }, or an on_error for the step or the whole flow`
  draft.report.error('FLOW0013', { path, key: true }, message, hint)
}

/** A caller who presses a key they were told of must get somewhere by it; and an exit that no key takes is a mistake. */
function requireKeyExits({ keys = {}, ...source }: StepSource<'queue'>, path: Path, draft: Draft): void {
  for (const [key, exit] of Object.entries(keys)) {
    if (source[exit] !== undefined) continue
    const hint = say`${exit}: { go: … }`
    draft.report.error('FLOW0013', { path: [...path, 'keys', key] }, say`the exit "${exit}" of key ${key} leads nowhere`, hint)
  }
  for (const exit of ['left', 'callback'] as const) {
    if (source[exit] === undefined || Object.values(keys).includes(exit)) continue
    const hint = say`keys: { 1: ${exit} }`
    draft.report.error('FLOW0027', { path: [...path, exit], key: true }, say`no key leads to the exit "${exit}"`, hint)
  }
}

export function buildExits<Name extends string>(
  source: { readonly [key in Name]?: TargetSource | undefined },
  names: readonly Name[],
  path: Path,
  draft: Draft
) {
  const exits = names.map((name) => optionalTarget(name, source[name], [...path, name], draft))
  return Object.assign({}, ...exits) as ReturnType<typeof optionalTarget<Name>>
}
