import t, { type Test } from 'tap'
import type { CtiEvent, Failure } from '../../src/cti/messages.ts'
import type { DomainEvent, DomainEventOf } from '../../src/domain/events.ts'
import { keepsTheBooks } from '../helpers/centre/books.ts'
import { Centre, password } from '../helpers/centre/centre.ts'
import type { Desk } from '../helpers/centre/desk.ts'
import { allEventsShown } from '../helpers/cti/seen-events.ts'
import { DeskPhone, type DeskPhoneOptions } from '../helpers/phones/desk-phone.ts'
import type { TestCaller } from '../helpers/phones/test-caller.ts'
import { until } from '../helpers/until.ts'

/** Numbers of tests/centre/flows/desks.yaml: team Cards, team Hotline. */
const CARDS = '7601'
const HOTLINE = '7602'
/** `ring` of indications.conf, for agents. */
const ringingHz = 450

/** Every line of the log: no key may be in it. */
const logged: string[] = []
const centre = await Centre.start({
  rtpPorts: { from: 27_600, to: 28_198 },
  onLogLine: (line) => void logged.push(line),
  edit: (yaml) =>
    `${yaml
      .replace('service: { title: Service,', 'service: { title: Service, pickup: true,')
      .replace('role: supervisor, teams: [cards, hotline]', 'role: supervisor, teams: [cards, hotline], phone: true')}
callbacks:
  caller_id: "95588"
  allowed: ["sip:phone@127.0.0.1:*"]
  ring: 3s
`
})
const sip = centre.asterisk.sipAddress
const phones: DeskPhone[] = []
const facts: DomainEvent[] = []
centre.server.bus.listen((event) => void facts.push(event))

t.setTimeout(240_000)
t.teardown(() => centre.stop())

/** Cases that do not touch each other, side by side; after them nothing may be left and the facts must add up. */
function together(cases: Readonly<Record<string, (test: Test) => Promise<void>>>): void {
  t.test(Object.keys(cases).join('; '), { timeout: 60_000 }, async (test) => {
    await Promise.all(
      Object.entries(cases).map(([name, play]) =>
        play(test).catch((error) => test.error(Object.assign(error, { message: `${name}: ${error.message}` })))
      )
    )
    for (const phone of phones.splice(0)) await phone.close()
    await centre.expectNothingLeft().finally(() => keepsTheBooks(test, facts.splice(0)))
  })
}

interface Agent {
  readonly user: string
  readonly phone: DeskPhone
  readonly desk: Desk
}

/** A registered phone and its agent's desk; not ready with a reason when `state` says so. */
async function agent(
  user: string,
  state: 'ready' | 'lunch' | 'off' = 'ready',
  options: Partial<DeskPhoneOptions> = {}
): Promise<Agent> {
  const phone = await DeskPhone.register({ sip, user, password, ...options })
  phones.push(phone)
  await until(() => centre.server.telephony.phoneStatus(user) === 'in-service', { what: `phone ${user} in service` })
  if (state === 'ready') return { user, phone, desk: await centre.readyAgent(user) }
  const desk = await centre.desk(user)
  if (state === 'lunch') {
    await desk.result('setAgentState', { state: 'loggedOn' })
    await desk.result('setAgentState', { state: 'notReady', reason: 'lunch' })
  }
  return { user, phone, desk }
}

const atOnce = { answer: { status: 200, afterMs: 0 } } as const
const whenTold = { answer: 'when told' } as const

/** Somebody outside whom the rules allow to call, and their address. */
async function outside(options: Partial<DeskPhoneOptions> = {}): Promise<{ phone: DeskPhone; to: string }> {
  const phone = await DeskPhone.outside({ sip, user: 'phone', password, ...options })
  phones.push(phone)
  return { phone, to: `sip:phone@127.0.0.1:${phone.port}` }
}

let arrivals = 0

async function dial(number: string, voiceHz?: number): Promise<{ caller: TestCaller; callId: string }> {
  const from = `1391100${1000 + arrivals++}`
  const caller = await centre.call(number, { from, ...(voiceHz !== undefined && { voiceHz }) })
  const started = await until(() => facts.find((fact) => fact.type === 'call.started' && fact.caller === (from as string)), {
    what: `the call from ${from} comes in`
  })
  return { caller, callId: (started as DomainEventOf<'call.started'>).callId }
}

