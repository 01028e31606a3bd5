import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { WebSocket } from 'ws'
import { type ClientOptions, CtiClient, RequestFailed } from '../../src/client/public.ts'
import {
  agentViewSchema,
  callViewSchema,
  phoneViewSchema,
  queueViewSchema,
  supervisionViewSchema
} from '../../src/cti/messages.ts'
import { takeSnapshot } from '../../src/cti/view/take-snapshot.ts'
import { viewerOf } from '../../src/cti/view/viewer.ts'
import type { AgentId, DeviceId } from '../../src/domain/ids.ts'
import { callScript } from '../helpers/centre/call-script.ts'
import { smallCentre, userNamed } from '../helpers/centre/small-centre.ts'
import { type CtiApp, startCtiApp } from '../helpers/cti/cti-app.ts'
import { SeededRandom } from '../helpers/seeded-random.ts'
import { startTcpProxy, type TcpProxy } from '../helpers/tcp-proxy.ts'
import { until } from '../helpers/until.ts'

interface World {
  readonly room: CtiApp
  readonly wire: TcpProxy
  readonly client: CtiClient
  readonly seen: Seen
  close(): Promise<void>
}

/** A client on a wire that can be cut, to a server that can be restarted. */
async function start(user: string, options: Partial<ClientOptions> = {}): Promise<World> {
  const room = await startCtiApp()
  const { host, pathname } = new URL(room.url)
  const wire = await startTcpProxy(host)
  const client = new CtiClient({
    url: `ws://${wire.address}${pathname}`,
    token: () => user,
    WebSocket,
    retry: { firstMs: 1, mostMs: 3 },
    ...options
  })
  const close = async () => {
    client.close()
    await wire.close()
    await room.app.close()
  }
  return { room, wire, client, seen: watch(client), close }
}

interface Seen {
  /** `callId type` of every event. */
  readonly events: string[]
  /** Calls that a snapshot told of. */
  readonly pictured: Set<string>
  /** Events whose number was not the next one. */
  readonly gaps: string[]
}

/** Writes down what the client tells, and whether its numbers follow upon one another from each snapshot on. */
function watch(client: CtiClient): Seen {
  const seen: Seen = { events: [], pictured: new Set(), gaps: [] }
  let last = 0
  client.on('snapshot', ({ calls }) => {
    last = client.seq
    for (const { callId } of calls) seen.pictured.add(callId)
  })
  client.on('event', (event) => {
    if (event.seq !== last + 1) seen.gaps.push(`${last} ${event.seq}`)
    last = event.seq
    if ('callId' in event) seen.events.push(`${event.callId} ${event.type}`)
  })
  return seen
}

/** Resolves when the client has taken in whatever the server knows: an answer comes after all events before it. */
async function caughtUp({ client, room }: World): Promise<void> {
  for (;;) {
    try {
      await client.request('queue.list', {})
      break
    } catch (error) {
      // The server it went to is gone; ask the next.
      if (!(error instanceof RequestFailed && error.code === 'OUTCOME_UNKNOWN')) throw error
    }
  }
  await until(() => client.connection.state === 'live' && room.server.size.connections === 1, { what: 'one connection' })
}

/** Fails unless the client's state is what the server would tell in a snapshot now. */
function agrees(t: Test, { client, room }: World, user: string): void {
  const truth = takeSnapshot(room.board, viewerOf(userNamed(user), undefined, smallCentre))
  const kept = client.state
  if (kept === undefined) throw new Error('There is no state')
  const sorted = <Item>(items: Iterable<Item>) => [...items].map((item) => JSON.stringify(item)).sort()
  t.same(
    sorted([...kept.calls.values()].map((call) => callViewSchema.parse(call))),
    sorted(truth.calls.map((call) => callViewSchema.parse(call)))
  )
  t.same(
    sorted([...kept.agents.values()].map((agent) => agentViewSchema.parse(agent))),
    sorted(truth.agents.map((agent) => agentViewSchema.parse(agent)))
  )
  t.same(sorted([...kept.phones.values()].map((phone) => phoneViewSchema.parse(phone))), sorted(truth.phones))
  t.same(
    sorted([...kept.queues.values()].map((queue) => queueViewSchema.parse(queue))),
    sorted(truth.queues.map((queue) => queueViewSchema.parse(queue)))
  )
  t.same(
    sorted([...kept.supervisions.values()].map((one) => supervisionViewSchema.parse(one))),
    sorted(truth.supervisions.map((one) => supervisionViewSchema.parse(one)))
  )
}

