import { basename } from 'node:path'
import type { Log } from '../domain/log.ts'
import type { Changes } from '../flow/compile/compile-changes.ts'
import type { CompileContext, FlowSource } from '../flow/compile/compile-context.ts'
import { compileWithEarlier } from '../flow/compile/compile-with-earlier.ts'
import type { FlowVersion } from '../records/flow-versions.ts'

interface EarlierFlows {
  readonly log: Log
  /** The version of each flow that went live last, also before this process. */
  lastKept?(): Promise<readonly FlowVersion[]>
}

/** What a start finds broken is served as it was when it was last live, if that was written down and can be live now. */
export async function mendWithEarlier(
  changes: Changes,
  sources: readonly FlowSource[],
  context: CompileContext,
  { log, lastKept }: EarlierFlows
): Promise<Changes> {
  const hasErrors = changes.findings.some(({ severity }) => severity === 'error')
  if (lastKept === undefined || !hasErrors) return changes
  let kept: readonly FlowVersion[]
  try {
    kept = await lastKept()
  } catch (err) {
    // A start without some flows serves more callers than none.
    log.error({ err }, 'Earlier versions of flows cannot be read; files with errors are not live')
    return changes
  }
  const earlier = earlierTexts(sources, kept)
  const mended = compileWithEarlier(sources, earlier, context)
  for (const { name, version, file } of mended.flows) {
    if (mended.sources.get(file) === earlier.get(file))
      log.error(
        { flow: name, version, file },
        'The file of a flow cannot be live as it is; the version that was live last is served'
      )
  }
  return mended
}

/** Of the flow that a file says it is or, when it says nothing, of the one that was live from a file of its name. */
function earlierTexts(sources: readonly FlowSource[], kept: readonly FlowVersion[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  for (const { file, text } of sources) {
    const name = /^flow:\s*["']?([\w-]+)/m.exec(text)?.[1]
    const last = kept.find((version) => version.name === name) ?? kept.find((version) => version.file === basename(file))
    if (last !== undefined && last.source !== text) texts.set(file, last.source)
  }
  return texts
}
