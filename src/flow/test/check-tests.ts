import type { Centre } from '../../domain/centre.ts'
import { say } from '../../domain/saying.ts'
import { didYouMean } from '../compile/findings/closest.ts'
import type { Report } from '../compile/findings/report.ts'
import type { Path } from '../compile/source/source-file.ts'
import { exitsOf, wayName } from '../exits-of.ts'
import type { Flow } from '../flow.ts'
import type { TestCase, TestFile } from './test-file-schema.ts'

/** Reports what tests name and what is not there: queues, steps, exits. */
export function checkTests({ cases }: TestFile, flow: Flow, flows: readonly Flow[], centre: Centre, report: Report): void {
  const names = new Set<string>()
  for (const [index, each] of cases.entries()) {
    const path = ['cases', index]
    const name = [...path, 'name']
    if (names.has(each.name)) report.error('FLOW0002', { path: name }, say`another case has this name`)
    names.add(each.name)
    if (each.number === undefined && flow.numbers.length === 0) {
      report.error('FLOW0007', { path: name }, say`"number" is missing`, say`this flow has no number of its own`)
    }
    checkQueues(each, path, centre, report)
    checkWays(each, path, flows, report)
    checkInterrupted(each, path, flow, flows, report)
    checkAnswers(each, path, report)
    for (const [at, entry] of (each.expect.path ?? []).entries()) {
      checkStep(entry, [...path, 'expect', 'path', at], flow, flows, report)
    }
  }
}

function checkQueues(
  { queues = {}, figures = {}, expect: { ends } }: TestCase,
  path: Path,
  centre: Centre,
  report: Report
): void {
  const check = (queue: string, place: Path, key: boolean) => {
    if (centre.queues.has(queue)) return
    const hint = didYouMean(queue, centre.queues.keys())
    report.error('FLOW0016', { path: [...path, ...place], key }, say`there is no queue "${queue}"`, hint)
  }
  for (const queue of Object.keys(queues)) check(queue, ['queues', queue], true)
  for (const queue of Object.keys(figures)) check(queue, ['figures', queue], true)
  if (typeof ends === 'object' && 'queue' in ends) check(ends.queue, ['expect', 'ends', 'queue'], false)
}

function checkInterrupted({ interrupted }: TestCase, path: Path, flow: Flow, flows: readonly Flow[], report: Report): void {
  if (interrupted === undefined) return
  const name = interrupted.flow ?? flow.name
  const owner = flows.find((one) => one.name === name)
  const place = [...path, 'interrupted']
  if (owner === undefined) {
    const names = flows.map((one) => one.name)
    report.error('FLOW0019', { path: [...place, 'flow'] }, say`there is no flow "${name}"`, didYouMean(name, names))
  } else if (!owner.steps.has(interrupted.step)) {
    const hint = didYouMean(interrupted.step, owner.steps.keys())
    report.error('FLOW0010', { path: [...place, 'step'] }, say`there is no step "${interrupted.step}"`, hint)
  }
}

function checkWays({ split = {} }: TestCase, path: Path, flows: readonly Flow[], report: Report): void {
  const splits = flows.flatMap((flow) => [...flow.steps.values()].flatMap((step) => (step.kind === 'split' ? [step] : [])))
  for (const [name, ways] of Object.entries(split)) {
    const found = splits.filter((step) => step.name === name)
    const known = found.flatMap((step) => step.ways.map(({ go }) => wayName(go)))
    if (found.length === 0) {
      const hint = didYouMean(
        name,
        splits.map((step) => step.name)
      )
      report.error('FLOW0010', { path: [...path, 'split', name], key: true }, say`there is no split step "${name}"`, hint)
    }
    for (const way of found.length === 0 ? [] : ways) {
      if (known.includes(way)) continue
      report.error(
        'FLOW0013',
        { path: [...path, 'split', name] },
        say`step "${name}" has no exit "${way}"`,
        didYouMean(way, known)
      )
    }
  }
}

function checkAnswers({ http = [] }: TestCase, path: Path, report: Report): void {
  for (const [at, { fails, status, json }] of http.entries()) {
    if (fails === undefined || (status === undefined && json === undefined)) continue
    const place = { path: [...path, 'http', at, 'fails'], key: true }
    report.error('FLOW0006', place, say`a request that fails has no answer`, say`leave out "fails", or "status" and "json"`)
  }
}

/** `step` or `step:exit`, of the flow or of one that it leads to. */
function checkStep(entry: string, path: Path, flow: Flow, flows: readonly Flow[], report: Report): void {
  const [name = '', exit] = entry.split(/:(.*)/)
  const found = flows.flatMap((other) => {
    const step = other.steps.get(name)
    return step === undefined ? [] : [{ step, flow: other }]
  })
  if (found.length === 0) {
    report.error('FLOW0010', { path }, say`there is no step "${name}"`, didYouMean(name, flow.steps.keys()))
    return
  }
  // Ways out that no flow writes down: the talk is over, a shortcut's keys, keys that cut off or come before what is played.
  const exits = found.flatMap(({ step, flow: owner }) => exitsOf(step, owner).map((one) => one.name))
  const always = ['shortcut', 'answered', 'completed', 'interrupted', 'skipped', 'left']
  if (exit !== undefined && ![...exits, ...always].includes(exit)) {
    report.error('FLOW0013', { path }, say`step "${name}" has no exit "${exit}"`, didYouMean(exit, exits))
  }
}