t.test(
  'a thousand lost connections: every event comes once, in order, and every request is carried out once',
  { timeout: 240_000 },
  async (t) => {
    const world = await start('admin', { requestTimeoutMs: 60_000, retry: { firstMs: 0 } })
    const { room, wire, client, seen } = world
    await client.opened()
    const chance = new SeededRandom(5)
    const expected: string[] = []
    const asked: Promise<unknown>[] = []
    const play = (id: string) => {
      const call = callScript(id)
      for (const fact of [call.started, call.queued, call.ended]) room.bus.publish(fact)
      expected.push(`${id} originated`, `${id} queued`, `${id} callCleared`)
    }
    room.bus.publish(callScript('held').started)
    expected.push('held originated')

    for (let at = 0; at < 1000; at++) {
      const lost = new Promise<void>((resolve) => {
        const stop = client.on('connection', ({ state }) => {
          if (state !== 'lost') return
          stop()
          resolve()
        })
      })
      // In the handshake, the opening, the replay or later.
      wire.cutAfter(1 + chance.below(chance.below(5) === 0 ? 8_000 : 1_500))
      if (at % 10 === 0) asked.push(client.request('associateData', { callId: 'held', data: { at } }))
      play(`call-${at}`)
      // What the server sends by itself may not be enough to reach the cut.
      const more = setInterval(() => play(`more-${expected.length}`), 5)
      await lost
      clearInterval(more)
      // Now and then all is well for a moment, or there would be ever more to be replayed.
      if (at % 25 === 24) await caughtUp(world)
    }
    wire.cutAfter(Number.POSITIVE_INFINITY)
    await Promise.all(asked)
    await caughtUp(world)
    t.same(seen.events, expected)
    t.same([seen.gaps, seen.pictured.size], [[], 0])
    const orders = room.calls.orders.map((order) => JSON.stringify(order))
    t.equal(orders.length, asked.length)
    t.equal(new Set(orders).size, asked.length)
    await world.close()
  }
)

/** What happens in one moment of the property. */
const moment = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('calls' as const), calls: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('asks' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('cutAfter' as const), bytes: fc.integer({ min: 1, max: 6000 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cut' as const), forMs: fc.integer({ min: 0, max: 5 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const), calls: fc.integer({ min: 0, max: 3 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait' as const), forMs: fc.integer({ min: 0, max: 8 }) }) }
)
type Moment = typeof moment extends fc.Arbitrary<infer What> ? What : never

t.test(
  'wherever the wire is cut and the server restarted, nothing is lost or told twice, and every request settles',
  async (t) => {
    const property = fc.asyncProperty(fc.array(moment, { minLength: 5, maxLength: 40 }), async (moments) => {
      const world = await start('admin', { requestTimeoutMs: 20_000 })
      const day = new Day(world)
      for (const what of moments) await day.live(what)
      world.wire.cutAfter(Number.POSITIVE_INFINITY)
      const answers = await Promise.all(day.asked)
      await caughtUp(world)
      const told = [...world.seen.events]
      await world.close()

      t.same(world.seen.gaps, [], 'the numbers follow upon one another')
      t.equal(new Set(told).size, told.length, 'nothing twice')
      const untold = day.calls.filter((id) => !world.seen.pictured.has(id) && !told.includes(`${id} originated`))
      t.same(untold, [], 'every call was told of')
      agrees(t, world, 'admin')
      const carriedOut = world.room.calls.orders.map((order) => (order[3] as { at: number }).at)
      t.equal(new Set(carriedOut).size, carriedOut.length, 'nothing was done twice')
      const notDone = answers.flatMap((answer, at) => (answer === 'done' && !carriedOut.includes(at) ? [at] : []))
      t.same(notDone, [], 'what was confirmed was done')
    })
    await fc.assert(property, { numRuns: 40, seed: 20261122, endOnFailure: true })
  }
)

/** What befalls one client, its wire and its server. */
class Day {
  readonly calls: string[] = []
  readonly asked: Promise<'done' | 'unknown'>[] = []
  readonly #world: World

  constructor(world: World) {
    this.#world = world
    this.#call(1)
  }

  async live(what: Moment): Promise<void> {
    const { client, wire, room } = this.#world
    switch (what.kind) {
      case 'calls':
        return this.#call(what.calls)
      case 'asks':
        return void this.asked.push(ask(client, this.asked.length))
      case 'cutAfter':
        return wire.cutAfter(what.bytes)
      case 'restart':
        return room.restart(() => this.#call(what.calls))
      case 'wait':
        return sleep(what.forMs)
      case 'cut':
        wire.cut()
        await sleep(what.forMs)
        return wire.mend()
    }
  }

  #call(count: number): void {
    for (let n = 0; n < count; n++) {
      const id = `call-${this.calls.length}`
      const call = callScript(id)
      this.calls.push(id)
      const { callId, contactId } = call.started
      const who = { callId, contactId, supervisor: id, device: '2001' as DeviceId, agentId: '1001' as AgentId, isTold: false }
      const listens = { type: 'supervision.changed', ...who, mode: 'silent' } as const
      for (const fact of [call.started, call.answered, call.queued, call.offered('1001'), listens])
        this.#world.room.bus.publish(fact)
    }
  }
}

/** `unknown`: the server that got it is gone. Any other end is a failure of the test. */
function ask(client: CtiClient, at: number): Promise<'done' | 'unknown'> {
  return client.request('associateData', { callId: 'call-0', data: { at } }).then(
    () => 'done',
    (error) => {
      if (error instanceof RequestFailed && error.code === 'OUTCOME_UNKNOWN' && error.uncertain) return 'unknown'
      throw error
    }
  )
}
