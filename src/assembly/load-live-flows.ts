import type { Centre } from '../domain/centre.ts'
import type { Log } from '../domain/log.ts'
import type { Prompts } from '../domain/ports/prompts.ts'
import { compileAll } from '../flow/compile/compile-all.ts'
import { loadFlows } from '../flow/compile/load-flows.ts'
import { fixedParts } from '../flow/fixed-parts.ts'
import type { Flow } from '../flow/flow.ts'
import type { FlowLibrary } from '../flow/library.ts'

export interface LiveFlowsAround {
  readonly centre: Centre
  readonly prompts: Prompts
  readonly log: Log
}

/**
 * Compiles the flows of a folder and makes the good ones live. Returns what is wrong with the others, a line each: a broken flow must not keep
 * the callers of the other numbers out, but the server does not call itself ready.
 */
export async function loadLiveFlows(
  folder: string,
  library: FlowLibrary,
  { centre, prompts, log }: LiveFlowsAround
): Promise<readonly string[]> {
  const context = { centre, hasAudio: (name: string, language: string) => prompts.hasAudio(name, language) }
  const { flows, findings } = compileAll(await loadFlows(folder), context)
  library.replaceAll(flows)
  log.info({ flows: flows.map(({ name, version, numbers }) => ({ name, version, numbers })) }, 'Flows are live')

  const errors = findings.filter(({ severity }) => severity === 'error')
  for (const { code, file, line, column, message } of errors)
    log.error({ code, file, line, column, message }, 'A flow is not live')
  return errors.map(({ code, file, line, column, message }) => `${file}:${line}:${column} ${code} ${message}`)
}

/** Makes the audio of everything the flows say; callers who come before it is ready wait for their own prompt only. */
export async function prepareFlows(flows: readonly Flow[], prompts: Prompts): Promise<void> {
  for (const flow of flows) {
    for (const [language, parts] of fixedParts(flow)) await prompts.prepare(parts, language)
  }
}
