import t from 'tap'
import type { AgentId, CallId } from '../../src/domain/ids.ts'
import type { KeptCall } from '../../src/domain/kept-call.ts'
import type { HttpOutcome, HttpRequest } from '../../src/domain/ports/http-client.ts'
import { NUMBER_OUTSIDE, TalkCentre, talkCentreSettings } from '../helpers/centre/talk-centre.ts'

const A = '1001' as AgentId
const colleague = { kind: 'agent', agentId: '1002' } as const

/** An agent has called a customer, and talked with them for a minute. */
async function madeCall(centre: TalkCentre): Promise<CallId> {
  const made = centre.desk.makeCall(A, { to: NUMBER_OUTSIDE.number })
  if (!made.ok) throw new Error(made.code)
  await centre.pass(100)
  centre.pickUp('1001')
  await centre.pass(100)
  centre.pickUp(NUMBER_OUTSIDE.phone)
  await centre.pass(60_000)
  return made.value
}

const bank = `
flow: bank
numbers: ["7000"]
languages: [en]
vars: { answer: {}, branch: "", account: "", pin: "" }
on_hangup: note
steps:
  start: { set: { branch: "north" }, then: who }
  who: { run: identify, into: answer, then: ask_pin }
  ask_pin:
    collect: { prompt: Your PIN please., into: pin, digits: { exactly: 4 }, secret: true, first_digit: 60s, no_input: { go: bye }, no_match: { go: bye } }
    then: what
  what:
    collect: { prompt: What can we do?, into: account, digits: { exactly: 1 }, first_digit: 60s, no_input: { go: bye }, no_match: { go: bye } }
    then: pass_on
  pass_on: { queue: service, attach: { branch: "\${branch}", number: "\${answer.number}" }, answered: survey, timeout: bye, full: bye, no_agents: bye }
  survey:
    collect: { prompt: How was it?, into: account, digits: { exactly: 1 }, first_digit: 60s, no_input: { go: bye }, no_match: { go: bye } }
    then: bye
  bye: { hangup: true }
  note: { tag: [left] }
flow: identify
languages: [en]
results: [number]
steps:
  ask:
    collect: { prompt: Your number please., into: number, digits: { exactly: 3 }, first_digit: 60s, no_input: { go: none }, no_match: { go: none } }
    then: again
  again:
    collect: { prompt: Once more., into: number, digits: { exactly: 3 }, first_digit: 60s, no_input: { go: none }, no_match: { go: none } }
  none: { set: { number: "" } }
`

/** A centre where somebody is logged on, and not ready: callers wait. */
function centreOf(flow?: string): TalkCentre {
  const centre = new TalkCentre(flow === undefined ? {} : { flow })
  centre.distribution.logOn('1004' as AgentId)
  return centre
}

/** The step where each call of the next process would go on. */
const stepsOf = (calls: readonly KeptCall[]) => calls.map(({ position }) => position?.positions.map(({ step }) => step).join('/'))

t.test('who waits keeps place, first time and priority over a kill, and the first in line is served first', async (t) => {
  const before = centreOf()
  const first = await before.call()
  await before.pass(20_000)
  const second = await before.call()
  await before.pass(10_000)
  const times = before.told('call.queued').map(({ callId, enqueuedAt }) => [callId, enqueuedAt])
  before.ready('1001')
  await before.pass(100)
  t.equal(before.state('1001'), 'reserved', 'the phone rings as the server dies')

  // Written down in another order than they came in.
  const left = { calls: [...before.store.calls.left()].reverse(), agents: before.store.agents.left() }
  const after = await before.killed({ afterMs: 2_000, left })
  t.equal(after.state('1001'), 'reserved', 'who was rung is free, and is offered the first in line again')
  t.same(after.hearing(), { 'caller-1': 'music', 'caller-2': 'music' })
  after.pickUp('1001')
  await after.pass(100)
  t.same(after.hearing(), { 'caller-1': ['1001'], '1001': ['caller-1'], 'caller-2': 'music' })
  const [established] = after.told('call.established')
  t.equal(established?.callId, first.callId)
  t.ok((established?.waitedMs ?? 0) >= 32_000, 'the wait goes on from its beginning')
  t.same(
    after
      .told('call.restored')
      .map(({ callId, enqueuedAt }) => [callId, enqueuedAt])
      .reverse(),
    times
  )
  t.equal(after.told('call.started').length + after.told('call.queued').length, 0, 'nothing begins a second time')

  first.caller.leave()
  second.caller.leave()
  await after.pass(2_000)
  t.same(Object.fromEntries(after.told('call.ended').map(({ callId, termination }) => [callId, termination.reason])), {
    [first.callId]: 'caller-hung-up-after-talk',
    [second.callId]: 'caller-hung-up-in-queue'
  })
  t.equal(after.store.calls.left().length, 0)
  t.same(after.left(), {})
})

