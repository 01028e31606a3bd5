import fc from 'fast-check'
import t from 'tap'
import type { AgentProfile, Skills } from '../../src/domain/agent.ts'
import type { AgentId, CallId, ContactId, OfferId } from '../../src/domain/ids.ts'
import {
  defaultOrder,
  type OrderSettings,
  type PriorityName,
  type QueueSettings,
  strategyNames,
  type WaitingCall
} from '../../src/domain/queue.ts'
import type { RelaxStep } from '../../src/domain/relaxation.ts'
import type { SkillNeed } from '../../src/domain/skill-need.ts'
import { RoutingCore } from '../../src/routing/routing-core.ts'
import type { RoutingEffect } from '../../src/routing/routing-effect.ts'
import { RoutingLoad } from '../helpers/routing/routing-load.ts'
import { PlainRouting } from './plain-routing.ts'

const T = 1_000_000

const settings = (name: string, skills: Skills = {}): QueueSettings => ({
  name,
  title: name,
  skills,
  ringMs: 15_000,
  wrapUpMs: 0,
  maxWaitMs: 600_000,
  maxLength: 1_000,
  music: 'default'
})
const centre = (...queues: readonly QueueSettings[]) => new Map(queues.map((queue) => [queue.name, queue]))
const two = centre(settings('service'), settings('cards', { cards: 2 }))

function newCore(queues: ReadonlyMap<string, QueueSettings> = two, order?: OrderSettings): RoutingCore {
  let count = 0
  return new RoutingCore(queues, () => `o${++count}` as OfferId, order)
}

const agent = (id: string, queues: readonly string[] = ['service'], skills: Skills = {}): AgentProfile => ({
  id: id as AgentId,
  name: id,
  team: 'one',
  queues,
  skills
})

const call = (id: string, options: Partial<WaitingCall> = {}): WaitingCall => ({
  callId: id as CallId,
  contactId: id as unknown as ContactId,
  queue: 'service',
  priority: 'normal',
  skills: {},
  enqueuedAt: T,
  ...options
})

const ids = (id: string) => id as AgentId & CallId & OfferId

function told(effects: readonly RoutingEffect[]): string[] {
  return effects.map((each) =>
    each.type === 'offer-made'
      ? `${each.offer.callId}→${each.offer.agentId}`
      : `${each.offer.callId}⊘${each.offer.agentId} ${each.result}`
  )
}

/** Frees the agents one by one and tells whom each got. */
function serve(core: RoutingCore, agents: readonly AgentProfile[], now = T): string[] {
  return agents.flatMap((each) => {
    core.agentOn(each)
    return told(core.agentFree(each.id, now, now))
  })
}

t.test('the most urgent caller is first: an emergency, then by time with head starts, then arrival', async (t) => {
  const core = newCore()
  core.enqueue(call('late', { enqueuedAt: T + 5 }), T)
  core.enqueue(call('early', { enqueuedAt: T - 5 }), T)
  core.enqueue(call('same-1'), T)
  core.enqueue(call('same-2'), T)
  core.enqueue(call('low', { priority: 'low', enqueuedAt: T - 60_000 }), T)
  core.enqueue(call('low-for-long', { priority: 'low', enqueuedAt: T - 300_010 }), T)
  core.enqueue(call('high', { priority: 'high', enqueuedAt: T + 9 }), T)
  core.enqueue(call('aged', { ageBonusMs: 120_000, enqueuedAt: T + 9 }), T)
  core.enqueue(call('emergency', { priority: 'emergency', enqueuedAt: T + 9 }), T)
  t.equal(core.position(ids('early')), 5)
  t.same(core.status('service'), { waiting: 9, oldestSince: T - 300_010 }, 'an artificial age is not reported')
  t.same(
    serve(
      core,
      [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => agent(`a${n}`))
    ),
    ['emergency→a1', 'high→a2', 'aged→a3', 'low-for-long→a4', 'early→a5', 'same-1→a6', 'same-2→a7', 'late→a8', 'low→a9']
  )
})

