import { createServer } from 'node:http'
import t, { type Test } from 'tap'
import { openTraces } from '../../src/assembly/open-traces.ts'
import { readEnvironment } from '../../src/config/environment.ts'
import { createHttpClient } from '../../src/connectors/http-client.ts'
import { openPostClient } from '../../src/connectors/post-client.ts'
import { EventBus } from '../../src/domain/event-bus.ts'
import type { CallId, ContactId } from '../../src/domain/ids.ts'
import { startTraceCollector, type TraceCollector } from '../helpers/http/trace-collector.ts'
import { startReceiver } from '../helpers/http/webhook-receiver.ts'
import { eventsOf } from '../helpers/publish-call.ts'
import { quietLog } from '../helpers/quiet-log.ts'
import { realClock } from '../helpers/real-clock.ts'
import { until } from '../helpers/until.ts'

interface Opened {
  readonly collector: TraceCollector
  readonly bus: EventBus
  readonly log: ReturnType<typeof quietLog>
  readonly traces: NonNullable<ReturnType<typeof openTraces>>
}

async function open(t: Test, variables: Record<string, string> = {}): Promise<Opened> {
  const collector = await startTraceCollector()
  const log = quietLog()
  const bus = new EventBus(realClock, (error) => t.fail(String(error)))
  const environment = readEnvironment({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...variables })
  const traces = openTraces({ environment, version: '1.2.3', bus, clock: realClock, log })
  if (traces === undefined) throw new Error('Traces are off')
  t.teardown(() => collector.close())
  return { collector, bus, log, traces }
}

function publish(bus: EventBus, id: string, startedAt = Date.now()): void {
  for (const event of eventsOf({ id, startedAt })) bus.publish(event)
}

const contact = (id: string) => ({ callId: id as CallId, contactId: `contact-${id}` as ContactId })

t.test('nothing listens without a collector', async (t) => {
  const bus = new EventBus(realClock, () => {})
  const log = quietLog()
  t.equal(openTraces({ environment: readEnvironment({}), version: '1', bus, clock: realClock, log }), undefined)
})

t.test('wrong settings are refused, and their secrets are not repeated', async (t) => {
  const problems = (given: Record<string, string>) => {
    try {
      return readEnvironment(given)
    } catch (error) {
      return JSON.stringify((error as { details: unknown }).details)
    }
  }
  t.match(problems({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }), /OTEL_EXPORTER_OTLP_ENDPOINT/)
  t.match(problems({ OTEL_TRACES_SAMPLER_ARG: '2' }), /OTEL_TRACES_SAMPLER_ARG/)
  for (const headers of ['authorization', 'authorization=Bearer s3cret', 'authorization=s3cret%0d%0aevil: 1', 'a b=s3cret']) {
    const told = problems({ OTEL_EXPORTER_OTLP_HEADERS: headers })
    t.match(told, /OTEL_EXPORTER_OTLP_HEADERS/, headers)
    t.notMatch(told, /s3cret/)
  }
})

t.test('a call is one trace: its flow, step, wait, rings and talk, each in its place', async (t) => {
  const { collector, bus, traces } = await open(t, {
    OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Bearer%20a%2Cb,x-team=ops',
    OTEL_SERVICE_NAME: 'bank'
  })
  publish(bus, 'one')
  publish(bus, 'other')
  await traces.close()

  t.match(collector.headers[0], { authorization: 'Bearer a,b', 'x-team': 'ops', 'content-type': 'application/json' })
  t.same(collector.resources[0], { 'service.name': 'bank', 'service.version': '1.2.3', 'service.instance.id': 'main' })
  const root = collector.spans.find(({ attributes }) => attributes['switchboard.call.id'] === 'one')
  const mine = collector.spans.filter(({ traceId }) => traceId === root?.traceId)
  t.equal(mine.length * 2, collector.spans.length, 'two contacts, two traces')
  const parentOf = (name: string) => {
    const span = mine.find((one) => one.name === name)
    return mine.find(({ spanId }) => spanId === span?.parentSpanId)?.name
  }
  t.equal(root?.kind, 2)
  t.match(root?.traceId, /^[0-9a-f]{32}$/)
  t.match(root?.spanId, /^[0-9a-f]{16}$/)
  t.equal(parentOf('flow bank-hotline'), 'call')
  t.equal(parentOf('menu main'), 'flow bank-hotline')
  t.equal(parentOf('offer 1001'), 'queue service')
  t.ok(mine.some(({ name }) => name === 'talk 1001'))
  t.match(
    mine.filter(({ name }) => name.startsWith('offer')).map(({ attributes }) => attributes['switchboard.exit']),
    ['missed', 'answered']
  )
  const all = collector.bodies.join('')
  t.notMatch(all, /13800138000|Wang Fang/, 'callers are not named')
  t.notOk(mine.some(({ attributes }) => 'switchboard.detail' in attributes))
})

