import { resolve } from 'node:path'
import { type Compiled, compileAll } from './compile-all.ts'
import type { CompileContext, FlowSource } from './compile-context.ts'
import { loadFlows } from './load-flows.ts'

/** Compiles the flows of several folders as if they lived together. A file that lies in two of them is one. */
export async function compileAround(
  folders: Iterable<string>,
  context: CompileContext
): Promise<Compiled & { readonly count: number }> {
  const sources = new Map<string, FlowSource>()
  for (const folder of folders) {
    for (const source of await loadFlows(folder)) sources.set(resolve(source.file), source)
  }
  return { ...compileAll([...sources.values()], context), count: sources.size }
}