t.test('the longest wait and its end are those of the whole stay', async (t) => {
  const before = centreOf()
  const { callId } = await before.call()
  await before.pass(590_000)
  const after = await before.killed({ afterMs: 5_000 })
  await after.pass(4_000)
  t.equal(after.told('call.dequeued').length, 0)
  await after.pass(3_000)
  const [left] = after.told('call.dequeued')
  t.match(left, { callId, exit: 'timeout' })
  t.ok((left?.waitedMs ?? 0) >= 600_000)
  t.same(after.left(), {})
})

t.test('a caller in a flow goes on at the step where they were, with what was collected, also inside a sub-flow', async (t) => {
  const before = centreOf(bank)
  const { caller, callId } = await before.call()
  caller.press('123')
  await before.pass(100)
  t.same(stepsOf(before.store.calls.left()), ['who/again'])

  const after = await before.killed({ flow: bank, afterMs: 1_000 })
  t.match(after.told('call.restored'), [{ callId, phase: 'flow', flow: 'bank' }])
  caller.press('456')
  await after.pass(100)
  t.same(stepsOf(after.store.calls.left()), ['ask_pin'])
  caller.press('9876')
  await after.pass(100)
  t.notMatch(JSON.stringify(after.store.calls.left()), '9876', 'a secret is not written down')
  t.same(stepsOf(after.store.calls.left()), ['ask_pin'], 'so it is asked for again')

  const third = await after.killed({ flow: bank, afterMs: 1_000 })
  caller.press('9876')
  await third.pass(100)
  caller.press('1')
  await third.pass(100)
  t.match(third.told('call.queued'), [{ callId, data: { collected: { branch: 'north', number: '456' } } }])
  t.same(stepsOf(third.store.calls.left()), ['pass_on'], 'who waits is asked for nothing again')
  t.notMatch(JSON.stringify(third.store.calls.left()), '9876')

  const fourth = await third.killed({ flow: bank, afterMs: 1_000 })
  fourth.ready('1001')
  await fourth.pass(100)
  t.match(fourth.told('offer.made'), [{ data: { collected: { branch: 'north', number: '456' } } }])
  fourth.pickUp('1001')
  await fourth.pass(100)
  fourth.phone('1001').leave()
  await fourth.pass(2_000)
  t.same(stepsOf(fourth.store.calls.left()), ['survey'], 'the flow goes on after the talk')
  caller.leave()
  await fourth.pass(2_000)
  t.match(fourth.told('call.tagged'), [{ tags: ['left'] }], 'what comes after the hang-up comes')
  t.equal(fourth.told('call.ended').length, 1)
  t.same(fourth.left(), {})
})