type FactOfCall = Extract<DomainEvent, { callId: unknown }>
async function factOf<Type extends FactOfCall['type']>(callId: string, type: Type, nth = 1): Promise<DomainEventOf<Type>> {
  const of = (fact: DomainEvent): fact is DomainEventOf<Type> => fact.type === type && (fact as FactOfCall).callId === callId
  return until(() => facts.filter(of)[nth - 1], {
    ms: 8000,
    what: () => `${type} no. ${nth} (facts: ${facts.flatMap((f) => ('callId' in f && f.callId === callId ? f.type : []))})`
  })
}

const statusOf = (user: string) => centre.server.distribution.list().find(({ agentId }) => agentId === (user as string))

async function inState(user: string, wanted: string): Promise<void> {
  const now = () => [statusOf(user)?.state, statusOf(user)?.reason].filter((part) => part !== undefined).join(' ')
  await until(() => now() === wanted, { what: () => `agent ${user} is ${wanted} (${now()})` })
}

async function failureOf(desk: Desk, method: string, params: object): Promise<Failure['data']> {
  const answer = await desk.request(method, params)
  if (answer.error === undefined) throw new Error(`${method} was carried out`)
  return answer.error.data
}

/** What a desk heard of one call, in order. */
const heardOf = (desk: Desk, callId: string): CtiEvent[] =>
  desk.events.filter((event) => 'callId' in event && event.callId === callId && !event.type.startsWith('agent'))
const typesOf = (desk: Desk, callId: string) => heardOf(desk, callId).map(({ type }) => type)

async function saw(desk: Desk, callId: string, type: CtiEvent['type']): Promise<CtiEvent> {
  return until(() => heardOf(desk, callId).find((event) => event.type === type), {
    what: () => `event ${type} (events: ${typesOf(desk, callId)})`
  })
}

const make = async (from: Agent, to: string, more: object = {}) =>
  (await from.desk.result<{ callId: string }>('makeCall', { to, ...more })).callId

