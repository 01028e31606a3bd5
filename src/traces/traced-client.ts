import type { HttpClient, HttpOutcome } from '../domain/ports/http-client.ts'
import type { Traces } from './traces.ts'

/** The same client, whose requests for a call are spans of it; the other system is told which, unless the flow tells it something itself. */
export function tracedClient(client: HttpClient, traces: Pick<Traces, 'request'>): HttpClient {
  return {
    async send(request, signal) {
      if (request.about === undefined || !URL.canParse(request.url)) return await client.send(request, signal)
      const traced = traces.request(request.about, request.method, request.url)
      const isTold = Object.keys(request.headers ?? {}).some((name) => name.toLowerCase() === 'traceparent')
      const headers = { ...request.headers, ...(isTold ? {} : { traceparent: traced.traceparent }) }
      let outcome: HttpOutcome | undefined
      try {
        outcome = await client.send({ ...request, headers }, signal)
        return outcome
      } finally {
        traced.end(outcome)
      }
    }
  }
}
