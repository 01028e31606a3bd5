import t from 'tap'
import { KeptPlaces } from '../../src/calls/call/kept-places.ts'
import { inAnotherQueue, overflowed, placeOf, sentOnTo } from '../../src/calls/call/queue-place.ts'
import { turnedAway, untilRuleLeaves } from '../../src/calls/call/queue-rules.ts'
import type { Calendar } from '../../src/domain/centre.ts'
import type { AgentId, CallId } from '../../src/domain/ids.ts'
import type { KeptPlace, KeptPlaceStore } from '../../src/domain/kept-place.ts'
import type { QueueSettings } from '../../src/domain/queue.ts'
import { isStaffed, type Staffing } from '../../src/domain/staff-rule.ts'
import type { OverflowRule } from '../../src/domain/waiting.ts'
import { collectedLog } from '../helpers/collected-log.ts'
import { VirtualClock } from '../helpers/virtual-clock.ts'

/** A Monday, 09:59:30 in Shanghai. */
const MORNING = Date.UTC(2026, 10, 23, 1, 59, 30)
const tenToNoon: Calendar = { name: 'shop', timeZone: 'Asia/Shanghai', weekly: { mon: ['10:00-12:00'] }, exceptions: {} }
const empty: Staffing = { loggedOn: 0, ready: 0, talking: 0, atWork: 0 }

function office(settings: Partial<QueueSettings>, startAt = MORNING) {
  const clock = new VirtualClock(startAt)
  const queues = new Map([['shop', { ...shop, ...settings }]])
  const staff: { now: Staffing } = { now: empty }
  return {
    clock,
    queues,
    staff,
    centre: { ...noCentre, queues, calendars: new Map([['shop', tenToNoon]]) },
    distribution: { staffOf: () => staff.now }
  }
}

const noCentre = {
  agents: new Map(),
  skills: new Set<string>(),
  values: {},
  allowedRequests: [],
  allowedTransfers: []
}

const shop: QueueSettings = {
  name: 'shop',
  title: 'Shop',
  skills: {},
  ringMs: 20_000,
  wrapUpMs: 0,
  maxWaitMs: 600_000,
  maxLength: 10,
  music: 'default'
}

t.test('a rule of staffing holds when each of its numbers does', async (t) => {
  const staff: Staffing = { loggedOn: 5, ready: 1, talking: 2, atWork: 3 }
  t.ok(isStaffed(staff, {}))
  t.ok(isStaffed(staff, { loggedOn: 5, ready: 1, talking: 2, atWork: 3, notReadyMax: 2 }))
  for (const rule of [{ loggedOn: 6 }, { ready: 2 }, { talking: 3 }, { atWork: 4 }, { notReadyMax: 1 }])
    t.notOk(isStaffed(staff, rule), JSON.stringify(rule))
})

t.test('a queue takes nobody outside of its hours, or without its agents', async (t) => {
  const around = office({ openingHours: 'shop', join: { atWork: 1 } })
  const settings = around.queues.get('shop') ?? shop
  t.equal(turnedAway(settings, around), 'closed')
  await around.clock.advance(30_000)
  t.equal(turnedAway(settings, around), 'no_agents')
  around.staff.now = { ...empty, loggedOn: 1, atWork: 1 }
  t.equal(turnedAway(settings, around), undefined)
  t.equal(turnedAway(shop, office({})), undefined, 'without rules everybody is taken')
})

t.test('who waits leaves when there has been nobody for so long, and not when somebody came back meanwhile', async (t) => {
  const around = office({ leave: { atWork: 1, afterMs: 60_000 } })
  const idle = { busy: false, untilIdle: async () => {} }
  const start = around.clock.now()
  const left = untilRuleLeaves('shop', around, idle, new AbortController().signal).then((exit) => ({
    exit,
    waited: around.clock.now() - start
  }))
  await around.clock.advance(30_000)
  around.staff.now = { ...empty, loggedOn: 1, atWork: 1 }
  await around.clock.advance(20_000)
  around.staff.now = empty
  await around.clock.advance(120_000)
  const { exit, waited } = await left
  t.equal(exit, 'no_agents')
  t.ok(waited >= 110_000 && waited <= 115_000, `left after ${waited} ms`)
})

t.test('at closing time who waits stays or leaves, as the queue says then; a phone that rings is waited for', async (t) => {
  /** 12:00:30: closed. */
  const noon = MORNING + 2 * 3_600_000 + 60_000
  const around = office({ openingHours: 'shop', closing: 'stay' }, noon)
  let rings = true
  const ringing = {
    get busy() {
      return rings
    },
    untilIdle: async () => {
      await around.clock.sleep(7_000, new AbortController().signal)
      rings = false
    }
  }
  const left = untilRuleLeaves('shop', around, ringing, new AbortController().signal).then((exit) => ({
    exit,
    waited: around.clock.now() - noon
  }))
  await around.clock.advance(120_000)
  around.queues.set('shop', { ...shop, openingHours: 'shop', closing: 'leave' })
  await around.clock.advance(60_000)
  const { exit, waited } = await left
  t.equal(exit, 'closed')
  t.notOk(rings)
  t.ok(waited >= 127_000 && waited <= 132_000, `left after ${waited} ms`)
})

