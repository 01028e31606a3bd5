import { type CheckResult, checkFlows } from '../../flow/compile/check-command.ts'
import type { FindingFormat } from '../../flow/compile/findings/format-findings.ts'
import { toldLanguage } from '../told-language.ts'
import { designersContext } from './designers-context.ts'

/** Checks flow files against the configured centre; all of FLOWS when none is named. */
export async function checkFlowFiles(paths: readonly string[], format: FindingFormat, language?: string): Promise<CheckResult> {
  const { folder, context } = designersContext()
  return await checkFlows(paths.length > 0 ? paths : [folder], context, format, toldLanguage(language))
}