t.test('an agent of several queues serves the most urgent caller of all of them', async (t) => {
  const core = newCore()
  core.enqueue(call('s', { enqueuedAt: T - 1 }), T)
  core.enqueue(call('c', { queue: 'cards', enqueuedAt: T - 2 }), T)
  core.enqueue(call('s2', { enqueuedAt: T - 3, skills: { cards: 5 } }), T)
  t.same(serve(core, [agent('a', ['service', 'cards'], { cards: 3 }), agent('b', ['cards', 'service'], { cards: 3 })]), [
    'c→a',
    's→b'
  ])
})

t.test('the longest idle agent is rung; of equals the one whose last offer is longest ago, then by id', async (t) => {
  const core = newCore()
  for (const id of ['c', 'b', 'a']) core.agentOn(agent(id))
  core.agentFree(ids('c'), T - 1, T)
  core.agentFree(ids('b'), T, T)
  core.agentFree(ids('a'), T, T)
  const rung = (id: string, now: number) => told(core.enqueue(call(id), now))
  t.same([...rung('1', T), ...rung('2', T + 1), ...rung('3', T + 2)], ['1→c', '2→a', '3→b'])

  for (const id of ['1', '2', '3']) core.withdraw(ids(id), T)
  for (const id of ['a', 'b', 'c']) core.agentFree(ids(id), T + 5, T + 5)
  t.same(
    [...rung('4', T + 6), ...rung('5', T + 6), ...rung('6', T + 6)],
    ['4→c', '5→a', '6→b'],
    'all equally idle: by last offer'
  )
})

t.test('an agent fits who serves the queue and has every skill at its level', async (t) => {
  const core = newCore()
  core.enqueue(call('x', { queue: 'cards', skills: { cards: 1, english: 4 } }), T)
  t.same(
    serve(core, [
      agent('other-queue', ['service'], { cards: 5, english: 5 }),
      agent('no-english', ['cards'], { cards: 5 }),
      agent('little-english', ['cards'], { cards: 5, english: 3 }),
      agent('little-cards', ['cards'], { cards: 1, english: 5 }),
      agent('fits', ['cards'], { cards: 2, english: 4 })
    ]),
    ['x→fits']
  )
  t.same(
    told(core.enqueue(call('y', { queue: 'cards' }), T)),
    ['y→little-english'],
    'the first of those with what the queue asks for'
  )
})

t.test('a failed offer returns the caller to their place with the first time', async (t) => {
  const core = newCore()
  core.agentOn(agent('a'))
  core.agentFree(ids('a'), T, T)
  t.same(core.enqueue(call('first'), T), [
    { type: 'offer-made', offer: { id: 'o1', callId: 'first', agentId: 'a', queue: 'service', madeAt: T, deadline: T + 15_000 } }
  ])
  core.enqueue(call('second', { enqueuedAt: T + 1 }), T + 1)
  t.equal(core.position(ids('first')), 1, 'a ringing caller keeps the place')
  t.same(core.status('service'), { waiting: 2, oldestSince: T })
  t.same(told(core.offerFailed(ids('o1'), 'missed', T + 15_000)), ['first⊘a missed'])
  t.same(core.offerFailed(ids('o1'), 'missed', T + 15_000), [], 'once')
  t.same(serve(core, [agent('b')], T + 16_000), ['first→b'])
  t.same(told(core.agentFree(ids('a'), T + 17_000, T + 17_000)), ['second→a'])
})

t.test('an offer is claimed once, and not after its end', async (t) => {
  const core = newCore()
  core.enqueue(call('x'), T)
  serve(core, [agent('a')])
  t.equal(core.offerAnswered(ids('o1'), T), true)
  t.equal(core.offerAnswered(ids('o1'), T), false)
  t.same(core.status('service'), { waiting: 0 })
  t.equal(core.position(ids('x')), undefined)
  t.same(core.withdraw(ids('x'), T), [])

  core.enqueue(call('y'), T)
  t.same(told(core.agentFree(ids('a'), T, T)), ['y→a'])
  t.same(core.agentFree(ids('a'), T, T), [], 'a reserved agent is not freed by accident')
  t.same(told(core.withdraw(ids('y'), T)), ['y⊘a callerGone'])
  t.equal(core.offerAnswered(ids('o2'), T), false, 'the caller has gone')
  t.equal(core.openOffers(), 0)
})

