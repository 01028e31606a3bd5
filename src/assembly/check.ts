import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { loadConfig } from '../config/load-config.ts'
import { type CheckResult, checkFlows } from '../flow/compile/check-command.ts'
import type { FindingFormat } from '../flow/compile/format-findings.ts'

/** Checks flow files against the configured centre; all of FLOWS when none is named. */
export async function checkFlowFiles(paths: readonly string[], format: FindingFormat): Promise<CheckResult> {
  const { centre, environment } = loadConfig()
  const recordings = new Set(recordingsIn(join(environment.FLOWS, 'audio')))
  const hasAudio = (name: string, language: string) => recordings.has(`${language}/${name}`) || recordings.has(name)
  return await checkFlows(paths.length > 0 ? paths : [environment.FLOWS], { centre, hasAudio }, format)
}

/** Names of recordings without their endings, as flows write them. */
function recordingsIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => name.replace(/\.[^./]+$/, ''))
}
