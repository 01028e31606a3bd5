import fc from 'fast-check'
import t, { type Test } from 'tap'
import { Attendance } from '../../src/calls/offers/attendance.ts'
import { Distribution } from '../../src/calls/offers/distribution.ts'
import type { AbsenceRules } from '../../src/domain/centre.ts'
import { EventBus } from '../../src/domain/event-bus.ts'
import type { AgentId, CallId, ContactId, DeviceId } from '../../src/domain/ids.ts'
import type { Log } from '../../src/domain/log.ts'
import type { Offer } from '../../src/domain/queue.ts'
import { VirtualClock } from '../helpers/virtual-clock.ts'

const MINUTE = 60_000
const WRAP_UP = 30_000
const agentId = '1001' as AgentId
const usual: AbsenceRules = {
  phone: { backWithinMs: 5 * MINUTE, logOffAfterMs: 10 * MINUTE },
  desk: { notReadyAfterMs: 30_000, logOffAfterMs: 5 * MINUTE }
}

/** One agent of one queue, with a phone and a desk, ready. */
function centre(t: Pick<Test, 'teardown'>, first: AbsenceRules = usual) {
  let rules = first
  const clock = new VirtualClock(1_000_000)
  const faults: unknown[] = []
  const log: Log = { debug() {}, info() {}, warn() {}, error: (fields) => void faults.push(fields), child: () => log }
  const bus = new EventBus(clock, (error) => void faults.push(error))
  const service = { name: 'service', title: 'Service', skills: {}, music: 'default', maxLength: 10 }
  const settings = { ...service, ringMs: 20_000, wrapUpMs: WRAP_UP, maxWaitMs: 10 * MINUTE }
  const profile = { id: agentId, name: 'A', team: 'one', queues: ['service'], skills: {} }
  let count = 0
  const distribution = new Distribution({
    queues: new Map([['service', settings]]),
    agents: new Map([[agentId, profile]]),
    choices: { reasons: [{ name: 'lunch', title: { en: 'Lunch' } }] },
    clock,
    publish: bus.publish,
    newId: () => `o${++count}`,
    log
  })
  const attendance = new Attendance({ rules: () => rules, distribution, clock, log })
  bus.listen(attendance.listener)
  const offers: Offer[] = []
  const waiter = { onOffer: (offer: Offer) => void offers.push(offer), onOfferEnded() {} }
  const phone = (inService: boolean, device = '1001') =>
    bus.publish({ type: 'phone.changed', agentId, device: device as DeviceId, inService })
  const desk = (connected: boolean) => bus.publish({ type: 'desk.changed', agentId, connected })
  t.teardown(() => {
    attendance[Symbol.dispose]()
    distribution.dispose()
    if (clock.sleeping > 0) throw new Error('A timer is left')
    if (faults.length > 0) throw new Error('Something failed', { cause: faults[0] })
  })
  phone(true)
  desk(true)
  distribution.logOn(agentId)
  distribution.setState(agentId, { state: 'ready' })
  let calls = 0
  return {
    ...{ clock, distribution, attendance, offers, phone, desk },
    change: (next: AbsenceRules) => {
      rules = next
    },
    state() {
      const { state, reason } = distribution.status(agentId) ?? {}
      return reason === undefined ? state : `${state} ${reason}`
    },
    set: (state: 'ready' | 'notReady', reason?: string) =>
      distribution.setState(agentId, { state, ...(reason !== undefined && { reason }) }),
    enqueue() {
      const callId = `c${++calls}` as CallId
      const call = {
        callId,
        contactId: callId as unknown as ContactId,
        queue: 'service',
        priority: 'normal',
        skills: {}
      } as const
      distribution.enqueue({ ...call, enqueuedAt: clock.now() }, waiter, { leaveIfNoAgents: false })
      return callId
    }
  }
}

t.test('other rules hold from the next look on', async (t) => {
  const { clock, change, desk, state } = centre(t)
  desk(false)
  change({ ...usual, desk: { notReadyAfterMs: 60_000, logOffAfterMs: 2 * MINUTE } })
  await clock.advance(30_000)
  t.equal(state(), 'ready', 'the desk may be gone for longer now')
  desk(true)
  desk(false)
  await clock.advance(60_000)
  t.equal(state(), 'notReady session-lost')
  await clock.advance(60_000)
  t.equal(state(), 'loggedOff session-lost')
})