together({
  'a supervisor listens to an agent, whispers, joins, and listens again, without a gap': async (t) => {
    const one = await agent('1010', 'lunch', { ...whenTold, voiceHz: 440 })
    const { phone: customer, to } = await outside({ ...atOnce, voiceHz: 880 })
    const boss = await DeskPhone.register({ sip, user: '2001', password, answer: 'when told', voiceHz: 620 })
    phones.push(boss)
    await until(() => centre.server.telephony.phoneStatus('2001') === 'in-service', { what: 'the supervisor’s phone' })
    const [desk, other] = [await centre.desk('2001'), await centre.desk('teamlead')]
    const callId = await make(one, to)
    await factOf(callId, 'call.established')
    const supervise = (mode: string) => desk.result('singleStepConferenceCall', { callId, mode })
    t.match(await failureOf(one.desk, 'singleStepConferenceCall', { callId, mode: 'silent' }), { code: 'NOT_ALLOWED' })
    t.match(await failureOf(other, 'singleStepConferenceCall', { callId, mode: 'silent' }), { code: 'CALL_UNKNOWN' })
    t.match(await failureOf(desk, 'singleStepConferenceCall', { callId, mode: 'silent', agentId: '1001' }), {
      code: 'NOT_ON_THIS_CALL'
    })

    const now = (mode: string, nth = 1) =>
      until(() => heardOf(desk, callId).filter((e) => e.type === 'supervisionChanged' && e.mode === mode)[nth - 1], {
        what: () => `mode ${mode} (events: ${typesOf(desk, callId)})`
      })
    /** Who hears the supervisor, a while after the last change. */
    const hearers = async () => {
      await new Promise((resolve) => setTimeout(resolve, 350))
      return { agent: one.phone.ear.hears(620, 200), customer: customer.ear.hears(620, 200) }
    }
    await supervise('silent')
    await now('silent')
    await Promise.all([boss.ear.untilHears(440), boss.ear.untilHears(880)])
    const since = Date.now()
    t.same(await hearers(), { agent: false, customer: false })
    await supervise('whisper')
    await one.phone.ear.untilHears(620)
    t.match(await hearers(), { customer: false })
    // What is whispered may have holes on a busy machine: it is heard, not at any one moment.
    await one.phone.ear.untilHears(620)
    await supervise('active')
    await Promise.all([
      customer.ear.untilHears(620),
      one.phone.ear.untilHears(620),
      boss.ear.untilHears(440),
      boss.ear.untilHears(880)
    ])
    t.match(await saw(one.desk, callId, 'conferenced'), { addedDevice: '2001' })
    await supervise('silent')
    await now('silent', 2)
    t.same(await hearers(), { agent: false, customer: false })
    await Promise.all([
      boss.ear.untilHears(440),
      boss.ear.untilHears(880),
      customer.ear.untilHears(440),
      one.phone.ear.untilHears(880)
    ])
    // A busy machine lets packets wait; a stream that ended with the change of mode would be silent from then on.
    const gap = boss.ear.longestGapMs(since)
    t.ok(gap < 1000, `the supervisor heard no gap longer than ${gap} ms`)

    await one.desk.result('holdCall', { callId })
    await until(() => !boss.ear.hears(880, 200), { what: 'the supervisor to hear what the agent hears' })
    await boss.ear.untilHears(440)
    await one.desk.result('retrieveCall', { callId })
    await boss.ear.untilHears(880)
    boss.hangup()
    t.match(await saw(desk, callId, 'supervisionEnded'), { supervisor: '2001', agentId: '1010', result: 'left' })
    await customer.ear.untilHears(440)
    t.equal(
      facts.some((fact) => fact.type === 'call.ended' && fact.callId === callId),
      false,
      'the talk goes on'
    )

    await supervise('whisper')
    await now('whisper', 2)
    t.match(await failureOf(desk, 'singleStepConferenceCall', { callId: 'nobody', mode: 'silent' }), { code: 'CALL_UNKNOWN' })
    one.phone.hangup()
    await boss.ended()
    await factOf(callId, 'call.ended')
    t.same(
      facts.flatMap((fact) => (fact.type === 'supervision.ended' ? fact.result : [])),
      ['left', 'talk-over']
    )
    t.notOk(
      typesOf(one.desk, callId).some((type) => type.startsWith('supervision')),
      'the agent was told nothing of it'
    )
  },

  'keys reach the other party, and nobody learns which': async (t) => {
    const one = await agent('1001', 'ready', atOnce)
    const { caller, callId } = await dial(CARDS)
    await factOf(callId, 'call.established')
    const secret = '739175026#'
    await one.desk.result('generateDigits', { callId, digits: secret, toneMs: 60 })
    await until(() => caller.ear.digits.join('') === secret, { what: () => `the keys (so far ${caller.ear.digits.join('')})` })
    t.match(await saw(one.desk, callId, 'digitsGenerated'), { deviceId: '1001', count: secret.length })
    await one.desk.result('holdCall', { callId })
    t.match(await failureOf(one.desk, 'generateDigits', { callId, digits: '1' }), { code: 'NOT_TALKING' })
    caller.hangup()
    await factOf(callId, 'call.ended')
    const told = JSON.stringify([facts, one.desk.events])
    t.notOk(told.includes('7391750') || logged.some((line) => line.includes('7391750')), 'neither told nor logged')
  },

  'an agent who is not ready picks up whom a colleague is being offered, and is not ready again afterwards': async (t) => {
    const one = await agent('1011')
    const two = await agent('1012', 'lunch', { ...whenTold, voiceHz: 620 })
    const other = await agent('1009', 'lunch')
    const { caller, callId } = await dial(HOTLINE)
    const ring = await one.phone.ringing(1)
    t.match(await two.desk.result('queue.callers', { queue: 'service' }), { callers: [{ callId, ringing: '1011' }] })
    t.match(await failureOf(other.desk, 'pickupCall', { callId }), { code: 'NOT_QUALIFIED' }, 'who cannot do what is asked for')
    await two.desk.result('pickupCall', { callId })
    t.match(await factOf(callId, 'call.established'), { agentId: '1012', queue: 'service' })
    await caller.ear.untilHears(620)
    await until(() => ring.end === 'cancelled', { what: 'the colleague’s phone stops' })
    t.match(ring.reason, /elsewhere/i)
    t.match(await saw(one.desk, callId, 'diverted'), { cause: 'callPickup', deviceId: '1011' })
    t.match(await saw(one.desk, callId, 'answeredElsewhere'), { agentId: '1011' })
    await inState('1011', 'ready')
    two.phone.hangup()
    await inState('1012', 'workingAfterCall')
    await two.desk.result('contact.wrapUp', {})
    await inState('1012', 'notReady lunch')
  },

  'an agent calls somebody outside: both hear each other, and the screen follows': async (t) => {
    const one = await agent('1003', 'lunch', { ...whenTold, voiceHz: 440 })
    const { phone, to } = await outside({ voiceHz: 880 })
    const callId = await make(one, to, { data: { case: 'K-1' }, queue: 'card-security' })
    const ring = await phone.ringing(1)
    t.match(ring.from, /95588/, 'shown as the centre')
    await one.phone.ear.untilHears(ringingHz)
    t.equal(statusOf('1003')?.state, 'busy')
    phone.reply()
    await Promise.all([one.phone.ear.untilHears(880), phone.ear.untilHears(440)])
    const established = await saw(one.desk, callId, 'established')
    t.match(established, {
      callingDevice: '1003',
      connections: [
        { kind: 'caller', state: 'connected' },
        { deviceId: '1003', state: 'connected' }
      ],
      data: { collected: { case: 'K-1' } }
    })
    await one.desk.result('holdCall', { callId })
    await until(() => !one.phone.ear.hears(880, 200), { what: 'the agent to hear them no more' })
    await one.desk.result('retrieveCall', { callId })
    await phone.ear.untilHears(440)
    phone.hangup()
    t.match((await factOf(callId, 'call.ended')).termination, { result: 'completed', reason: 'caller-hung-up-after-talk' })
    await inState('1003', 'workingAfterCall')
    await one.desk.result('contact.wrapUp', { notes: 'called' })
    await inState('1003', 'notReady lunch')
    const types = typesOf(one.desk, callId)
    t.same(
      ['originated', 'delivered', 'networkReached', 'established', 'held', 'retrieved', 'callCleared'].filter(
        (type) => !types.includes(type as never)
      ),
      [],
      types.join(' ')
    )
    await centre.recorded()
    const story = await centre.get<{ call: Record<string, unknown> }>(`/api/v1/calls/${callId}`)
    t.match(story.call, { door: 'desk', agent: '1003', termination: { result: 'completed' } })
  }
})

