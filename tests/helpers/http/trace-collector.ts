import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { Test } from 'tap'
import type { Database } from '../../../src/domain/ports/database.ts'
import { type CallStory, readCall } from '../../../src/records/read-call.ts'
import { until } from '../until.ts'

interface Value {
  readonly stringValue?: string
  readonly intValue?: string
  readonly doubleValue?: number
  readonly boolValue?: boolean
}

/** A span as a collector got it; times in milliseconds. */
export interface CollectedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly from: number
  readonly to: number
  readonly attributes: Readonly<Record<string, string | number | boolean>>
  readonly events: readonly { readonly name: string; readonly at: number }[]
  readonly status: { readonly code?: number; readonly message?: string }
}

export interface TraceCollector {
  /** What OTEL_EXPORTER_OTLP_ENDPOINT is set to. */
  readonly url: string
  readonly spans: CollectedSpan[]
  readonly resources: Readonly<Record<string, unknown>>[]
  readonly headers: IncomingHttpHeaders[]
  /** All that was sent, as text. */
  readonly bodies: string[]
  /** What it answers with; 200 at first. `undefined`: nothing, ever. */
  status: number | undefined
  close(): Promise<void>
}

type Attributes = readonly { readonly key: string; readonly value: Value }[]
type Raw = Omit<CollectedSpan, 'from' | 'to' | 'attributes' | 'events'> & {
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: Attributes
  readonly events: readonly { readonly name: string; readonly timeUnixNano: string; readonly attributes: Attributes }[]
}

/** A real receiver of OTLP over HTTP in JSON, on loopback. */
export async function startTraceCollector(port = 0): Promise<TraceCollector> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('error', () => response.destroy())
    request.on('end', () => {
      if (collector.status === undefined) return
      const isOurs = request.method === 'POST' && request.url === '/v1/traces'
      const status = isOurs ? collector.status : 404
      const text = Buffer.concat(chunks).toString('utf8')
      collector.bodies.push(text)
      if (status === 200) collect(JSON.parse(text))
      collector.headers.push(request.headers)
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}')
    })
  })
  function collect(body: { resourceSpans: { resource: { attributes: Attributes }; scopeSpans: { spans: Raw[] }[] }[] }): void {
    for (const { resource, scopeSpans } of body.resourceSpans) {
      collector.resources.push(read(resource.attributes))
      for (const raw of scopeSpans.flatMap(({ spans }) => spans)) collector.spans.push(spanOf(raw))
    }
  }
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const collector: TraceCollector = {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    ...{ spans: [], resources: [], headers: [], bodies: [], status: 200 },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
  return collector
}

function spanOf({ startTimeUnixNano, endTimeUnixNano, attributes, events, ...raw }: Raw): CollectedSpan {
  return {
    ...raw,
    from: millis(startTimeUnixNano),
    to: millis(endTimeUnixNano),
    attributes: read(attributes),
    events: events.map(({ name, timeUnixNano }) => ({ name, at: millis(timeUnixNano) }))
  }
}

function millis(nanos: string): number {
  return Number(BigInt(nanos) / 1_000n) / 1_000
}

function read(attributes: Attributes): Record<string, string | number | boolean> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? value.boolValue ?? value.doubleValue ?? Number(value.intValue)])
  )
}

/** Waits until all calls are written and their traces are here, and compares the two; answers what was compared. */
export async function allTracesFit(t: Test, { spans }: TraceCollector, database: Database): Promise<readonly CallStory[]> {
  const count = async (which: string) => (await database.query<{ id: string }>(`select call_id as id from calls ${which}`)).length
  const roots = () => spans.filter(({ name }) => name === 'call').length
  await until(async () => (await count('where ended_at is null')) === 0 && roots() === (await count('')), {
    ms: 20_000,
    what: () => `the traces of all calls (${roots()} so far)`
  })
  const stories: CallStory[] = []
  for (const { id } of await database.query<{ id: string }>('select call_id as id from calls')) {
    const story = await readCall(database, id)
    if (story !== undefined) stories.push(story)
  }
  tracesFit(t, spans, stories)
  return stories
}

/** Facts have whole milliseconds. */
const CLOCKS_MS = 2

/**
 * Compares the traces of calls with what the records say of them: each call, step, ring and talk is there with its times, and whatever is
 * inside of something has its place in it.
 */
export function tracesFit(t: Test, spans: readonly CollectedSpan[], stories: readonly CallStory[]): void {
  const byId = new Map(spans.map((span) => [span.spanId, span]))
  const wrong: string[] = []
  const check = (isRight: boolean, what: string) => void (isRight || wrong.push(what))
  check(byId.size === spans.length, 'no id is given twice')
  for (const { call, path, legs } of stories) {
    const root = spans.find((span) => span.name === 'call' && span.attributes['switchboard.call.id'] === call.callId)
    if (root === undefined) {
      wrong.push(`no span of call ${call.callId}`)
      continue
    }
    const mine = spans.filter((span) => isBelow(span, root, byId))
    check(root.from === Date.parse(call.startedAt), `${call.callId} begins when it began`)
    check(root.to === Date.parse(call.endedAt ?? ''), `${call.callId} ends when it ended`)
    check(root.attributes['switchboard.reason'] === call.termination?.reason, `${call.callId} ends as it ended`)
    check((root.status.code === 2) === (call.termination?.result === 'failed'), `${call.callId} is a fault when it was one`)
    for (const span of mine) {
      const parent = byId.get(span.parentSpanId ?? '')
      check(span.traceId === root.traceId, `${span.name} is in the trace of its call`)
      check(span.from <= span.to, `${span.name} ends after it began`)
      // A line is let go while the flow goes on, and what a flow does after its call is told of the call.
      const isIn = parent !== undefined && span.from >= parent.from - CLOCKS_MS && span.from <= parent.to + CLOCKS_MS
      const isOfCall = span.to <= root.to + CLOCKS_MS
      const isAfter = parent === root && span.to >= root.to - CLOCKS_MS
      check(span === root || (isIn && isOfCall) || isAfter, `${span.name} lies in ${parent?.name} (${call.callId})`)
    }
    for (const { step, kind, at, tookMs, exit } of path) {
      const found = mine.some(
        (span) =>
          span.name === `${kind} ${step}` &&
          span.from === Date.parse(at) &&
          Math.abs(span.to - span.from - tookMs) < 1 &&
          (span.attributes['switchboard.exit'] ?? null) === exit
      )
      check(found, `step ${step} of ${call.callId}`)
    }
    for (const leg of legs.filter(({ kind }) => kind === 'agent')) {
      const offers = mine.filter(({ name, from }) => name === `offer ${leg.agent}` && from === Date.parse(leg.beganAt))
      check(offers.length === 1, `the offer to ${leg.agent} in ${call.callId}`)
    }
  }
  t.same(wrong, [], `${spans.length} spans of ${stories.length} calls fit the records`)
}

function isBelow(span: CollectedSpan, root: CollectedSpan, byId: ReadonlyMap<string, CollectedSpan>): boolean {
  for (let at: CollectedSpan | undefined = span; at !== undefined; at = byId.get(at.parentSpanId ?? ''))
    if (at === root) return true
  return false
}