t.test('a free agent whose phone is lost is not ready at once, and ready again when it is back in time', async (t) => {
  const { clock, phone, state, attendance, set } = centre(t)
  phone(true, '1001-web')
  phone(false)
  t.equal(state(), 'ready', 'the other phone is there')
  phone(false, '1001-web')
  t.equal(state(), 'notReady phone-lost')
  await clock.advance(5 * MINUTE)
  phone(true, '1001-web')
  t.equal(state(), 'ready')
  t.equal(attendance.size, 0)

  phone(false, '1001-web')
  await clock.advance(5 * MINUTE + 1)
  phone(true)
  t.equal(state(), 'notReady phone-lost', 'too late to be taken for a flap')
  set('ready')
  t.equal(state(), 'ready')

  phone(false)
  set('notReady', 'lunch')
  phone(true)
  t.equal(state(), 'notReady lunch', 'a break stays a break')
  phone(false)
  t.equal(state(), 'notReady lunch')
  set('ready')
  t.equal(state(), 'notReady phone-lost', 'nobody is ready without the phone they lost')
  await clock.advance(10 * MINUTE)
  t.equal(state(), 'loggedOff phone-lost')
  phone(true)
  t.equal(state(), 'loggedOff phone-lost', 'and stays so')
  t.equal(attendance.size, 0)
})

t.test('an agent whose desk is lost is not ready after a while and logged off in the end', async (t) => {
  const { clock, desk, state, attendance, distribution } = centre(t)
  desk(false)
  await clock.advance(29_999)
  t.equal(state(), 'ready')
  desk(true)
  await clock.advance(MINUTE)
  t.equal(state(), 'ready', 'a page that was reloaded costs nothing')

  desk(false)
  await clock.advance(30_000)
  t.equal(state(), 'notReady session-lost')
  await clock.advance(4 * MINUTE)
  desk(true)
  t.equal(state(), 'ready')
  desk(false)
  await clock.advance(5 * MINUTE)
  t.equal(state(), 'loggedOff session-lost')
  t.equal(attendance.size, 0)

  distribution.logOn(agentId)
  distribution.setState(agentId, { state: 'ready' })
  await clock.advance(10 * MINUTE)
  t.equal(state(), 'ready', 'who logs on without a desk needs none')
})

t.test('nothing happens during a ring, a talk and a wrap-up; it happens then', async (t) => {
  const { clock, desk, phone, state, distribution, offers, enqueue } = centre(t)
  const callId = enqueue()
  desk(false)
  await clock.advance(19_000)
  phone(false)
  t.equal(state(), 'reserved')
  distribution.answered(offers[0]?.id as never)
  await clock.advance(20 * MINUTE)
  t.equal(state(), 'busy', 'the talk goes on, whatever is gone')
  distribution.talkOver(agentId, callId, 'service')
  await clock.advance(WRAP_UP - 1)
  t.equal(state(), 'workingAfterCall')
  await clock.advance(1)
  t.equal(state(), 'loggedOff session-lost')
})

t.test('what is back before the talk is over was never gone; two losses need both back', async (t) => {
  const { clock, desk, phone, state, distribution, offers, enqueue } = centre(t)
  const callId = enqueue()
  distribution.answered(offers[0]?.id as never)
  phone(false)
  desk(false)
  await clock.advance(20 * MINUTE)
  phone(true)
  desk(true)
  distribution.talkOver(agentId, callId, undefined)
  t.equal(state(), 'ready')

  desk(false)
  await clock.advance(MINUTE)
  phone(false)
  t.equal(state(), 'notReady session-lost')
  desk(true)
  t.equal(state(), 'notReady phone-lost', 'ready for a moment at most')
  phone(true)
  t.equal(state(), 'ready')
})

t.test('who was rung in the moment when the phone went comes back with it', async (t) => {
  const { phone, state, distribution, offers, enqueue } = centre(t)
  const callId = enqueue()
  phone(false)
  distribution.offerFailed(offers[0]?.id as never, 'unreachable')
  t.equal(state(), 'notReady phone-unreachable')
  phone(true)
  t.equal(state(), 'reserved', 'ready, and rung at once')
  distribution.withdraw(callId)
})

t.test('without rules nobody is taken away', async (t) => {
  const { clock, phone, desk, state } = centre(t, {})
  phone(false)
  desk(false)
  await clock.advance(60 * MINUTE)
  t.equal(state(), 'ready')
})

