import { z } from 'zod'
import { type Saying, say } from '../../domain/saying.ts'
import { type ToldLanguage, toldIn } from '../../flow/words/told-in.ts'
import { readFlowVersion } from '../../records/flow-versions.ts'
import type { App } from '../app-type.ts'
import { requires, userOf } from '../auth.ts'
import { type ProblemBody, problem, problemSchema } from '../errors.ts'
import type { PutFlowResult } from '../flow-editing.ts'
import type { HttpOptions } from '../http-options.ts'
import { putFlowSchema, toFindingView } from '../schemas/flow.ts'
import { toldLanguage } from '../told-language.ts'

const flowName = z.string().regex(/^[a-z][a-z0-9-]{0,99}$/, 'must be a name of small letters, digits and -')
const unknown = problem('VERSION_UNKNOWN', 'No such version of that flow was ever live')

/** What the compiler reads at most (text-limits.ts), in JSON. */
const SOURCE_BYTES_MAX = 1024 * 1024

/** Putting a flow live: a new source, or one that was live before. What is wrong is refused and changes nothing. */
export function flowChangeRoutes(app: App, { database, flowEditing }: HttpOptions): void {
  const guard = { onRequest: requires('admin'), bodyLimit: SOURCE_BYTES_MAX }
  const about = { tags: ['flows'], security: [{ bearer: [] }], params: z.object({ name: flowName }) }
  const response = { 200: putFlowSchema, 401: problemSchema, 403: problemSchema, 409: problemSchema, 422: problemSchema }

  app.put(
    '/api/v1/flows/:name',
    {
      ...guard,
      schema: {
        ...about,
        summary: 'Check a flow, write its file and put it live; the next call hears it',
        body: z.strictObject({ source: z.string().min(1).describe('The YAML') }),
        response
      }
    },
    async (request, reply) => {
      const { name } = request.params
      const result = await flowEditing.put(name, request.body.source, userOf(request).username)
      const language = toldLanguage(request, reply)
      if (result.kind === 'live') return reply.send(toPutView(name, result, language))
      const { status, body } = refusalOf(result, language)
      return reply.code(status).send(body)
    }
  )

  app.post(
    '/api/v1/flows/:name/rollback',
    {
      ...guard,
      schema: {
        ...about,
        summary: 'Put an earlier version of a flow live again',
        body: z.strictObject({ version: z.string().min(1).max(64) }),
        response: { ...response, 404: problemSchema }
      }
    },
    async (request, reply) => {
      const { name } = request.params
      const earlier = await readFlowVersion(database, name, request.body.version)
      if (earlier === undefined) return reply.code(404).send(unknown)
      const result = await flowEditing.put(name, earlier.source, userOf(request).username)
      const language = toldLanguage(request, reply)
      if (result.kind === 'live') return reply.send(toPutView(name, result, language))
      const { status, body } = refusalOf(result, language)
      return reply.code(status).send(body)
    }
  )
}

function toPutView(
  name: string,
  { version, findings }: PutFlowResult & { kind: 'live' },
  language: ToldLanguage
): z.infer<typeof putFlowSchema> {
  return { name, version, findings: findings.map((finding) => toFindingView(finding, language)) }
}

function refusalOf(
  result: Exclude<PutFlowResult, { kind: 'live' }>,
  language: ToldLanguage
): { status: 409 | 422; body: ProblemBody } {
  const refused = (code: string, message: Saying, details: Record<string, unknown>) =>
    problem(code, toldIn(language, message), details)
  switch (result.kind) {
    case 'wrong':
      return {
        status: 422,
        body: refused('FLOW_WRONG', say`The flow has errors; nothing was changed`, {
          findings: result.findings.map((finding) => toFindingView(finding, language))
        })
      }
    case 'other-name':
      return {
        status: 422,
        body: refused('OTHER_NAME', say`The source, or the file for it, is of a flow of another name`, { name: result.name })
      }
    case 'not-written':
      return {
        status: 409,
        body: refused('FLOWS_NOT_WRITABLE', say`The folder of flows cannot be written`, { file: result.file })
      }
  }
}
