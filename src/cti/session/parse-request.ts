import type { z } from 'zod'
import {
  errorCodes,
  type Failure,
  type Method,
  type ParamsOf,
  type Request,
  type RequestId,
  type Response,
  requestSchema,
  requestSchemas
} from '../messages.ts'

/** A request, or the answer that it is none. */
export type ParsedRequest = { readonly ok: true; readonly request: Request } | { readonly ok: false; readonly response: Response }

/** Reads one message. */
export function parseRequest(text: string): ParsedRequest {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    // JSON-RPC 2.0 §5.1: text that is not JSON is answered with an error and the id null.
    return { ok: false, response: failed(null, { code: errorCodes.parse, message: 'Not JSON' }) }
  }
  const parsed = requestSchema.safeParse(json)
  if (parsed.success) return { ok: true, request: parsed.data }
  return {
    ok: false,
    response: failed(idOf(json), {
      code: errorCodes.invalidRequest,
      message: 'Not a JSON-RPC 2.0 request',
      ...detail(parsed.error)
    })
  }
}

/** The parameters of a request, or why they do not fit. */
export function parseParams<Name extends Method>(
  method: Name,
  params: unknown
): { readonly ok: true; readonly params: ParamsOf<Name> } | { readonly ok: false; readonly failure: Failure } {
  const parsed = requestSchemas[method].params.safeParse(params ?? {})
  // The schema is that of the method, which TypeScript does not follow through the index.
  if (parsed.success) return { ok: true, params: parsed.data as ParamsOf<Name> }
  return { ok: false, failure: { code: errorCodes.invalidParams, message: 'The parameters do not fit', ...detail(parsed.error) } }
}

/** An answer of JSON-RPC 2.0 that says no. */
export function failed(id: RequestId | null, error: Failure): Response {
  return { jsonrpc: '2.0', id, error }
}

function detail(error: z.ZodError): Pick<Failure, 'data'> {
  const first = error.issues[0]
  if (first === undefined) return {}
  const at = first.path.join('.')
  return { data: { code: 'INVALID', detail: at === '' ? first.message : `${at}: ${first.message}` } }
}

function idOf(json: unknown): RequestId | null {
  const id = typeof json === 'object' && json !== null && 'id' in json ? json.id : null
  return typeof id === 'string' || typeof id === 'number' ? id : null
}
