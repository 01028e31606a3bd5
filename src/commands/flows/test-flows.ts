import { writeFile } from 'node:fs/promises'
import { testFlows } from '../../flow/test/test-command.ts'
import { toldLanguage } from '../told-language.ts'
import { designersContext } from './designers-context.ts'

/** Runs tests of flows in the configured centre; all below FLOWS when none is named. */
export async function testFlowFiles(
  paths: readonly string[],
  junitFile: string | undefined,
  language?: string
): Promise<{ readonly text: string; readonly passed: boolean }> {
  const { folder, context, customers } = designersContext()
  const { text, passed, junit } = await testFlows(
    paths.length > 0 ? paths : [folder],
    folder,
    context,
    customers,
    toldLanguage(language)
  )
  if (junitFile !== undefined) await writeFile(junitFile, junit)
  return { text, passed }
}
