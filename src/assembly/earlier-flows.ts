import { basename } from 'node:path'
import type { Log } from '../domain/log.ts'
import type { Changes } from '../flow/compile/compile-changes.ts'
import type { CompileContext, FlowSource } from '../flow/compile/compile-context.ts'
import { compileWithEarlier } from '../flow/compile/compile-with-earlier.ts'
import type { FlowVersion } from '../records/flow-versions.ts'

/** What a start finds broken is served as it was when it was last live, if that is among those `kept` and can be live now; what is `live` stays so. */
export function mendWithEarlier(
  sources: readonly FlowSource[],
  context: CompileContext,
  { kept, live, log }: { readonly kept: readonly FlowVersion[]; readonly live: Changes['sources']; readonly log: Log }
): Changes {
  const isLive = ({ file }: FlowSource) => live.has(file)
  const unknown = sources.filter((source) => !isLive(source))
  const changed = sources.filter((source) => isLive(source) && live.get(source.file) !== source.text)
  const earlier = new Map([...earlierTexts(unknown, kept), ...changed.map(({ file }) => [file, live.get(file) ?? ''] as const)])
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