together({
  'an agent calls a colleague': async (t) => {
    const one = await agent('1008', 'ready', { ...whenTold, voiceHz: 440 })
    const two = await agent('1009', 'ready', { voiceHz: 620 })
    const callId = await make(one, '1009')
    t.match((await two.phone.ringing(1)).from, /1008/)
    t.match(await saw(two.desk, callId, 'delivered'), { callingDevice: '1008', calledDevice: '1009', agentId: '1009' })
    await one.phone.ear.untilHears(ringingHz)
    two.phone.reply()
    await Promise.all([one.phone.ear.untilHears(620), two.phone.ear.untilHears(440)])
    t.same([statusOf('1008')?.state, statusOf('1009')?.state], ['busy', 'busy'])
    await two.desk.result('clearConnection', { callId })
    await factOf(callId, 'call.ended')
    await one.phone.ended()
    await Promise.all([inState('1008', 'ready'), inState('1009', 'ready')])
  },

  'whom an agent calls may be busy, not answer, or not be called at all': async (t) => {
    const one = await agent('1003', 'ready', whenTold)
    for (const to of ['+4990012345', '95588', 'sip:thief@198.51.100.1', 'PJSIP/trunk/1', '1003', 'sip:phone@127.0.0.1:1;x=y'])
      t.match(await failureOf(one.desk, 'makeCall', { to }), { code: 'TARGET_UNKNOWN' }, to)
    t.match(
      await failureOf(one.desk, 'makeCall', { to: '1004' }),
      { code: 'TARGET_NOT_AVAILABLE' },
      'a colleague who is not there'
    )
    const { phone, to } = await outside({ answer: { status: 486, afterMs: 0 } })
    t.match(await failureOf(one.desk, 'makeCall', { to, queue: 'sales' }), { code: 'NOT_QUALIFIED' }, 'not a queue of theirs')
    const busy = await make(one, to)
    t.match(await saw(one.desk, busy, 'failed'), { cause: 'busy' })
    t.match((await factOf(busy, 'call.ended')).termination, { result: 'completed', reason: 'target-unreached' })
    await inState('1003', 'ready')
    phone.answer = 'by hand'
    const silent = await make(one, to)
    t.match(await failureOf(one.desk, 'makeCall', { to }), { code: 'AGENT_ON_CALL' }, 'one at a time')
    t.match(await saw(one.desk, silent, 'networkReached'), { connections: [{ state: 'alerting' }, { state: 'initiated' }] })
    t.match(await until(() => heardOf(one.desk, silent).find(({ type }) => type === 'failed'), { ms: 6000, what: 'failed' }), {
      cause: 'callNotAnswered'
    })
    await until(() => phone.rings[1]?.end === 'cancelled', { what: 'their phone stops' })
    await inState('1003', 'ready')
  },

  'the agent hangs up while the other phone rings, or their own phone does not answer': async (t) => {
    const one = await agent('1007', 'ready', whenTold)
    const { phone, to } = await outside()
    const first = await make(one, to)
    const ring = await phone.ringing(1)
    one.phone.hangup()
    await until(() => ring.end === 'cancelled', { what: 'their phone stops' })
    t.match((await factOf(first, 'call.ended')).termination, { reason: 'agent-hung-up' })
    await inState('1007', 'ready')

    one.phone.answer = 'by hand'
    const second = await make(one, to)
    await one.phone.ringing(2)
    await one.desk.result('clearConnection', { callId: second })
    t.match((await factOf(second, 'call.ended')).termination, { reason: 'agent-unreached' })
    await inState('1007', 'ready')
    const third = await make(one, to)
    // A caller of another case may have rung them in between, and gone.
    await until(() => one.phone.rings.length >= 3 && one.phone.rings.at(-1)?.end === undefined, {
      what: 'their phone rings again'
    })
    one.phone.reply(486)
    t.match((await factOf(third, 'call.ended')).termination, { reason: 'agent-unreached' })
    await inState('1007', 'ready')
    t.equal(phone.rings.length, 1, 'nobody else was called')
    await one.phone.unregister()
    await until(() => centre.server.telephony.phoneStatus('1007') !== 'in-service', { what: 'the phone is gone' })
    t.match(await failureOf(one.desk, 'makeCall', { to }), { code: 'PHONE_OUT_OF_SERVICE' })
  },

  'an agent sends on the caller whom they are being offered; whom nobody takes there has their place back': async (t) => {
    const one = await agent('1013', 'ready', { voiceHz: 440 })
    const two = await agent('1014')
    const { caller, callId } = await dial(HOTLINE, 880)
    const ring = await one.phone.ringing(1)
    const send = (to: object) => one.desk.request('deflectCall', { callId, to })
    for (const [to, code] of [
      [{ kind: 'agent', agentId: '1013' }, 'TARGET_NOT_AVAILABLE'],
      [{ kind: 'agent', agentId: '1015' }, 'TARGET_NOT_AVAILABLE'],
      [{ kind: 'agent', agentId: '9999' }, 'TARGET_UNKNOWN'],
      [{ kind: 'queue', queue: 'nowhere' }, 'TARGET_UNKNOWN'],
      [{ kind: 'sip', uri: 'sip:thief@198.51.100.1' }, 'TARGET_UNKNOWN']
    ] as const)
      t.match(
        (await send(to)).error?.data,
        { code, allowed: ['answerCall', 'clearConnection', 'deflectCall'] },
        JSON.stringify(to)
      )
    t.equal(ring.end, undefined, 'nothing was given up')
    t.match(await failureOf(two.desk, 'deflectCall', { callId, to: { kind: 'queue', queue: 'service' } }), {
      code: 'CALL_UNKNOWN'
    })

    t.equal((await send({ kind: 'agent', agentId: '1014' })).error, undefined)
    await two.phone.ringing(1)
    await until(() => ring.end === 'cancelled', { what: 'their own phone stops' })
    t.match(await saw(one.desk, callId, 'deflected'), { agentId: '1013' })
    t.equal(statusOf('1013')?.state, 'ready')
    t.match(
      await failureOf(two.desk, 'deflectCall', {
        callId,
        to: { kind: 'queue', queue: 'nowhere' }
      }),
      {
        code: 'TARGET_UNKNOWN',
        allowed: ['answerCall', 'clearConnection', 'deflectCall']
      }
    )
    const queued = await factOf(callId, 'call.queued')
    two.phone.reply(486)
    await one.phone.ringing(2)
    t.equal((await factOf(callId, 'call.queued', 2)).enqueuedAt, queued.enqueuedAt, 'the first time is kept')

    const { phone, to } = await outside({ ...atOnce, voiceHz: 620 })
    t.equal((await send({ kind: 'sip', uri: to })).error, undefined)
    await Promise.all([phone.ear.untilHears(880), caller.ear.untilHears(620)])
    caller.hangup()
    await Promise.all([factOf(callId, 'call.ended'), phone.ended()])
    const gone = await dial(HOTLINE)
    await one.phone.ringing(3)
    t.equal(
      (await one.desk.request('deflectCall', { callId: gone.callId, to: { kind: 'number', number: '7002' } })).error,
      undefined
    )
    t.match(await factOf(gone.callId, 'flow.started', 2), { flow: 'short' })
    gone.caller.hangup()
  },

  'a colleague who is called declines, and one whose caller hangs up stops ringing': async (t) => {
    const one = await agent('1005', 'ready', whenTold)
    const two = await agent('1006', 'ready')
    const declined = await make(one, '1006')
    await two.phone.ringing(1)
    two.phone.reply(486)
    t.match((await factOf(declined, 'call.ended')).termination, { reason: 'target-unreached' })
    t.match(await saw(one.desk, declined, 'diverted'), { cause: 'callRejected', deviceId: '1006' })
    await Promise.all([inState('1005', 'ready'), inState('1006', 'notReady rejected'), one.phone.ended()])
    await two.desk.result('setAgentState', { state: 'ready' })
    const left = await make(one, '1006')
    const ring = await two.phone.ringing(2)
    one.phone.hangup()
    await until(() => ring.end === 'cancelled', { what: 'the colleague’s phone stops' })
    t.match((await factOf(left, 'call.ended')).termination, { result: 'completed', reason: 'caller-hung-up' })
    await Promise.all([inState('1005', 'ready'), inState('1006', 'ready')])
  }
})

