import type { Flow } from '../flow.ts'
import { compileAll } from './compile-all.ts'
import type { CompileContext, FlowSource } from './compile-context.ts'
import { draftFlow } from './draft-flow.ts'
import type { Finding } from './findings/finding.ts'

/** File → the text of it that is live. */
export type LiveSources = ReadonlyMap<string, string>

export interface Changes {
  /** All that can be live together. */
  readonly flows: readonly Flow[]
  readonly sources: LiveSources
  /** What is to be said of the files as they are wanted, also of those that stay as they were. */
  readonly findings: readonly Finding[]
}

/**
 * Compiles files as they are wanted beside those that are live. A file with an error stays as it was. When a change breaks a file that nobody
 * touched, no change is made at all: the two belong together. A file that was never live is left out while it has an error. `draft` may answer with
 * what it knows of the same text already.
 */
export function compileChanges(
  wanted: readonly FlowSource[],
  live: LiveSources,
  context: CompileContext,
  draft = draftFlow
): Changes {
  let sources = new Map(wanted.map(({ file, text }) => [file, text]))
  let compiled = compileAll(wanted, context, draft)
  const { findings } = compiled

  for (;;) {
    const broken = filesWithErrors(compiled.findings)
    const takenBack = takeBack(sources, live, broken)
    if (takenBack === undefined) {
      const good = [...sources].filter(([file]) => !broken.has(file) || live.has(file))
      return { flows: compiled.flows, sources: new Map(good), findings }
    }
    sources = takenBack
    const texts = [...sources].map(([file, text]) => ({ file, text }))
    compiled = compileAll(texts, context, draft)
  }
}

/** The sources with fewer changes in them; undefined when no change is to blame. */
function takeBack(sources: LiveSources, live: LiveSources, broken: ReadonlySet<string>): Map<string, string> | undefined {
  const changed = [...broken].filter((file) => live.has(file) && live.get(file) !== sources.get(file))
  if (changed.length > 0)
    return new Map([...sources].map(([file, text]) => [file, changed.includes(file) ? (live.get(file) ?? text) : text]))

  const untouchedBroke = [...broken].some((file) => live.has(file))
  return untouchedBroke && !same(sources, live) ? new Map(live) : undefined
}

function filesWithErrors(findings: readonly Finding[]): ReadonlySet<string> {
  return new Set(findings.filter(({ severity }) => severity === 'error').map(({ file }) => file))
}

function same(one: LiveSources, other: LiveSources): boolean {
  return one.size === other.size && [...one].every(([file, text]) => other.get(file) === text)
}
