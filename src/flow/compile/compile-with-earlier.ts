import { compileAll } from './compile-all.ts'
import type { Changes } from './compile-changes.ts'
import type { CompileContext, FlowSource } from './compile-context.ts'
import type { Finding } from './findings/finding.ts'

/**
 * Compiles files as they are, with earlier texts (file → text) in place of those that have errors, and of those that these would break: they
 * were live together. Where there is none for such a file, or it has errors as well, what is right on disk comes first. The findings are those
 * of the files as they are.
 */
export function compileWithEarlier(
  wanted: readonly FlowSource[],
  earlier: ReadonlyMap<string, string>,
  context: CompileContext
): Changes {
  const compiled = compileAll(wanted, context)
  const candidates = [...filesIn(compiled.findings)].filter((file) => earlier.has(file))
  const all = candidates.length === 0 ? undefined : putBack(wanted, compiled.findings, candidates, earlier, context)
  if (all !== undefined) return all

  // Not all at once, so as many as can be.
  let best = changesOf(wanted, compiled.flows, compiled.findings, compiled.findings)
  let sources = wanted
  for (const file of candidates) {
    const broken = sources.flatMap((source) => (best.sources.has(source.file) ? [] : source.file))
    const next = putBack(sources, best.findings, [file], earlier, context, broken)
    if (next === undefined) continue
    best = next
    sources = sources.map((source) => ({ file: source.file, text: next.sources.get(source.file) ?? source.text }))
  }
  return best
}

/** The flows with those files as they were; undefined when that is impossible without breaking another. */
function putBack(
  sources: readonly FlowSource[],
  known: readonly Finding[],
  files: readonly string[],
  earlier: ReadonlyMap<string, string>,
  context: CompileContext,
  broken: readonly string[] = [...filesIn(known)]
): Changes | undefined {
  const back = new Set(files)
  const findings = [...known]
  for (;;) {
    const mixed = sources.map(({ file, text }) => ({ file, text: back.has(file) ? (earlier.get(file) ?? text) : text }))
    const compiled = compileAll(mixed, context)
    const wrong = [...filesIn(compiled.findings)].filter((file) => back.has(file) || !broken.includes(file))
    if (wrong.length === 0) return changesOf(mixed, compiled.flows, compiled.findings, findings)
    if (wrong.some((file) => back.has(file) || !earlier.has(file))) return undefined
    findings.push(...compiled.findings.filter(({ severity, file }) => severity === 'error' && wrong.includes(file)))
    for (const file of wrong) back.add(file)
  }
}

function changesOf(
  sources: readonly FlowSource[],
  flows: Changes['flows'],
  own: readonly Finding[],
  told: readonly Finding[]
): Changes {
  const broken = filesIn(own)
  const live = sources.filter(({ file }) => !broken.has(file)).map(({ file, text }) => [file, text] as const)
  return { flows, sources: new Map(live), findings: told }
}

function filesIn(findings: readonly Finding[]): ReadonlySet<string> {
  return new Set(findings.filter(({ severity }) => severity === 'error').map(({ file }) => file))
}