class MemoryPlaces implements KeptPlaceStore {
  readonly rows = new Map<string, KeptPlace>()
  fails = false

  async keep(number: string, place: KeptPlace, notBefore: number): Promise<void> {
    this.#answer()
    this.rows.set(number, place)
    for (const [key, { at }] of this.rows) if (at < notBefore) this.rows.delete(key)
  }

  async forget(number: string): Promise<void> {
    this.#answer()
    this.rows.delete(number)
  }

  async list(notBefore: number): Promise<readonly (readonly [string, KeptPlace])[]> {
    this.#answer()
    return [...this.rows].filter(([, { at }]) => at >= notBefore)
  }

  #answer(): void {
    if (this.fails) throw new Error('the database is away')
  }
}

t.test('the place of a caller who was cut off is given back once, within its time, also after a restart', async (t) => {
  const clock = { time: 1_000_000, now: () => clock.time }
  const log = collectedLog()
  const store = new MemoryPlaces()
  const place = (callId: string, at = clock.time): KeptPlace => ({
    callId: callId as CallId,
    at,
    queues: ['shop', 'overflow'],
    priority: 'high',
    enqueuedAt: at - 90_000
  })
  const places = new KeptPlaces(store, clock, log)
  places.keep('123', place('one'))
  places.keep('123', place('two'))
  places.keep('456', place('three'))
  t.equal(places.size, 2, 'one for each number')
  t.equal(places.take('123', 'elsewhere', 60_000), undefined, 'only where they were')
  t.equal(places.take('999', 'shop', 60_000), undefined)
  t.match(places.take('123', 'shop', 60_000), { callId: 'two', priority: 'high' })
  t.equal(places.take('123', 'shop', 60_000), undefined, 'once')
  await places.close()
  t.same([...store.rows.keys()], ['456'])

  clock.time += 60_001
  t.equal(places.take('456', 'shop', 60_000), undefined, 'too late')
  const next = new KeptPlaces(store, clock, log)
  await next.restore()
  t.match(next.take('456', 'overflow', 120_000), { callId: 'three' }, 'another process has it')
  await next.close()
  t.same([...store.rows.keys()], [])

  store.fails = true
  next.keep('789', place('four'))
  await next.close()
  t.match(next.take('789', 'shop', 60_000), { callId: 'four' }, 'a database that is away costs nobody a place')
  await next.close()
  await new KeptPlaces(store, clock, log).restore()
  t.equal(log.lines.filter(({ level }) => level === 'warn').length, 3)

  clock.time += 3_600_000
  next.keep('1', place('five'))
  clock.time += 3_600_001
  next.keep('2', place('six'))
  t.equal(next.size, 1, 'what is old is forgotten')
  await next.close()
})

t.test(
  'in another queue callers keep their age and whom they should get, not how the skills of the first gave way',
  async (t) => {
    const ann = 'ann' as AgentId
    const bob = 'bob' as AgentId
    const preferred = { agentId: ann, patienceMs: 30_000 }
    const relax = [{ afterMs: 10_000, anyone: true as const }]
    const queues = new Map([
      ['shop', shop],
      ['repair', { ...shop, name: 'repair' }]
    ])
    const around = { clock: new VirtualClock(MORNING), centre: { ...noCentre, queues } }
    const call = { totals: { queuedMs: 0, talkedMs: 0, heldMs: 0 } }
    const request = {
      queue: 'shop',
      skills: { tools: 3 },
      priority: 'high' as const,
      leaveIfNoAgents: false,
      enqueuedAt: MORNING - 5
    }
    const place = placeOf({ ...request, ageBonusMs: 60_000, preferred, relax }, call, around)
    t.same(place.routing, { ageBonusMs: 60_000, preferred, relax })

    const over = overflowed(place, { queue: 'repair', skills: { wood: 1 } } as OverflowRule, around)
    t.same(over.routing, { ageBonusMs: 60_000, preferred })
    t.match(over, { skills: { wood: 1 }, priority: 'high', enqueuedAt: MORNING - 5, settings: { name: 'repair' } })

    const sent = sentOnTo({ queue: 'repair' }, bob, place)
    t.same(sent, { queue: 'repair', skills: {}, priority: 'high', leaveIfNoAgents: false, ageBonusMs: 60_000, preferred })
    t.equal(placeOf(sent, call, around).enqueuedAt, MORNING, 'another wait')
    t.notOk('preferred' in sentOnTo({ queue: 'repair' }, ann, place), 'who has talked to them does not get them back')
    t.same(inAnotherQueue({}), {})
  }
)
