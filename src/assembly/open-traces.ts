import type { Environment } from '../config/environment.ts'
import { openPostClient } from '../connectors/post-client.ts'
import type { EventBus } from '../domain/event-bus.ts'
import type { Log } from '../domain/log.ts'
import type { Clock } from '../domain/ports/clock.ts'
import type { HttpClient } from '../domain/ports/http-client.ts'
import type { PostClient } from '../domain/ports/http-post.ts'
import { Exporter } from '../traces/exporter.ts'
import { tracedClient } from '../traces/traced-client.ts'
import { tracedPosts } from '../traces/traced-posts.ts'
import { Traces } from '../traces/traces.ts'

export interface OpenTraces {
  /** The same client, whose requests are told in the traces. */
  over(client: HttpClient): HttpClient
  /** The same client, whose requests tell the trace of the call that they are about. */
  overPosts(client: PostClient): PostClient
  figures(): ReturnType<Exporter['figures']>
  close(): Promise<void>
}

interface TracesAround {
  readonly environment: Environment
  readonly version: string
  readonly bus: Pick<EventBus, 'listen'>
  readonly clock: Clock
  readonly log: Log
}

/** Follows calls and sends their traces to OTEL_EXPORTER_OTLP_ENDPOINT; undefined, and nothing listens, when that is unset. */
export function openTraces({ environment, version, bus, clock, log }: TracesAround): OpenTraces | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers } = environment
  if (endpoint === undefined) return undefined
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`
  const exporter = new Exporter({
    ...{ url, headers, clock, log },
    resource: { service: environment.OTEL_SERVICE_NAME, version, instance: environment.INSTANCE },
    // Whoever sets the variable may send them wherever they like.
    client: openPostClient({ allowed: () => [endpoint], connectionsMax: 2 })
  })
  const traces = new Traces({
    tell: (span) => exporter.add(span),
    ratio: environment.OTEL_TRACES_SAMPLER_ARG,
    showsPersons: environment.TRACES_SHOW_PERSONS === 'on',
    clock
  })
  const listening = bus.listen(traces.listener)
  return {
    over: (client) => tracedClient(client, traces),
    overPosts: (client) => tracedPosts(client, traces),
    figures: () => exporter.figures(),
    async close() {
      listening[Symbol.dispose]()
      await exporter.close()
    }
  }
}