t.test('who asks for a caller gets them out of turn, whatever their level, if the queue and its skills are theirs', async (t) => {
  const core = newCore(centre({ ...settings('service', { cards: 2 }), levelAfterMs: [60_000] }, settings('cards')))
  const expert = { ...agent('expert', ['service'], { cards: 5 }), queueLevels: { service: 2 } }
  core.agentOn(expert)
  core.agentOn(agent('novice', ['service']))
  core.agentOn(agent('other', ['cards'], { cards: 5 }))
  core.enqueue(call('first'), T)
  core.enqueue(call('last', { priority: 'low', preferred: { agentId: ids('other'), patienceMs: 60_000 } }), T)
  t.equal(core.pickUp(ids('last'), ids('novice'), T), undefined, 'without the skill')
  t.equal(core.pickUp(ids('last'), ids('other'), T), undefined, 'of another queue')
  t.equal(core.pickUp(ids('nobody'), ids('expert'), T), undefined)
  t.same(
    told(core.pickUp(ids('last'), ids('expert'), T) ?? []),
    ['last→expert'],
    'who takes no calls now, and whose level is not open'
  )
  t.equal(core.pickUp(ids('first'), ids('expert'), T), undefined, 'one at a time')
  t.equal(core.position(ids('last')), 2, 'the place is kept while it rings')
  t.same(told(core.offerFailed(ids('o1'), 'missed', T)), ['last⊘expert missed'])
  core.agentBusy(ids('expert'), T)

  t.same(serve(core, [agent('a', ['service'], { cards: 2 })]), ['first→a'])
  t.same(told(core.pickUp(ids('first'), ids('expert'), T) ?? []), ['first⊘a answeredElsewhere', 'first→expert'])
  t.equal(core.offerAnswered(ids('o2'), T), false, 'too late for the other')
  t.equal(core.offerAnswered(ids('o3'), T), true)
  t.same(told(core.agentFree(ids('a'), T, T)), ['last→a'])
  core.pause()
  t.equal(core.pickUp(ids('last'), ids('novice'), T), undefined)
})

t.test('a spared caller is offered to the same agent again when the time is over', async (t) => {
  const core = newCore()
  core.enqueue(call('x'), T)
  core.agentOn(agent('elsewhere'))
  serve(core, [agent('a')])
  core.offerFailed(ids('o1'), 'rejected', T)
  t.same(core.agentFree(ids('a'), T, T), [])
  t.equal(core.stuck(T), 0)
  t.equal(core.wakeAt(), T + 10_000)
  t.same(core.wake(T + 9_999), [])
  t.equal(core.stuck(T + 10_000), 1, 'the watchdog sees who should have been served')
  t.same(told(core.wake(T + 10_000)), ['x→a'])
  t.equal(core.wakeAt(), undefined)
})

t.test('two spared callers who get one agent back are served by urgency', async (t) => {
  const core = newCore()
  core.agentOn(agent('other'))
  core.enqueue(call('late', { enqueuedAt: T + 1 }), T + 1)
  t.same(serve(core, [agent('a')]), ['late→a'])
  core.offerFailed(ids('o1'), 'rejected', T + 2)
  core.enqueue(call('early'), T + 2)
  t.same(told(core.agentFree(ids('a'), T + 2, T + 2)), ['early→a'])
  core.offerFailed(ids('o2'), 'rejected', T + 3)
  t.same(core.agentFree(ids('a'), T + 3, T + 3), [], 'the other could come')
  t.same(told(core.agentOff(ids('other'), T + 4)), ['early→a'], 'nobody else can')
})

t.test('agents of a lower level are rung when no higher one is free, and from their time on', async (t) => {
  const core = newCore(centre({ ...settings('service'), strategy: 'most-skilled', levelAfterMs: [10_000, 30_000] }))
  const of = (id: string, level: number, skills: Skills = {}) => ({
    ...agent(id, ['service'], skills),
    queueLevels: { service: level }
  })
  serve(core, [
    of('third', 3, { english: 5 }),
    of('second', 2, { english: 4 }),
    of('fourth', 4),
    agent('first', ['service'], { english: 1 })
  ])
  const english = { skills: { english: 1 } }
  t.same(told(core.enqueue(call('a', english), T)), ['a→first'], 'the level counts before the strategy')
  t.same(told(core.enqueue(call('b', english), T)), [], 'nobody of the first level is left')
  t.equal(core.stuck(T), 0)
  t.equal(core.wakeAt(), T + 10_000)
  t.same(told(core.wake(T + 10_000)), ['b→second'])
  t.same(told(core.enqueue(call('c'), T + 30_000)), ['c→third'], 'the time counts from the first entry')
  core.withdraw(ids('c'), T + 30_000)
  core.enqueue(call('d', { enqueuedAt: T + 9_000 }), T + 30_000)
  t.same(told(core.agentFree(ids('third'), T, T + 30_000)), [], 'a lower level that becomes free waits for the time too')
  t.same(
    told(core.enqueue(call('e', { enqueuedAt: T, preferred: { agentId: ids('fourth'), patienceMs: 60_000 } }), T + 30_000)),
    ['e→fourth'],
    'whom the caller is to get, they get'
  )
})