t.test('a request that a kill interrupted is made again with the same key, and the next one has another', async (t) => {
  const text = `
flow: bank
numbers: ["7000"]
languages: [en]
vars: { answer: "" }
steps:
  first: { request: { post: "http://bank.test/a", json: {}, timeout: 2s, retries: 1 }, then: look, on_error: bye }
  look: { request: { get: "http://bank.test/b", timeout: 2s }, then: second, on_error: bye }
  second: { request: { post: "http://bank.test/c", json: {}, timeout: 2s }, then: wait, on_error: bye }
  wait: { collect: { prompt: What?, into: answer, digits: { exactly: 1 }, first_digit: 60s, no_input: { go: bye }, no_match: { go: bye } }, then: bye }
  bye: { hangup: true }
`
  const settings = { ...talkCentreSettings, allowedRequests: ['http://bank.test'] }
  const keys: (string | undefined)[] = []
  const bank = (answers: (url: string) => Promise<HttpOutcome>) => ({
    send: async ({ url, key }: HttpRequest) => {
      keys.push(key)
      return await answers(url)
    }
  })
  const ok = async (): Promise<HttpOutcome> => ({ ok: true, status: 200, body: {} })
  const silent = () => new Promise<never>(() => {})
  let tries = 0
  const before = new TalkCentre({
    flow: text,
    settings,
    http: bank(async (url) => {
      if (url.endsWith('/c')) return await silent()
      return url.endsWith('/a') && ++tries === 1 ? { ok: false, problem: 'unreachable' } : await ok()
    })
  })
  const { callId } = await before.call()
  await before.pass(1_000)
  t.same(keys.splice(0), [`${callId}-1`, `${callId}-1`, undefined, `${callId}-3`], 'tried twice, looked up, and asked')
  const after = await before.killed({ flow: text, settings, http: bank(ok) })
  t.same(keys, [`${callId}-3`])
  t.same(stepsOf(after.store.calls.left()), ['wait'])
  const [kept] = after.store.calls.left()
  t.equal(kept?.position?.asked, 3)
})

t.test('a talk goes on without a command to Asterisk, and all can be done with it that could be before', async (t) => {
  const before = centreOf()
  const { caller, callId } = await before.talk()
  await before.pass(5_000)
  const commands = before.telephony.commands.length
  const after = await before.killed({ afterMs: 2_000 })
  t.same(after.telephony.commands.slice(commands), [], 'nobody hears anything of it')
  t.match(after.told('call.restored'), [
    { callId, phase: 'talking', parties: [{ device: '1001', agentId: A, isHolding: false }] }
  ])
  t.match(after.distribution.status(A), { state: 'busy', callId, queue: 'service' })

  t.ok((await after.desk.hold(callId, A)).ok)
  t.same(after.hearing(), { 'caller-1': 'music', '1001': 'nothing' })
  t.ok((await after.desk.retrieve(callId, A)).ok)
  t.same(after.hearing(), { 'caller-1': ['1001'], '1001': ['caller-1'] })
  after.distribution.restore({ agentId: '1002' as AgentId, state: 'ready', since: 1 })
  t.ok((await after.desk.singleStepTransfer(callId, A, colleague)).ok)
  await after.pass(2_000)
  after.pickUp('1002')
  await after.pass(100)
  t.same(after.hearing(), { 'caller-1': ['1002'], '1002': ['caller-1'] })
  t.equal(after.state('1001'), 'workingAfterCall')
  caller.leave()
  await after.pass(2_000)
  const [ended, ...more] = after.told('call.ended')
  t.same(more, [])
  t.match(ended, { callId, termination: { reason: 'caller-hung-up-after-talk' } })
  t.ok((ended?.totals.talkedMs ?? 0) >= 7_000, 'the talk counts from its beginning')
  t.ok((ended?.totals.talkedMs ?? 0) < 12_000)
  t.same(after.left(), {})
})