const steps = {
  'phone off': 2,
  'phone on': 2,
  'desk off': 2,
  'desk on': 2,
  ready: 3,
  lunch: 1,
  'log off': 1,
  'log on': 2,
  enqueue: 3,
  answer: 3,
  over: 2,
  finish: 1,
  second: 1,
  minute: 2,
  minutes: 1
} as const
type Step = keyof typeof steps
const step = fc.oneof(...Object.entries(steps).map(([name, weight]) => ({ weight, arbitrary: fc.constant(name as Step) })))

/** What is said of phone and desk, and since when an agent who was logged on is without. */
class Known {
  phone = true
  desk = true
  phoneLost = false
  deskLostAt: number | undefined

  take(what: Step, on: boolean, now: number): void {
    if (what === 'phone off' && this.phone && on) this.phoneLost = true
    if (what === 'desk off' && this.desk && on) this.deskLostAt = now
    if (what === 'phone on' || !on) this.phoneLost = false
    if (what === 'desk on' || !on) this.deskLostAt = undefined
    if (what.startsWith('phone')) this.phone = what === 'phone on'
    if (what.startsWith('desk')) this.desk = what === 'desk on'
  }

  missing(now: number): string | undefined {
    if (this.phoneLost) return 'phone'
    return this.deskLostAt !== undefined && now >= this.deskLostAt + 30_000 ? 'desk' : undefined
  }
}

async function play(what: Step, world: ReturnType<typeof centre>, waiting: Set<CallId>, known: Known): Promise<void> {
  const { clock, distribution, phone, desk, offers } = world
  const offer = offers.at(-1)
  const { callId } = distribution.status(agentId) ?? {}
  const plays: Record<Step, () => unknown> = {
    'phone off': () => phone(false),
    'phone on': () => phone(true),
    // As the CTI server tells it: changes only.
    'desk off': () => known.desk && desk(false),
    'desk on': () => known.desk || desk(true),
    ready: () => world.set('ready'),
    lunch: () => world.set('notReady', 'lunch'),
    'log off': () => distribution.logOff(agentId),
    'log on': () => distribution.logOn(agentId),
    enqueue: () => waiting.size < 3 && waiting.add(world.enqueue()),
    answer: () => offer !== undefined && distribution.answered(offer.id) && waiting.delete(offer.callId),
    over: () => callId !== undefined && distribution.talkOver(agentId, callId, 'service'),
    finish: () => distribution.wrapUp(agentId, {}),
    second: () => clock.advance(1_000),
    minute: () => clock.advance(MINUTE),
    minutes: () => clock.advance(6 * MINUTE)
  }
  await plays[what]()
}

t.test('whatever comes in whatever order, talks are left alone and nobody who is gone is ready', async (t) => {
  const seen = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (script) => {
      const endings: (() => void)[] = []
      const world = centre({ teardown: (after) => void endings.push(after as () => void) })
      const { clock, distribution, attendance } = world
      const waiting = new Set<CallId>()
      const known = new Known()
      for (const what of script) {
        const before = distribution.status(agentId)?.state
        await play(what, world, waiting, known)
        const { state = 'loggedOff', reason = '' } = distribution.status(agentId) ?? {}
        known.take(what, before !== 'loggedOff' && state !== 'loggedOff', clock.now())
        seen.set(`${state} ${reason}`, (seen.get(`${state} ${reason}`) ?? 0) + 1)
        const missing = known.missing(clock.now())
        const rules: Record<string, boolean> = {
          'only its end ends a talk': before !== 'busy' || what === 'over' || state === 'busy',
          'nobody is ready without what they lost': state !== 'ready' || missing === undefined,
          'nobody is stuck': distribution.stuck() === 0,
          'no more deadlines than losses': attendance.size <= 3
        }
        const broken = Object.keys(rules).filter((name) => !rules[name])
        if (broken.length > 0) throw new Error(`After ${what}: ${broken.join(', ')}; ${state} ${reason} without ${missing}`)
      }
      for (const callId of waiting) distribution.withdraw(callId)
      for (const end of endings) end()
    }),
    { numRuns: 300, seed: 7 }
  )
  for (const each of [
    'notReady phone-lost',
    'notReady session-lost',
    'loggedOff session-lost',
    'busy ',
    'workingAfterCall ',
    'ready '
  ])
    t.ok((seen.get(each) ?? 0) > 20, `${each}: ${seen.get(each)} times`)
})
