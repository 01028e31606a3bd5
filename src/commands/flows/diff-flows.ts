import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { AppError } from '../../domain/errors.ts'
import type { CompileContext, FlowSource } from '../../flow/compile/compile-context.ts'
import { draftFlow } from '../../flow/compile/draft-flow.ts'
import { placed, toldFinding } from '../../flow/compile/findings/told-finding.ts'
import { loadFlows } from '../../flow/compile/load-flows.ts'
import { compareFlows } from '../../flow/diff/compare-flows.ts'
import { tellDifferences } from '../../flow/diff/tell-differences.ts'
import type { Flow } from '../../flow/flow.ts'
import type { ToldLanguage } from '../../flow/words/told-in.ts'
import type { Api } from '../../remote/api.ts'
import { listFlows, readVersion } from '../../remote/flows.ts'
import { toldLanguage } from '../told-language.ts'
import { designersContext } from './designers-context.ts'

interface Side {
  readonly flows: readonly Flow[]
  /** One flow, not a folder of them. */
  readonly single: boolean
}

/** What changes for callers between two files, folders or versions (`bank@HASH`, `bank@live`) of flows. */
export async function diffFlows(
  old: string,
  now: string,
  format: 'text' | 'json',
  remote: () => Api,
  given?: string
): Promise<{ readonly text: string; readonly same: boolean }> {
  const { context } = designersContext()
  const language = toldLanguage(given)
  const [before, after] = [await sideOf(old, context, remote, language), await sideOf(now, context, remote, language)]
  const differences = compareFlows(...matched(before, after))
  const text = format === 'json' ? `${JSON.stringify(differences, undefined, 2)}\n` : tellDifferences(differences)
  return { text, same: differences.length === 0 }
}

/** Two single flows are compared whatever they are called; of a folder only the flow that the other side is. */
function matched(before: Side, after: Side): [old: readonly Flow[], now: readonly Flow[]] {
  const [old, now] = [before.flows[0], after.flows[0]]
  if (before.single && after.single && old !== undefined && now !== undefined) return [[{ ...old, name: now.name }], [now]]
  const named = ({ flows }: Side, other: Flow | undefined) => flows.filter(({ name }) => name === other?.name)
  if (before.single) return [before.flows, named(after, old)]
  return after.single ? [named(before, now), after.flows] : [before.flows, after.flows]
}

async function sideOf(given: string, context: CompileContext, remote: () => Api, language: ToldLanguage): Promise<Side> {
  const [, name, version] = /^([a-z][a-z0-9-]*)@([\w]+)$/.exec(given) ?? []
  if (name !== undefined && version !== undefined && !existsSync(given)) {
    return {
      flows: [await flowOf({ file: given, text: await sourceOf(name, version, remote) }, context, language)],
      single: true
    }
  }
  const found = await stat(given).catch((cause: unknown) => {
    throw new AppError('FLOW_FILE_UNKNOWN', 'client', 'There is no such flow file, folder or version (NAME@HASH)', {
      details: { given },
      cause
    })
  })
  const sources = found.isDirectory() ? await loadFlows(given) : [{ file: given, text: await readFile(given, 'utf8') }]
  return { flows: sources.map((source) => flowOf(source, context, language)), single: !found.isDirectory() }
}

async function sourceOf(name: string, version: string, remote: () => Api): Promise<string> {
  const api = remote()
  const live = version === 'live' ? (await listFlows(api)).items.find((flow) => flow.name === name)?.version : version
  if (live === undefined) throw new AppError('FLOW_UNKNOWN', 'client', 'No flow of that name is live', { details: { name } })
  return (await readVersion(api, name, live)).source
}

function flowOf(source: FlowSource, context: CompileContext, language: ToldLanguage): Flow {
  const { flow, report } = draftFlow(source, context)
  if (flow !== undefined) return flow
  const errors = report.findings.filter(({ severity }) => severity === 'error')
  const problems = errors.map((finding) => placed(toldFinding(finding, language)))
  throw new AppError('FLOW_WRONG', 'flow', 'A flow with errors cannot be compared', { details: { problems } })
}