t.test('callers are named where that is configured', async (t) => {
  const { collector, bus, traces } = await open(t, { TRACES_SHOW_PERSONS: 'on' })
  publish(bus, 'shown')
  await traces.close()
  t.match(collector.bodies.join(''), /"switchboard.caller","value":\{"stringValue":"13800138000"\}/)
})

t.test('a flow that runs itself, one that goes to another, and what comes after the caller has left', async (t) => {
  const { collector, bus, traces } = await open(t)
  const call = contact('nested')
  const [started] = eventsOf({ id: 'nested', startedAt: Date.now() })
  if (started === undefined) throw new Error('no event')
  const left = (flow: string, step: string, kind: string, exit = 'next', detail?: string) =>
    bus.publish({
      ...{ type: 'step.left', ...call, flow, tookMs: 0 },
      entry: { step, kind, at: Date.now(), exit, ...(detail !== undefined && { detail }) }
    })
  bus.publish(started)
  bus.publish({ type: 'flow.started', ...call, flow: 'a', version: 'v' })
  bus.publish({ type: 'flow.started', ...call, flow: 'a', version: 'v', runBy: 'again' })
  left('a', 'inner', 'say')
  left('a', 'again', 'run', 'returned')
  left('a', 'ask', 'request', 'error', 'timeout')
  left('a', 'on', 'go')
  bus.publish({ type: 'flow.started', ...call, flow: 'b', version: 'v' })
  left('b', 'bye', 'say', 'left')
  const totals = { queuedMs: 0, talkedMs: 0, heldMs: 0 }
  bus.publish({
    ...{ type: 'call.ended', ...call, startedAt: Date.now(), totals },
    termination: { result: 'failed', reason: 'fault', error: 'FLOW_LOOP' }
  })
  left('b', 'note', 'request')
  // Of a call of another process, and of one that was over long ago.
  const lost = contact('lost')
  bus.publish({
    ...{ type: 'call.ended', ...lost, startedAt: 1_000, totals },
    termination: { result: 'failed', reason: 'server-restarted' }
  })
  bus.publish({ type: 'call.tagged', ...contact('long-ago'), tags: [] })
  await traces.close()

  const named = (name: string) => collector.spans.filter((span) => span.name === name)
  const parent = ({ parentSpanId }: { parentSpanId?: string } = {}) =>
    collector.spans.find(({ spanId }) => spanId === parentSpanId)
  const inner = parent(named('say inner')[0])
  t.equal(inner?.name, 'flow a')
  t.equal(parent(inner)?.name, 'run again', 'the flow that is run lies in the step that runs it')
  t.equal(parent(parent(inner))?.name, 'flow a')
  t.not(parent(parent(inner)), inner)
  t.equal(parent(named('flow b')[0])?.name, 'call')
  t.match(named('request ask')[0], { status: { code: 2, message: 'timeout' } })
  t.equal(parent(named('request note')[0]), named('call')[0], 'what comes after belongs to the call')
  t.match(named('call')[0], { status: { code: 2, message: 'FLOW_LOOP' } })
  t.match(named('call')[1], { from: 1_000, attributes: { 'switchboard.reason': 'server-restarted' } })
  t.equal(named('call').length, 2)
})

