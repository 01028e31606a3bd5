import type { Attributes, Span } from './span.ts'

/** https://github.com/open-telemetry/opentelemetry-proto: trace/v1/trace.proto, SpanKind and StatusCode. */
const KINDS = { internal: 1, server: 2, client: 3 } as const
const STATUS_ERROR = 2

export interface Resource {
  readonly service: string
  readonly version: string
  readonly instance: string
}

/** Spans as the body of an OTLP/HTTP request in JSON. */
export function toOtlp(spans: readonly Span[], { service, version, instance }: Resource): string {
  const resource = { 'service.name': service, 'service.version': version, 'service.instance.id': instance }
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: attributesOf(resource) },
        scopeSpans: [{ scope: { name: 'switchboard', version }, spans: spans.map(spanOf) }]
      }
    ]
  })
}

function spanOf({ traceId, spanId, parentId, name, kind, from, to, attributes, events = [], fault }: Span): object {
  return {
    ...{ traceId, spanId, name, kind: KINDS[kind] },
    ...(parentId !== undefined && { parentSpanId: parentId }),
    startTimeUnixNano: nanosOf(from),
    // Clocks that are set back must not make a span end before it began.
    endTimeUnixNano: nanosOf(Math.max(from, to)),
    attributes: attributesOf(attributes),
    events: events.map((event) => ({
      ...{ name: event.name, timeUnixNano: nanosOf(event.at) },
      attributes: attributesOf(event.attributes ?? {})
    })),
    status: fault === undefined ? {} : { code: STATUS_ERROR, message: fault }
  }
}

/** Whole nanoseconds as text: a double cannot hold them. */
function nanosOf(ms: number): string {
  return `${BigInt(Math.round(ms * 1_000)) * 1_000n}`
}

function attributesOf(attributes: Attributes): object[] {
  return Object.entries(attributes).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value: anyValueOf(value) }]))
}

function anyValueOf(value: string | number | boolean): object {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value }
}