// Alone: whoever else takes these calls would be offered the caller.
together({
  'a supervisor takes whom an agent is being offered to their own phone, and sends them on': async (t) => {
    const one = await agent('1002')
    const boss = await DeskPhone.register({ sip, user: '2002', password, ...whenTold, voiceHz: 700 })
    phones.push(boss)
    await until(() => centre.server.telephony.phoneStatus('2002') === 'in-service', { what: 'the phone of 2002 in service' })
    const [desk, other] = [await centre.desk('2002'), await centre.desk('teamlead')]
    const { caller, callId } = await dial(CARDS, 440)
    const ring = await one.phone.ringing(1)
    t.match(await failureOf(other, 'pickupCall', { callId }), await failureOf(other, 'pickupCall', { callId: 'nobody' }))
    await desk.result('pickupCall', { callId })
    t.match(await factOf(callId, 'call.established'), { agentId: '2002', device: '2002', queue: 'card-security' })
    await Promise.all([caller.ear.untilHears(700), boss.ear.untilHears(440)])
    await until(() => ring.end === 'cancelled', { what: 'the agent’s phone stops' })
    await inState('1002', 'ready')
    t.match(await saw(desk, callId, 'established'), {
      answeringDevice: '2002',
      connections: [{}, { agentId: '2002' }]
    })
    await desk.result('singleStepTransferCall', {
      callId,
      to: { kind: 'agent', agentId: '1002' }
    })
    await one.phone.ringing(2)
    one.phone.reply()
    await factOf(callId, 'call.established', 2)
    caller.hangup()
    await factOf(callId, 'call.ended')
    await centre.recorded()
    const story = await centre.get<{
      call: object
      legs: readonly { agent: string | null }[]
    }>(`/api/v1/calls/${callId}`)
    t.match(story.call, {
      agent: '1002',
      termination: { result: 'completed' }
    })
    t.ok(JSON.stringify(story).includes('"2002"'), 'who answered first is in the record')
  }
})

t.test('the desks were told what this file is to show, each with all that its type promises', async (t) => {
  await allEventsShown(t, 'tests/centre/floor.test.ts')
})
