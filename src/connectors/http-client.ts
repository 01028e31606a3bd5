import { Agent, type Dispatcher, request as send } from 'undici'
import type { RealSignal, Signal } from '../domain/abort.ts'
import type { HttpClient, HttpOutcome, HttpRequest } from '../domain/ports/http-client.ts'
import { isAllowed, livePrefixes } from './is-allowed.ts'
import { readJson } from './read-json.ts'

export interface HttpClientOptions {
  /** URL prefixes that may be reached, as they are now. */
  readonly allowed: () => readonly string[]
}

/** The client for `request` steps: few connections per host, kept open; redirects are answers, not followed. */
export function createHttpClient({ allowed }: HttpClientOptions): HttpClient & { close(): Promise<void> } {
  const prefixes = livePrefixes(allowed)
  const agent = new Agent({ connections: 32, pipelining: 1, keepAliveTimeout: 4000, connect: { timeout: 5000 } })
  return {
    send: (request, signal) => sendWithin(agent, prefixes(), request, signal),
    // Connections that are still busy belong to calls that have ended by now.
    close: () => agent.destroy()
  }
}

async function sendWithin(agent: Agent, prefixes: readonly URL[], request: HttpRequest, signal: Signal): Promise<HttpOutcome> {
  signal.throwIfAborted()
  if (!isAllowed(request.url, prefixes)) return { ok: false, problem: 'not-allowed' }

  // One limit over connecting, waiting and reading. AbortSignal.timeout would keep its timer after a quick answer.
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), request.timeoutMs)
  const hangUp = () => limit.abort()
  signal.addEventListener('abort', hangUp, { once: true })
  try {
    const response = await send(request.url, toOptions(agent, request, limit.signal))
    return await toOutcome(response)
  } catch {
    // The outcome says what is known of the fault; undici's own words differ by version.
    if (signal.aborted) throw signal.reason
    return { ok: false, problem: limit.signal.aborted ? 'timeout' : 'unreachable' }
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', hangUp)
  }
}

function toOptions(
  dispatcher: Agent,
  { method, headers = {}, json, key }: HttpRequest,
  signal: RealSignal
): Parameters<typeof send>[1] {
  const withBody = json === undefined ? {} : { body: JSON.stringify(json) }
  const type = json === undefined ? {} : { 'content-type': 'application/json' }
  const hasOwn = Object.keys(headers).some((name) => name.toLowerCase() === 'idempotency-key')
  const once = key === undefined || hasOwn ? {} : { 'idempotency-key': key }
  return { dispatcher, method, signal, headers: { accept: 'application/json', ...type, ...once, ...headers }, ...withBody }
}

async function toOutcome(response: Dispatcher.ResponseData<unknown>): Promise<HttpOutcome> {
  const { statusCode: status } = response
  const read = await readJson(response)
  if (status < 200 || status >= 300) {
    return { ok: false, problem: 'status', status, ...(read.ok ? { body: read.body } : {}) }
  }
  return read.ok ? { ok: true, status, body: read.body } : { ok: false, problem: 'bad-body', status }
}