t.test('an agent has messages up to their limit, and calls come before them', async (t) => {
  const core = newCore(centre(settings('service'), { ...settings('mail'), medium: 'message' }))
  const both = (id: string, message?: number) => ({
    ...agent(id, ['service', 'mail']),
    ...(message !== undefined && { capacity: { message } })
  })
  const take = (offer: string, by: string) => {
    t.equal(core.offerAnswered(ids(offer), T), true)
    return told(core.agentFree(ids(by), T, T))
  }
  for (const n of [1, 2, 3, 4]) core.enqueue(call(`m${n}`, { queue: 'mail', enqueuedAt: T - 10 + n }), T)
  t.same(serve(core, [both('a', 2)]), ['m1→a'])
  t.same(take('o1', 'a'), ['m2→a'], 'with one in hand there is room for another')
  t.same(take('o2', 'a'), [], 'and not for a third')
  t.equal(core.stuck(T), 0)
  t.equal(core.isFree(ids('a')), true)
  t.same(told(core.enqueue(call('c1'), T)), ['c1→a'], 'a call is taken all the same')
  t.same(told(core.messageDone(ids('a'), T)), [], 'nothing new while the phone rings')
  t.equal(core.offerAnswered(ids('o3'), T), true)
  t.same(told(core.messageDone(ids('a'), T)), [], 'nor during the call')
  t.same(told(core.messageDone(ids('a'), T)), [], 'there is none left')
  t.same(told(core.agentFree(ids('a'), T, T)), ['m3→a'])
  t.same(take('o4', 'a'), ['m4→a'])
  t.same(take('o5', 'a'), [])

  core.enqueue(call('m5', { queue: 'mail', preferred: { agentId: ids('a'), patienceMs: 60_000 } }), T)
  t.same(serve(core, [both('b')]), [], 'who is to get a message waits for room with them')
  t.equal(core.stuck(T), 0)
  t.same(told(core.messageDone(ids('a'), T)), ['m5→a'])
  core.enqueue(call('m6', { queue: 'mail' }), T)
  t.equal(core.pickUp(ids('m6'), ids('b'), T), undefined, 'they are rung for it already')
  t.same(take('o7', 'b'), [], 'one at a time is the limit of who has none')
  core.enqueue(call('m7', { queue: 'mail' }), T)
  t.equal(core.pickUp(ids('m7'), ids('b'), T), undefined, 'asking does not lift a limit')
  t.same(told(core.updateAgents([both('b', 2)], T)), ['m7→b'], 'a higher one holds at once')
})

t.test('other profiles take effect at once, and nobody loses their place, their talk or their ring', async (t) => {
  const core = newCore()
  serve(core, [agent('a'), agent('b', ['cards'], { cards: 5 }), agent('c', ['cards'], { cards: 5 })])
  core.enqueue(call('x'), T)
  core.enqueue(call('y', { enqueuedAt: T + 1 }), T + 1)
  core.enqueue(call('z', { enqueuedAt: T - 1 }), T + 1)
  t.same(told(core.updateAgents([agent('a', ['cards'])], T + 2)), [], 'the phone that rings goes on ringing')
  t.equal(core.position(ids('x')), 2)
  t.equal(core.offerAnswered(ids('o1'), T + 3), true)
  t.same(told(core.updateAgents([agent('b', ['service']), agent('c', ['service', 'cards'], { cards: 5 })], T + 3)), [
    'z→b',
    'y→c'
  ])
  core.offerAnswered(ids('o2'), T + 4)
  core.offerAnswered(ids('o3'), T + 4)
  core.enqueue(call('for-a', { preferred: { agentId: ids('a'), patienceMs: 60_000 }, queue: 'cards', enqueuedAt: T }), T + 5)
  t.same(told(core.agentFree(ids('b'), T + 5, T + 5)), [])
  t.same(told(core.updateAgents([agent('b', ['cards'], { cards: 2 })], T + 6)), ['for-a→b'], 'the other one cannot take the call')
  t.same(told(core.updateAgents([agent('nobody')], T + 6)), [], 'who is not logged on is told when they are')
  t.equal(core.stuck(T + 6), 0)
})

