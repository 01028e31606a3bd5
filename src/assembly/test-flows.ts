import { writeFile } from 'node:fs/promises'
import { loadConfig } from '../config/load-config.ts'
import { testFlows } from '../flow/test/test-command.ts'
import { recordingsOf } from './recordings.ts'

/** Runs tests of flows in the configured centre; all below FLOWS when none is named. */
export async function testFlowFiles(
  paths: readonly string[],
  junitFile: string | undefined
): Promise<{ readonly text: string; readonly passed: boolean }> {
  const { centre, customers, environment } = loadConfig()
  const context = { centre, hasAudio: recordingsOf(environment.FLOWS) }
  const { text, passed, junit } = await testFlows(
    paths.length > 0 ? paths : [environment.FLOWS],
    environment.FLOWS,
    context,
    customers
  )
  if (junitFile !== undefined) await writeFile(junitFile, junit)
  return { text, passed }
}
