import { say } from '../../../domain/saying.ts'
import { type Exit, exitsOf } from '../../exits-of.ts'
import type { Flow } from '../../flow.ts'
import type { Report } from '../findings/report.ts'
import { findLoop } from './find-loop.ts'

/** What can be seen from the ways between the steps of one flow: steps nobody reaches, and loops that do not wait. */
export function checkPaths(flow: Flow, report: Report): void {
  const ways: Ways = new Map([...flow.steps].map(([name, step]) => [name, exitsOf(step, flow)]))
  reportUnreachable(flow, ways, report)
  reportLoops(ways, report)
}

const couldFail = {
  request: say`it does not say what happens when the request fails`,
  customer: say`it does not say what happens when the database does not answer`
} as const

/** What depends on other systems says what happens without them; after the call there is nobody to be served another way. */
export function requireOnError({ steps, onError, afterHangup }: Flow, report: Report): void {
  for (const step of steps.values()) {
    if (step.kind !== 'request' && step.kind !== 'customer') continue
    if (step.onError !== undefined || onError !== undefined || afterHangup.has(step.name)) continue
    const hint = say`on_error: … for the step or the whole flow`
    report.error('FLOW0013', { path: ['steps', step.name], key: true }, couldFail[step.kind], hint)
  }
}

/** The exits of each step, by its name. */
type Ways = ReadonlyMap<string, readonly Exit[]>

function reportUnreachable(flow: Flow, ways: Ways, report: Report): void {
  const reached = new Set<string>()
  const pending = [flow.start]
  for (const { go } of flow.shortcuts) if (go?.kind === 'step') pending.push(go.step)
  if (flow.onError?.kind === 'step') pending.push(flow.onError.step)
  if (flow.onHangup !== undefined) pending.push(flow.onHangup)
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const exits = reached.has(name) ? [] : (ways.get(name) ?? [])
    reached.add(name)
    for (const { to } of exits) if (to.kind === 'step') pending.push(to.step)
  }
  for (const name of flow.steps.keys()) {
    if (!reached.has(name)) report.warning('FLOW0011', { path: ['steps', name], key: true }, say`no way leads to "${name}"`)
  }
}

/** Loops without any wait are errors. Those that only a silent caller goes round are warnings: a dead line would never end. */
function reportLoops(ways: Ways, report: Report): void {
  const spinning = findLoop(ways.keys(), over(ways, ['none']))
  if (spinning !== undefined) {
    const place = { path: ['steps', spinning[0] ?? ''], key: true }
    const hint = say`put a menu, collect or queue into it, or leave it`
    report.error('FLOW0012', place, say`this goes round without waiting for the caller: ${spinning.join(' → ')}`, hint)
    return
  }
  const silent = findLoop(ways.keys(), over(ways, ['none', 'silence']))
  if (silent === undefined) return
  const place = { path: ['steps', silent[0] ?? ''], key: true }
  const hint = say`let no_input lead to an agent or a hangup`
  report.warning('FLOW0012', place, say`a caller who says nothing goes round for ever: ${silent.join(' → ')}`, hint)
}

/** Where exits lead that wait no more than that. */
function over(ways: Ways, waits: readonly string[]): (name: string) => readonly string[] {
  return (name) =>
    (ways.get(name) ?? []).flatMap((exit) => (waits.includes(exit.waits) && exit.to.kind === 'step' ? exit.to.step : []))
}