t.test('a queue that is gone keeps its callers until they have left', async (t) => {
  const core = newCore()
  core.enqueue(call('x'), T)
  core.enqueue(call('y', { queue: 'cards' }), T)
  serve(core, [agent('a', ['cards'])])
  t.same(told(core.updateQueues(centre(settings('cards'), settings('new')), T)), ['y→a'], 'the skill is not asked for any more')
  t.equal(core.status('service')?.waiting, 1)
  t.same(core.status('new'), { waiting: 0 })
  t.same(serve(core, [agent('b')]), ['x→b'])
  core.offerAnswered(ids('o2'), T)
  core.updateQueues(centre(settings('cards')), T)
  t.equal(core.status('service'), undefined)
  t.throws(() => core.enqueue(call('z'), T), { code: 'QUEUE_UNKNOWN' })
  t.throws(() => core.agentOn(agent('a')), { code: 'AGENT_ALREADY_ON' })
  t.throws(() => core.enqueue(call('y', { queue: 'cards' }), T), { code: 'CALL_ALREADY_QUEUED' })
})

const level = fc.integer({ min: 0, max: 5 })
const names = ['cards', 'english', 'loans']
const skills = fc.record(Object.fromEntries(names.map((name) => [name, level])), { requiredKeys: [] }) as fc.Arbitrary<Skills>
const plainNeed = fc.record(Object.fromEntries(names.map((name) => [name, fc.integer({ min: 1, max: 3 })])), {
  requiredKeys: []
}) as fc.Arbitrary<SkillNeed>
const { need } = fc.letrec<{ need: SkillNeed }>((tie) => {
  const some = fc.array(tie('need'), { minLength: 1, maxLength: 2 })
  const worded = fc.record({ all: some, any: some, not: tie('need') }, { requiredKeys: [] }) as fc.Arbitrary<SkillNeed>
  const both = fc.tuple(plainNeed, worded).map(([one, other]): SkillNeed => ({ ...one, ...other }))
  return { need: fc.oneof({ maxDepth: 2, withCrossShrink: true }, plainNeed, both) }
})
const priority = fc.constantFrom<PriorityName>('emergency', 'high', 'normal', 'normal', 'low')
const queueNames = ['service', 'cards', 'sales']
const some = fc.nat({ max: 9 })

const oneOf = <const Value>(...values: readonly Value[]) => fc.constantFrom(...values)
const ago = fc.nat({ max: 3 })
const optional = <Value>(value: fc.Arbitrary<Value>, weight = 2) =>
  fc.oneof({ weight, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value })
const relax = fc
  .array(fc.oneof(fc.record({ lower: oneOf(1, 2) }), fc.record({ skills: plainNeed }), fc.record({ anyone: oneOf(true) })), {
    minLength: 1,
    maxLength: 3
  })
  .map((steps): RelaxStep[] => steps.map((step, index) => ({ ...step, afterMs: 1_000 + 4_000 * index })))
const order: fc.Arbitrary<OrderSettings> = fc.record({
  headStartMs: oneOf({ high: 2_000, normal: 0, low: -2_000 }, defaultOrder.headStartMs),
  choice: oneOf('most-urgent', 'service-level')
})
const queueSettings = fc.record({
  skills: fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: need }),
  ringMs: oneOf(5_000, 20_000),
  medium: optional(oneOf('message'), 1),
  strategy: optional(fc.constantFrom(...strategyNames), 1),
  relax: optional(relax),
  levelAfterMs: optional(oneOf([2_000], [1_000, 6_000], [0, 4_000, 20_000])),
  headStartMs: optional(oneOf(1_000, 30_000)),
  serviceLevel: optional(oneOf({ share: 90, withinMs: 2_000 }, { share: 50, withinMs: 10_000 }))
})
const queues = fc
  .tuple(queueSettings, queueSettings, queueSettings)
  .map((each) => centre(...each.map((own, index) => ({ ...settings(queueNames[index] ?? ''), ...given(own) }))))

