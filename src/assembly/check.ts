import { loadConfig } from '../config/load-config.ts'
import { type CheckResult, checkFlows } from '../flow/compile/check-command.ts'
import type { FindingFormat } from '../flow/compile/format-findings.ts'
import { recordingsOf } from './recordings.ts'

/** Checks flow files against the configured centre; all of FLOWS when none is named. */
export async function checkFlowFiles(paths: readonly string[], format: FindingFormat): Promise<CheckResult> {
  const { centre, environment } = loadConfig()
  const context = { centre, hasAudio: recordingsOf(environment.FLOWS) }
  return await checkFlows(paths.length > 0 ? paths : [environment.FLOWS], context, format)
}
