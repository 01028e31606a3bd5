import { z } from 'zod'
import type { Finding } from '../../flow/compile/findings/finding.ts'
import { toldFinding } from '../../flow/compile/findings/told-finding.ts'
import type { ToldLanguage } from '../../flow/words/told-in.ts'

/** Something the compiler has to say. */
export const findingSchema = z.object({
  severity: z.enum(['error', 'warning']),
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  file: z.string(),
  line: z.number(),
  column: z.number(),
  frame: z.string().describe('The lines around it with the place underlined')
})

/** A version that went live, without its source. */
export const flowVersionSchema = z.object({
  version: z.string().describe('Content hash of the source'),
  file: z.string(),
  since: z.iso.datetime().describe('When it went live'),
  by: z.string().describe('The user who put it live, or `file`')
})

/** One thing that is different for callers. */
export const flowChangeSchema = z.object({
  about: z.enum(['flow', 'shortcut', 'step', 'reach']).describe('`reach`: somewhere that callers can get to'),
  name: z.string(),
  change: z.enum(['added', 'gone', 'renamed', 'changed']),
  field: z.string().optional().describe('What of it, in the words of flow files, such as `prompt (en)` or `exit 1`'),
  before: z.string().optional(),
  after: z.string().optional()
})

/** What came of putting a version live. */
export const putFlowSchema = z.object({
  name: z.string(),
  version: z.string(),
  findings: z.array(findingSchema).describe('Warnings')
})

/** A finding as the API shows it, in the language of the client. */
export function toFindingView(finding: Finding, language: ToldLanguage): z.infer<typeof findingSchema> {
  return { ...toldFinding(finding, language) }
}
