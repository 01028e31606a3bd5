import { say } from '../../../domain/saying.ts'
import { isAllowedRequest } from '../../allowed-request.ts'
import type { Scope } from '../../expression.ts'
import type { RequestStep } from '../../step.ts'
import { CallView, CustomerView, QueueView } from '../../views.ts'
import type { Checked } from '../expressions/expressions.ts'
import type { CompiledTemplate } from '../expressions/templates.ts'
import type { StepSource } from '../schema/step-schemas.ts'
import { millisecondsOf } from '../schema/value-schemas.ts'
import type { Path } from '../source/source-file.ts'
import { allowedHint } from './allowed-hint.ts'
import { buildPrompt } from './build-prompt.ts'
import type { Draft } from './draft.ts'

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const

type RequestSource = StepSource<'request'>['request']

export function buildRequest(
  source: RequestSource,
  path: Path,
  draft: Draft
): Omit<RequestStep, 'name' | 'line' | 'flush' | 'kind'> {
  const given = methods.filter((name) => source[name] !== undefined)
  const [method = 'get'] = given
  if (given.length !== 1) {
    draft.report.error(
      'FLOW0007',
      { path, key: true },
      say`a request needs one of get, post, put, patch, delete`,
      say`get: https://…`
    )
  }
  const url = buildUrl(String(source[method] ?? ''), [...path, method], draft)
  if (given.length === 1) checkAllowed(url, [...path, method], draft)

  return {
    method: method.toUpperCase() as RequestStep['method'],
    url,
    timeoutMs: millisecondsOf(source.timeout ?? '5s'),
    retries: source.retries ?? 0,
    ...(source.json !== undefined && { json: draft.templates.value(source.json, [...path, 'json']) }),
    ...(source.headers !== undefined && { headers: draft.templates.value(source.headers, [...path, 'headers']) }),
    ...(source.while_waiting !== undefined && {
      whileWaiting: buildPrompt(source.while_waiting, [...path, 'while_waiting'], draft)
    }),
    ...(source.into !== undefined && { into: source.into }),
    ...(source.expect !== undefined && {
      expect: Object.entries(source.expect).map(([field, type]) => ({
        name: field.replace(/\?$/, ''),
        type,
        optional: field.endsWith('?')
      }))
    })
  }
}

/** What callers type or other systems answer is encoded, so that it cannot change the path. The configuration's own values stand as they are. */
function buildUrl(text: string, path: Path, draft: Draft): CompiledTemplate {
  const url = draft.templates.text(text, path, partOfUrl)
  if ([...url.names].some((name) => draft.secrets.has(name))) {
    draft.report.warning('FLOW0029', { path }, say`addresses are logged, with the secret in it`, say`send it as json`)
  }
  return url
}

function partOfUrl(value: string, { names }: Checked): string {
  return [...names].every((name) => name === 'config') ? value : encodeURIComponent(value)
}

/** Tries the address with first values; one that needs more than those is only checked when it is sent. */
function checkAllowed(url: CompiledTemplate, path: Path, draft: Draft): void {
  const { centre } = draft.context
  let tried: string
  try {
    tried = String(url.evaluate(exampleScope(draft)))
  } catch {
    // A value that is only known in a call. The run-time check remains.
    return
  }
  const onlyConfigured = [...url.names].every((name) => name === 'config')
  if (isAllowedRequest(tried, centre.allowedRequests) || (!onlyConfigured && !URL.canParse(tried))) return
  const hint = allowedHint(centre.allowedRequests)
  draft.report.error('FLOW0028', { path }, say`the configuration does not allow flows to send requests there`, hint)
}

function exampleScope(draft: Draft): Scope {
  const names: Record<string, unknown> = {
    config: draft.context.centre.values,
    call: new CallView('', '', '', '', draft.languages[0]),
    customer: new CustomerView(undefined)
  }
  for (const [name, type] of draft.variables) names[name] = type === 'double' ? 0 : type === 'string' ? '' : null
  return { names, queue: () => new QueueView(undefined, 0) }
}