t.test('who hung up during the outage is known after it, in every phase', async (t) => {
  await t.test('the caller, in a flow', async (t) => {
    const before = centreOf(bank)
    const { caller, callId } = await before.call()
    const after = await before.killed({ flow: bank, afterMs: 1_000 }, () => caller.leave())
    await after.pass(2_000)
    t.match(after.told('call.ended'), [{ callId, termination: { result: 'completed', reason: 'caller-hung-up' } }])
    t.match(after.told('call.tagged'), [{ tags: ['left'] }], 'and the flow does what it does then')
    t.same(after.left(), {})
  })

  await t.test('the caller, in a queue', async (t) => {
    const before = centreOf()
    const { caller, callId } = await before.call()
    await before.pass(10_000)
    const after = await before.killed({ afterMs: 1_000 }, () => caller.leave())
    await after.pass(2_000)
    t.match(after.told('call.dequeued'), [{ callId, exit: 'callerGone' }])
    t.match(after.told('call.ended'), [{ callId, termination: { result: 'abandoned', reason: 'caller-hung-up-in-queue' } }])
    t.ok((after.told('call.ended')[0]?.totals.queuedMs ?? 0) >= 11_000)
    t.same(after.left(), {})
  })

  await t.test('the caller, in a talk', async (t) => {
    const before = centreOf()
    const { caller, callId } = await before.talk()
    const after = await before.killed({ afterMs: 1_000 }, () => caller.leave())
    await after.pass(2_000)
    t.match(after.told('call.ended'), [{ callId, termination: { reason: 'caller-hung-up-after-talk' } }])
    t.equal(after.state('1001'), 'workingAfterCall')
    t.same(after.hearing(), {})
    t.same(after.left(), {})
  })

  await t.test('a customer whom an agent called, in the talk or in the queue after it', async (t) => {
    for (const queued of [false, true]) {
      const before = new TalkCentre()
      before.ready('1001')
      const made = await madeCall(before)
      if (queued) {
        await before.desk.singleStepTransfer(made, A, { kind: 'queue', queue: 'service' })
        await before.pass(60_000)
      }
      const customer = before.phone(NUMBER_OUTSIDE.phone)
      const after = await before.killed({ afterMs: 1_000 }, () => customer.leave())
      await after.pass(5_000)
      const { talkedMs = 0, queuedMs = 0 } = after.told('call.ended')[0]?.totals ?? {}
      t.ok(talkedMs >= 60_000 && talkedMs < 65_000, `the talk counts once: ${talkedMs}`)
      t.ok(queued ? queuedMs >= 60_000 && queuedMs < 65_000 : queuedMs === 0, `the wait counts once: ${queuedMs}`)
      t.equal(after.told('call.ended').length, 1)
      t.equal(after.told('leg.ended').length, queued ? 0 : 1)
      t.equal(after.told('call.dequeued').length, queued ? 1 : 0)
      t.equal(after.told('call.queued').length, 0, 'nobody who has gone is put into a queue')
      t.same(after.left(), {})
    }
  })

  await t.test('the agent, in a talk', async (t) => {
    const before = centreOf(bank)
    const { caller, callId } = await before.call()
    caller.press('123')
    await before.pass(100)
    caller.press('456')
    await before.pass(100)
    caller.press('98761')
    before.ready('1001')
    await before.pass(100)
    before.pickUp('1001')
    await before.pass(100)
    const agent = before.phone('1001')
    const after = await before.killed({ flow: bank, afterMs: 1_000 }, () => agent.leave())
    await after.pass(2_000)
    t.equal(after.state('1001'), 'workingAfterCall')
    t.same(stepsOf(after.store.calls.left()), ['survey'], 'the caller is asked how it was')
    caller.leave()
    await after.pass(2_000)
    t.match(after.told('call.ended'), [{ callId, termination: { reason: 'caller-hung-up-after-talk' } }])
    t.same(after.left(), {})
  })

  await t.test('both', async (t) => {
    const before = centreOf()
    const { caller, callId } = await before.talk()
    const agent = before.phone('1001')
    const after = await before.killed({ afterMs: 1_000 }, () => {
      caller.leave()
      agent.leave()
    })
    await after.pass(2_000)
    t.match(after.told('call.ended'), [{ callId, termination: { reason: 'caller-hung-up-after-talk' } }])
    t.equal(after.state('1001'), 'workingAfterCall')
    t.same(after.left(), {})
  })
})

t.test('who is on hold stays there, and is retrieved', async (t) => {
  const before = centreOf()
  const { caller, callId } = await before.talk()
  await before.desk.hold(callId, A)
  await before.pass(1_000)
  const commands = before.telephony.commands.length
  const after = await before.killed({ afterMs: 1_000 })
  t.same(
    after.telephony.commands.slice(commands).map(({ name }) => name),
    []
  )
  t.same(after.hearing(), { 'caller-1': 'music', '1001': 'nothing' })
  t.match(after.told('call.restored'), [{ parties: [{ isHolding: true }] }])
  t.ok((await after.desk.retrieve(callId, A)).ok)
  t.same(after.hearing(), { 'caller-1': ['1001'], '1001': ['caller-1'] })
  t.match(after.told('call.retrieved'), [{ callId, device: '1001', by: 'desk' }])
  caller.leave()
  await after.pass(2_000)
  t.same(after.left(), {})
})

