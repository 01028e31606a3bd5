import { say } from '../../domain/saying.ts'
import type { FlowLibrary } from '../library.ts'
import { findLoop } from './check/find-loop.ts'
import type { Link } from './check/links-of.ts'
import type { DraftedFlow } from './draft-flow.ts'
import type { Report } from './findings/report.ts'
import type { Path } from './source/source-file.ts'

/** Flows that lead to each other, or run each other, from their first steps on: callers would go round without ever being waited for. */
export function checkRounds(drafts: readonly DraftedFlow[], reports: readonly Report[], library: FlowLibrary): void {
  const ways = new Map<string, ReadonlyMap<string, Path>>()
  const owners = new Map<string, Report>()
  for (const [index, { flow, links }] of drafts.entries()) {
    const report = reports[index]
    if (flow === undefined || report === undefined || !links.some(({ atOnce }) => atOnce)) continue
    ways.set(flow.name, waysOf(links, library))
    owners.set(flow.name, report)
  }
  const next = (name: string) => [...(ways.get(name)?.keys() ?? [])]
  for (let round = findLoop(ways.keys(), next); round !== undefined; round = findLoop(ways.keys(), next)) {
    const hint = say`put a menu, collect or queue into it, or leave it`
    for (const [at, name] of round.slice(0, -1).entries()) {
      const path = ways.get(name)?.get(round[at + 1] ?? '') ?? []
      const place = { path: path.slice(0, 2), key: true }
      owners.get(name)?.error('FLOW0012', place, say`flows go round without waiting for the caller: ${round.join(' → ')}`, hint)
    }
    // What is told is taken out, and the rest looked at again.
    for (const name of round) ways.delete(name)
  }
}

/** The flows that the first steps lead to, and where. */
function waysOf(links: readonly Link[], library: FlowLibrary): ReadonlyMap<string, Path> {
  const ways = new Map<string, Path>()
  for (const link of links) {
    const name = link.atOnce ? flowBehind(link, library) : undefined
    if (name !== undefined && !ways.has(name)) ways.set(name, link.path)
  }
  return ways
}

function flowBehind(link: Link, library: FlowLibrary): string | undefined {
  if (link.kind === 'flow') return link.flow
  return link.kind === 'run' ? link.step.flow : library.byNumber(link.number)?.name
}
