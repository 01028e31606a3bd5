import { writeFile } from 'node:fs/promises'
import { dirname, normalize, resolve } from 'node:path'
import { AppError } from '../../domain/errors.ts'
import { compileAround } from '../../flow/compile/compile-around.ts'
import { placed, toldFinding } from '../../flow/compile/findings/told-finding.ts'
import { flowGraph } from '../../flow/graph/mermaid.ts'
import { flowSvg } from '../../flow/graph/svg.ts'
import { toldLanguage } from '../told-language.ts'
import { designersContext } from './designers-context.ts'

export interface GraphOptions {
  /** Unset: by the ending of `output`, else Mermaid. */
  readonly format?: 'mermaid' | 'svg'
  /** Unset: the drawing is handed back. */
  readonly output?: string
  readonly language?: string
}

/** The drawing of one flow file, or where it was written to; the flows beside it are there for what it says of them. */
export async function graphFlowFile(path: string, { format, output, language }: GraphOptions): Promise<string> {
  const file = normalize(path)
  const { folder, context } = designersContext()
  const { flows, findings } = await compileAround(new Set([folder, dirname(file)]), context)
  const flow = flows.find((one) => resolve(one.file) === resolve(file))
  if (flow === undefined) {
    const errors = findings.filter((finding) => finding.severity === 'error' && resolve(finding.file) === resolve(file))
    const problems = errors.map((finding) => placed(toldFinding(finding, toldLanguage(language))))
    throw new AppError('FLOW_WRONG', 'flow', 'There is no flow without errors in that file', { details: { file, problems } })
  }
  const svg = (format ?? (output?.endsWith('.svg') === true ? 'svg' : 'mermaid')) === 'svg'
  const drawing = svg ? flowSvg(flow) : flowGraph(flow)
  if (output === undefined) return drawing
  await writeFile(output, drawing)
  return `${output}\n`
}
