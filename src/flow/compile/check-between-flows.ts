import { type Saying, say } from '../../domain/saying.ts'
import type { Flow } from '../flow.ts'
import { FlowLibrary } from '../library.ts'
import type { RunStep } from '../step.ts'
import type { Link } from './check/links-of.ts'
import { proveShortcuts } from './check/prove-shortcuts.ts'
import { checkRounds } from './check-rounds.ts'
import type { DraftedFlow } from './draft-flow.ts'
import { didYouMean } from './findings/closest.ts'
import { Report } from './findings/report.ts'
import type { Path } from './source/source-file.ts'

/** The flows around one. */
interface Around {
  /** Those with errors are there, too. */
  readonly flows: ReadonlyMap<string, Flow | undefined>
  /** Which flow answers a number. */
  readonly numbers: FlowLibrary
  /** What may have been meant by a name that does not exist. Found once: a flow that is taken away may be used by all others. */
  readonly hints: Map<string, Saying | undefined>
}

/**
 * What can only be seen with all flows at hand: a report for each draft that goes on from its own. Drafts with errors count as there: one mistake is
 * not told in every file.
 */
export function checkBetweenFlows(drafts: readonly DraftedFlow[]): readonly Report[] {
  const reports = drafts.map(({ report }) => new Report(report.source, report))
  const each = (look: (draft: DraftedFlow, report: Report) => void) => {
    for (const [index, report] of reports.entries()) look(drafts[index] as DraftedFlow, report)
  }
  reportNameClashes(each)
  reportNumberClashes(each)

  const flows = new Map<string, Flow | undefined>()
  for (const { name, flow } of drafts) if (name !== undefined) flows.set(name, flow)
  const numbers = new FlowLibrary()
  numbers.replaceAll(drafts.flatMap(({ flow }) => flow ?? []))
  const around = { flows, numbers, hints: new Map() }
  each(({ flow, links }, report) => {
    for (const link of links) checkLink(link, around, report)
    if (flow !== undefined) proveShortcuts(flow, (name) => flows.get(name), report)
  })
  checkRounds(drafts, reports, numbers)
  return reports
}

type ForEach = (look: (draft: DraftedFlow, report: Report) => void) => void

function reportNameClashes(each: ForEach): void {
  const owners = new Map<string, string>()
  each(({ name }, report) => {
    if (name === undefined) return
    const owner = owners.get(name)
    if (owner === undefined) owners.set(name, report.source.file)
    else report.error('FLOW0030', { path: ['flow'] }, say`there is another flow "${name}", in ${owner}`)
  })
}

function reportNumberClashes(each: ForEach): void {
  const owners = new Map<string, string>()
  each(({ flow }, report) => {
    for (const [index, number] of (flow?.numbers ?? []).entries()) {
      const owner = owners.get(number)
      if (owner === undefined) owners.set(number, flow?.name ?? '')
      else report.error('FLOW0024', { path: ['numbers', index] }, say`${number} is already a number of "${owner}"`)
    }
  })
}

function checkLink(link: Link, around: Around, report: Report): void {
  const { path } = link
  if (link.kind === 'flow') requireFlow(link.flow, path, around, report)
  if (link.kind === 'run') checkRun(link.step, path, around, report)
  if (link.kind === 'number' && around.numbers.byNumber(link.number) === undefined) {
    report.error('FLOW0033', { path }, say`no flow answers ${link.number}`, say`calls to the outside go by { sip: … }`)
  }
}

function checkRun(step: RunStep, path: Path, around: Around, report: Report): void {
  if (!around.flows.has(step.flow)) requireFlow(step.flow, [...path, 'run'], around, report)
  const other = around.flows.get(step.flow)
  for (const [name] of other === undefined ? [] : step.params) {
    if (other?.params.includes(name) === true) continue
    const hint = didYouMean(name, other?.params ?? []) ?? say`it has none`
    report.error('FLOW0031', { path: [...path, 'with', name], key: true }, say`"${step.flow}" has no parameter "${name}"`, hint)
  }
}

function requireFlow(name: string, path: Path, { flows, hints }: Around, report: Report): void {
  if (flows.has(name)) return
  if (!hints.has(name)) hints.set(name, didYouMean(name, flows.keys()))
  report.error('FLOW0019', { path }, say`there is no flow "${name}"`, hints.get(name))
}