const caller = fc.record({
  queue: fc.constantFrom(...queueNames),
  priority,
  skills: fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: plainNeed },
    { weight: 3, arbitrary: need }
  ),
  ago,
  ageBonusMs: optional(oneOf(1_500, 60_000)),
  relax: optional(relax),
  preferred: optional(fc.record({ which: some, patienceMs: oneOf(1_000, 5_000, 20_000) }))
})
const person = fc.record({
  queues: fc.subarray(queueNames, { minLength: 1 }),
  queueLevels: optional(fc.dictionary(fc.constantFrom(...queueNames), fc.integer({ min: 1, max: 5 }))),
  skills,
  ringMs: optional(oneOf(7_000)),
  capacity: optional(oneOf({ message: 3 }, { voice: 1, message: 2 })),
  order: optional(fc.nat({ max: 3 }))
})
const profiles = fc.array(person, { minLength: 2, maxLength: 6 })
const step = fc.oneof(
  { weight: 6, arbitrary: caller.map((caller) => ({ do: 'enqueue' as const, caller })) },
  { weight: 6, arbitrary: fc.record({ do: oneOf('free'), which: some, ago }) },
  { weight: 3, arbitrary: fc.record({ do: oneOf('answer', 'answer', 'withdraw'), which: some }) },
  { weight: 3, arbitrary: fc.record({ do: oneOf('busy', 'off', 'on', 'on', 'reserve', 'done', 'done'), which: some }) },
  { weight: 5, arbitrary: fc.record({ do: oneOf('ask', 'pickUp', 'pickUp', 'pickUp'), which: some, whom: some }) },
  { weight: 1, arbitrary: fc.record({ do: oneOf('deflect'), which: some }) },
  { weight: 3, arbitrary: fc.record({ do: oneOf('fail'), which: some, result: oneOf('missed', 'rejected', 'unreachable') }) },
  { weight: 3, arbitrary: fc.record({ do: oneOf('wait'), ms: oneOf(0, 1, 1_000, 4_000, 9_999, 10_000) }) },
  { weight: 1, arbitrary: fc.record({ do: oneOf('configure'), queues, order }) },
  { weight: 2, arbitrary: fc.record({ do: oneOf('retrain'), which: some, person }) },
  { weight: 1, arbitrary: fc.record({ do: oneOf('pause', 'resume', 'resume') }) }
)
type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never