t.test('a conference goes on with all its parties', async (t) => {
  const before = centreOf()
  const { caller, callId } = await before.consulted()
  t.ok((await before.desk.conference(callId, A)).ok)
  await before.pass(100)
  const after = await before.killed({ afterMs: 1_000 })
  t.same(after.hearing(), { 'caller-1': ['1001', '1002'], '1001': ['1002', 'caller-1'], '1002': ['1001', 'caller-1'] })
  t.same([after.state('1001'), after.state('1002')], ['busy', 'busy'])
  after.phone('1001').leave()
  await after.pass(2_000)
  t.same(after.hearing(), { 'caller-1': ['1002'], '1002': ['caller-1'] })
  caller.leave()
  await after.pass(2_000)
  t.equal(after.state('1002'), 'workingAfterCall')
  t.same(after.left(), {})
})

t.test('a caller on the way to a colleague who rings waits in the queue again', async (t) => {
  const before = centreOf()
  const { caller, callId } = await before.talk()
  await before.desk.singleStepTransfer(callId, A, colleague)
  await before.pass(2_000)
  t.equal(before.state('1002'), 'reserved')
  const after = await before.killed({ afterMs: 1_000 })
  t.match(after.told('call.queued'), [{ callId, queue: 'service' }])
  t.ok(
    ['1002', '1003', '1004'].some((id) => after.state(id) === 'reserved'),
    'and is offered at once'
  )
  caller.leave()
  await after.pass(2_000)
  t.equal(after.told('call.ended').length, 1)
  t.same(after.left(), {})
})

t.test('agents are as they were', async (t) => {
  const before = centreOf()
  const { caller, callId } = await before.talk()
  caller.leave()
  await before.pass(3_000)
  before.distribution.setState('1002' as AgentId, { state: 'notReady', reason: 'lunch' })
  before.distribution.logOff('1004' as AgentId)
  const since = before.distribution.status('1003' as AgentId)?.idleSince
  t.equal(before.state('1001'), 'workingAfterCall')
  const after = await before.killed({ afterMs: 2_000 })
  t.match(after.distribution.status(A), { state: 'workingAfterCall', callId, until: before.distribution.status(A)?.until })
  t.match(after.distribution.status('1002' as AgentId), { state: 'notReady', reason: 'lunch' })
  t.match(after.distribution.status('1003' as AgentId), { state: 'ready', idleSince: since })
  t.equal(after.state('1004'), 'loggedOff')
  await after.pass(3_000)
  t.equal(after.state('1001'), 'workingAfterCall', 'not a second longer')
  await after.pass(3_000)
  t.equal(after.state('1001'), 'ready', 'nor shorter')
  t.same(after.left(), {})
})

t.test('a second kill before anything was restored, and one after it, lose nothing', async (t) => {
  const before = centreOf()
  const { caller, callId } = await before.talk()
  const waiting = await before.call()
  await before.pass(5_000)
  const dead = new TalkCentre({ after: before, afterMs: 1_000 })
  // Asterisk has not answered yet.
  dead.telephony.connected = false
  const restoring = dead.restore()
  dead.telephony.connected = true
  const third = new TalkCentre({ after: dead, left: { calls: before.store.calls.left(), agents: before.store.agents.left() } })
  void restoring
  await third.restore()
  const fourth = await third.killed({ afterMs: 500 })
  t.same(fourth.hearing(), { 'caller-1': ['1001'], '1001': ['caller-1'], 'caller-2': 'music' })
  caller.leave()
  waiting.caller.leave()
  await fourth.pass(2_000)
  t.same(
    fourth
      .told('call.ended')
      .map((one) => one.callId)
      .sort(),
    [callId, waiting.callId].sort()
  )
  t.same(fourth.left(), {})
})