t.test('other systems are told where they stand in the trace', async (t) => {
  const told: (string | undefined)[] = []
  const system = createServer((request, response) => {
    told.push(request.headers.traceparent as string | undefined)
    response.writeHead(request.url?.startsWith('/broken') ? 503 : 200, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>((resolve) => system.listen(0, '127.0.0.1', resolve))
  t.teardown(() => system.close())
  const url = `http://127.0.0.1:${(system.address() as { port: number }).port}`
  const { collector, bus, traces } = await open(t)
  const plain = createHttpClient({ allowed: () => [url] })
  const client = traces.over(plain)
  const about = contact('asking')
  const [started, , , flow] = eventsOf({ id: 'asking', startedAt: Date.now() })
  for (const event of [started, flow]) if (event !== undefined) bus.publish(event)
  const ask = (path: string, more: object = {}, signal = new AbortController().signal) =>
    client.send({ method: 'GET', url: `${url}${path}`, timeoutMs: 5_000, about, ...more }, signal)

  t.match(await ask('/customers/13800138000?key=secret'), { ok: true })
  t.match(await ask('/broken'), { ok: false, status: 503 })
  await ask('/own', { headers: { Traceparent: 'of-the-flow' } })
  await client.send({ method: 'GET', url: `${url}/nobody`, timeoutMs: 5_000 }, new AbortController().signal)
  await t.rejects(ask('/left', {}, AbortSignal.abort(new Error('hung up'))), /hung up/)
  bus.publish({
    ...{ type: 'step.left', ...about, flow: 'bank-hotline', tookMs: 5 },
    entry: { step: 'look-up', kind: 'request', at: Date.now(), exit: 'answer' }
  })
  await traces.close()
  await plain.close()

  const asked = collector.spans.filter(({ name }) => name === 'GET')
  const step = collector.spans.find(({ name }) => name === 'request look-up')
  t.same(told, [
    `00-${asked[0]?.traceId}-${asked[0]?.spanId}-01`,
    `00-${asked[1]?.traceId}-${asked[1]?.spanId}-01`,
    'of-the-flow',
    undefined
  ])
  t.same(new Set(asked.map(({ parentSpanId }) => parentSpanId)), new Set([step?.spanId]), 'they lie in the step that asks')
  t.match(
    asked.map(({ status }) => status.message),
    [undefined, '503', undefined, 'caller-left']
  )
  t.notMatch(collector.bodies.join(''), /13800138000|key=secret|of-the-flow/)
})

t.test('who is told of a call over a webhook is told its trace', async (t) => {
  const receiver = await startReceiver()
  t.teardown(() => receiver.close())
  const { collector, bus, traces } = await open(t)
  const posts = traces.overPosts(openPostClient({ allowed: () => [receiver.url], connectionsMax: 1 }))
  const about = contact('told-of')
  const post = async (event: object) =>
    await posts.send(
      { url: receiver.url, headers: { 'switchboard-event': 'queued' }, body: JSON.stringify(event), timeoutMs: 5_000 },
      new AbortController().signal
    )
  t.match(await post({ type: 'queued', ...about }), { kind: 'answered', status: 204 })
  t.match(await post({ type: 'agentReady', agentId: '1001' }), { kind: 'answered', status: 204 })
  publish(bus, 'told-of')
  await traces.close()
  await posts.close()
  const call = collector.spans.find(({ name }) => name === 'call')
  t.match(receiver.received[0]?.headers, {
    traceparent: `00-${call?.traceId}-${call?.spanId}-01`,
    'switchboard-event': 'queued'
  })
  t.equal(receiver.received[1]?.headers.traceparent, undefined)
})

t.test('a part of all contacts is traced, the same in every process', async (t) => {
  const { collector, bus, traces } = await open(t, { OTEL_TRACES_SAMPLER_ARG: '0.25' })
  for (let index = 0; index < 400; index++) publish(bus, `sampled-${index}`)
  await traces.close()
  const roots = collector.spans.filter(({ name }) => name === 'call').map(({ traceId }) => traceId)
  t.ok(roots.length > 60 && roots.length < 140, `${roots.length} of 400`)
  t.ok(roots.every((traceId) => Number.parseInt(traceId.slice(0, 8), 16) < 0.25 * 2 ** 32))
  t.equal(new Set(collector.spans.map(({ traceId }) => traceId)).size, roots.length, 'whole traces or nothing of them')
})

t.test('a collector that is away, slow or in trouble holds up nothing, and only so much is kept for it', async (t) => {
  const { collector, bus, log, traces } = await open(t)
  collector.status = 503
  publish(bus, 'before')
  await until(() => log.lines.length > 0, { ms: 10_000, what: 'the trouble to be told' })
  collector.status = 200
  await until(() => collector.spans.some(({ attributes }) => attributes['switchboard.call.id'] === 'before'), {
    ms: 15_000,
    what: 'the batch to be sent again'
  })
  await until(() => traces.figures().sent > 0, { what: 'the figure' })

  collector.status = undefined
  const from = performance.now()
  for (let index = 0; index < 3_000; index++) publish(bus, `silent-${index}`)
  const tookMs = performance.now() - from
  const { waiting, lost } = traces.figures()
  t.ok(waiting <= 8_192, `${waiting} spans wait`)
  t.ok(lost > 0, `${lost} were dropped, and counted; ${Math.round(tookMs)} ms for 3,000 calls`)
  await traces.close()
  t.ok(traces.figures().lost > lost, 'the rest is not waited for for long')
  t.equal(log.lines.length, 2, 'each trouble is told once')
})