/** Without what is undefined. */
function given<Fields extends object>(fields: Fields): { [Key in keyof Fields]: Exclude<Fields[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}

/** Plays the same steps to the core and to the plain rules. */
class Match {
  readonly core: RoutingCore
  readonly plain: PlainRouting
  readonly profiles: AgentProfile[]
  /** What the steps have led to. */
  readonly reached = new Map<string, number>()
  #now = T
  #calls = 0

  constructor(queues: ReadonlyMap<string, QueueSettings>, order: OrderSettings, profiles: readonly AgentProfile[]) {
    this.core = newCore(queues, order)
    this.plain = new PlainRouting(queues, order)
    this.profiles = [...profiles]
    for (const { id } of profiles) {
      this.play({ do: 'on', which: profiles.findIndex((each) => each.id === id) })
      this.play({ do: 'free', which: profiles.findIndex((each) => each.id === id), ago: 0 })
    }
  }

  get now(): number {
    return this.#now
  }

  both<Value>(command: (routing: RoutingCore | PlainRouting) => Value): Value {
    const wanted = command(this.plain)
    const found = command(this.core)
    if (JSON.stringify(found) !== JSON.stringify(wanted)) {
      throw new Error(`The core says ${JSON.stringify(found)}, the rules ${JSON.stringify(wanted)}`)
    }
    if (Array.isArray(found)) for (const effect of found) this.#reach(effect.type === 'offer-made' ? 'made' : effect.result)
    return found
  }

  #reach(what: string): void {
    this.reached.set(what, (this.reached.get(what) ?? 0) + 1)
  }

  /** Wakes the core when it asked for it, as its driver does. */
  passTime(ms: number): void {
    const until = this.#now + ms
    for (let at = this.core.wakeAt(); at !== undefined && at <= until; at = this.core.wakeAt()) {
      this.#now = at
      const now = at
      this.both((routing) => (routing instanceof RoutingCore ? routing.wake(now) : routing.match(now)))
    }
    this.#now = until
  }

  play(step: Step): void {
    const now = this.#now
    switch (step.do) {
      case 'enqueue': {
        const { ago, preferred, ...rest } = step.caller
        const agentId = preferred && pick(this.profiles, preferred.which)?.id
        const wish = preferred && agentId && { preferred: { agentId, patienceMs: preferred.patienceMs } }
        const next = call(`c${++this.#calls}`, { ...given(rest), ...wish, enqueuedAt: now - ago * 1_000 })
        this.both((routing) => routing.enqueue(next, now))
        break
      }
      case 'wait':
        this.passTime(step.ms)
        break
      case 'configure':
        this.both((routing) => routing.updateQueues(step.queues, now, step.order))
        break
      case 'retrain':
        this.#retrain(step)
        break
      case 'pause':
        this.both((routing) => routing.pause())
        break
      case 'resume':
        this.both((routing) => routing.resume(now))
        break
      case 'ask':
      case 'pickUp':
        this.#playAsking(step, now)
        break
      case 'answer':
      case 'withdraw':
      case 'deflect':
      case 'fail':
        this.#playCaller(step, now)
        break
      default:
        this.#playAgent(step, now)
    }
  }

  /** Two agents change at once, one of whom may not be logged on. */
  #retrain({ which, person }: Extract<Step, { do: 'retrain' }>): void {
    const changed = [which, which + 1].map((each) => each % this.profiles.length)
    for (const at of changed) this.profiles[at] = { ...agent(`a${at}`, person.queues, person.skills), ...given(person) }
    const now = this.#now
    this.both((routing) => routing.updateAgents(this.profiles, now))
  }

  /** An agent asks for a call of their own, or for somebody who waits; now and then for one whom nobody knows. */
  #playAsking({ do: what, which, whom }: Extract<Step, { do: 'ask' | 'pickUp' }>, now: number): void {
    const id = pick(this.profiles, which)?.id
    if (id === undefined) return
    const own = ids(`own-${++this.#calls}`)
    if (what === 'ask') this.both((routing) => routing.reserveAgent(id, own, 9_000, now, 'asked'))
    const waiting = this.plain.calls.map((each) => each.call)
    const wanted = (whom % 2 === 0 ? pick(this.plain.offers, whom) : pick(waiting, whom))?.callId ?? own
    if (what === 'pickUp') this.both((routing) => routing.pickUp(wanted, id, now))
  }

  #playCaller(step: Extract<Step, { do: 'fail' | 'answer' | 'withdraw' | 'deflect' }>, now: number): void {
    if (step.do === 'withdraw') {
      const callId = pick([...this.plain.calls.map((each) => each.call), ...this.plain.offers], step.which)?.callId
      if (callId !== undefined) this.both((routing) => routing.withdraw(callId, now))
      return
    }
    const offer = pick(this.plain.offers, step.which)
    if (offer === undefined) return
    if (step.do === 'deflect') this.both((routing) => routing.withdraw(offer.callId, now, 'deflected'))
    else if (step.do === 'fail') this.both((routing) => routing.offerFailed(offer.id, step.result, now))
    else this.both((routing) => routing.offerAnswered(offer.id, now))
    const isMessage = this.plain.queues.get(offer.queue)?.medium === 'message'
    // Who has a message in hand is ready for more at once, as long as they wish to.
    if (step.do === 'answer' && isMessage && step.which % 4 > 0)
      this.both((routing) => routing.agentFree(offer.agentId, now, now))
  }

  #playAgent(step: Extract<Step, { do: 'free' | 'busy' | 'off' | 'on' | 'reserve' | 'done' }>, now: number): void {
    const profile = pick(this.profiles, step.which)
    if (profile === undefined) return
    const { id } = profile
    if (step.do === 'free') this.both((routing) => routing.agentFree(id, now - step.ago * 1_000, now))
    if (step.do === 'busy') this.both((routing) => routing.agentBusy(id, now))
    if (step.do === 'off') this.both((routing) => routing.agentOff(id, now))
    if (step.do === 'done') this.both((routing) => routing.messageDone(id, now))
    if (step.do === 'on' && !this.plain.agents.some((each) => each.profile.id === id))
      this.both((routing) => routing.agentOn(profile))
    if (step.do !== 'reserve') return
    // Sometimes a call that is in a queue already: it must be refused.
    const callId = pick(this.plain.calls, step.which)?.call.callId
    const straight = callId !== undefined && step.which % 2 === 0 ? callId : ids(`straight-${++this.#calls}`)
    this.both((routing) => routing.reserveAgent(id, straight, 9_000, now))
  }

  /** What must be true between any two steps. */
  check(): void {
    const { core, plain } = this
    const { offers } = plain
    const rules: Record<string, boolean> = {
      'one offer for a caller': new Set(offers.map((offer) => offer.callId)).size === offers.length,
      'one caller for an agent': new Set(offers.map((offer) => offer.agentId)).size === offers.length,
      'offers are counted': core.openOffers() === offers.length,
      'nobody waits for a free agent': core.stuck(this.#now) === 0,
      'no offer outlives its caller': offers.every(
        (offer) => offer.queue === '' || plain.calls.some((each) => each.call.callId === offer.callId)
      ),
      'no offer outlives its agent': offers.every((offer) => plain.agents.some((each) => each.profile.id === offer.agentId)),
      'the same agents are free': this.profiles.every(
        ({ id }) => core.isFree(id) === plain.agents.some((each) => each.profile.id === id && each.freeSince !== undefined)
      )
    }
    for (const queue of queueNames) {
      const places = plain.inOrder().filter((each) => each.call.queue === queue)
      const oldest = Math.min(...places.map((each) => each.call.enqueuedAt))
      rules[`positions in ${queue}`] = places.every((each, index) => core.position(each.call.callId) === index + 1)
      rules[`length of ${queue}`] = core.status(queue)?.waiting === places.length
      rules[`oldest of ${queue}`] = core.status(queue)?.oldestSince === (places.length > 0 ? oldest : undefined)
    }
    if (plain.agents.some(({ messages }) => messages > 1)) this.#reach('messages at a time')
    const broken = Object.keys(rules).filter((name) => !rules[name])
    if (broken.length > 0) throw new Error(`Not true: ${broken.join(', ')}`)
  }
}