t.test('a call that the dying process had given to the dialplan is left there', async (t) => {
  const before = centreOf()
  const { caller, callId } = await before.call()
  const after = await before.killed({}, () => {
    Object.assign(caller, { isHere: false, isElsewhere: true })
  })
  await after.pass(2_000)
  t.match(after.told('call.ended'), [{ callId, termination: { result: 'failed', reason: 'server-restarted' } }])
  t.notOk(after.telephony.commands.some(({ name, channel }) => channel === caller.endpoint && name === 'hangup'))
})

t.test('who was in a talk that cannot be gone on with is free again', async (t) => {
  const consulting = async () => {
    const centre = centreOf()
    const { caller, callId } = await centre.talk()
    centre.ready('1002')
    t.ok((await centre.desk.consult(callId as CallId, A, colleague)).ok)
    await centre.pass(100)
    centre.phone('1002').pickUp()
    await centre.pass(100)
    return { centre, caller }
  }
  const given = await consulting()
  const withDialplan = await given.centre.killed({ afterMs: 1_000 }, () => {
    Object.assign(given.caller, { isHere: false, isElsewhere: true })
  })
  const kept = await consulting()
  const refused = await kept.centre.killed({ afterMs: 1_000 }, () => {
    Object.assign(kept.centre.telephony, { takeUp: async () => ({ ok: false, problem: 'refused', status: 500, detail: '' }) })
  })
  for (const after of [withDialplan, refused]) {
    await after.pass(60_000)
    t.match(after.told('call.ended'), [{ termination: { result: 'failed' } }])
    t.same(
      ['1001', '1002'].map((id) => after.state(id)),
      ['ready', 'ready']
    )
    const { faults: _, ...left } = after.left()
    t.same(left, {})
  }
})

t.test('while Asterisk is away the calls wait for it', async (t) => {
  const before = centreOf()
  const { caller, callId } = await before.talk()
  before.telephony.connected = false
  const next = new TalkCentre({ after: before, afterMs: 1_000 })
  const restored = next.restore()
  await next.pass(5_000)
  t.equal(next.told('call.restored').length, 0)
  next.telephony.connected = true
  next.telephony.connection.publish(next.telephony.status())
  await next.pass(100)
  await restored
  t.match(next.told('call.restored'), [{ callId }])
  t.same(next.hearing(), { 'caller-1': ['1001'], '1001': ['caller-1'] })
  caller.leave()
  await next.pass(2_000)
  t.same(next.left(), {})
})

t.test('a queue or a step that is no more when the server is back', async (t) => {
  const before = centreOf(bank)
  const { caller, callId } = await before.call()
  caller.press('123')
  await before.pass(100)
  // Another flow answers the number now: the call begins there.
  const after = await before.killed({ afterMs: 1_000 })
  t.match(after.told('call.queued'), [{ callId, queue: 'service' }])
  caller.leave()
  await after.pass(2_000)
  t.same(after.left(), {})

  const talking = centreOf()
  const call = await talking.talk()
  const next = await talking.killed({ flow: bank, afterMs: 1_000 })
  t.same(next.hearing(), { 'caller-1': ['1001'], '1001': ['caller-1'] }, 'who talks is not disturbed')
  next.phone('1001').leave()
  await next.pass(2_000)
  t.match(next.told('call.ended'), [{ callId: call.callId as CallId, termination: { reason: 'agent-hung-up' } }])
  t.same(next.left(), {})
})

t.test('who waits for the agent they know goes on waiting while that one talks', async (t) => {
  const centre = new TalkCentre()
  const offered: string[] = []
  const waiter = { onOffer: ({ agentId }: { agentId: AgentId }) => void offered.push(agentId), onOfferEnded: () => {} }
  centre.distribution.restore({ agentId: A, state: 'busy', since: 1, callId: 'other' as CallId, queue: 'service' })
  centre.distribution.enqueue(
    {
      callId: 'waits' as CallId,
      queue: 'service',
      priority: 'normal',
      skills: {},
      enqueuedAt: centre.clock.now(),
      preferred: { agentId: A, patienceMs: 300_000 }
    } as never,
    waiter as never,
    { leaveIfNoAgents: false }
  )
  centre.ready('1002')
  await centre.pass(1_000)
  t.same(offered, [], 'nobody else is asked')
  await centre.pass(300_000)
  t.same(offered, ['1002'], 'until they have waited long enough')
})