function pick<Item>(items: readonly Item[], which: number): Item | undefined {
  return items.length === 0 ? undefined : items[which % items.length]
}

t.test('whatever happens, the core decides as the plain rules do', async (t) => {
  const reached = new Map<string, number>()
  fc.assert(
    fc.property(queues, order, profiles, fc.array(step, { maxLength: 80, size: 'max' }), (queues, order, people, steps) => {
      const match = new Match(
        queues,
        order,
        people.map((person, index) => ({ ...agent(`a${index}`, person.queues, person.skills), ...given(person) }))
      )
      for (const each of steps) {
        match.play(each)
        match.check()
      }
      for (const [what, times] of match.reached) reached.set(what, (reached.get(what) ?? 0) + times)
    }),
    { numRuns: 1000, seed: 20_261_122 }
  )
  for (const what of [
    'made',
    'missed',
    'rejected',
    'unreachable',
    'callerGone',
    'deflected',
    'answeredElsewhere',
    'messages at a time'
  ]) {
    t.ok((reached.get(what) ?? 0) > 100, `${what}: ${reached.get(what)} times`)
  }
})

t.test('a decision costs hardly more with many callers than with few', async (t) => {
  const cost = (waiting: number) => {
    const options = { agents: 1_000, waiting, decisions: 20_000 }
    return new RoutingLoad(options).run(options).costUs
  }
  cost(1_000)
  // The best of three: what else the machine does must not count.
  const best = (waiting: number) => Math.min(...[1, 2, 3].map(() => cost(waiting)))
  const [few, many] = [best(1_000), best(10_000)]
  t.ok(many <= 3 * few, `ten times the callers, at most three times the cost: ${few.toFixed(1)} µs and ${many.toFixed(1)} µs`)
  t.ok(many < 100, `10,000 decisions a second even on a machine with much else to do: ${many.toFixed(1)} µs each`)
  t.comment(`${few.toFixed(1)} µs at 1,000 waiting, ${many.toFixed(1)} µs at 10,000`)
})
