import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import type { CallView, CtiEvent, Failure } from '../../src/cti/messages.ts'
import type { DomainEvent, DomainEventOf } from '../../src/domain/events.ts'
import { keepsTheBooks } from '../helpers/centre/books.ts'
import { Centre, password } from '../helpers/centre/centre.ts'
import type { Desk } from '../helpers/centre/desk.ts'
import { allEventsShown } from '../helpers/cti/seen-events.ts'
import { allTracesFit, startTraceCollector } from '../helpers/http/trace-collector.ts'
import { startReceiver } from '../helpers/http/webhook-receiver.ts'
import { DeskPhone, type DeskPhoneOptions } from '../helpers/phones/desk-phone.ts'
import type { TestCaller } from '../helpers/phones/test-caller.ts'
import { runSipp } from '../helpers/sip/sipp.ts'
import { until } from '../helpers/until.ts'

/** Numbers of tests/centre/flows/desks.yaml. */
const CARDS = '7601'
const HOTLINE = '7602'
const EXPERTS = '7604'
/** Team Hotline without wrap-up. */
const SALES = '7605'

/** Takes the events of one webhook. */
const receiver = await startReceiver()
const collector = await startTraceCollector()
const centre = await Centre.start({
  rtpPorts: { from: 28_600, to: 29_598 },
  variables: { WEBHOOK_TEST: 'a secret that is long enough', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
  edit: (yaml) => `${yaml}
allowed_requests: ["${receiver.url}"]
webhooks:
  crm: { url: "${receiver.url}", secret_env: WEBHOOK_TEST, events: [originated, established, callCleared, webhook.started], agents: ["1010"] }
`
})
const sip = centre.asterisk.sipAddress
const phones: DeskPhone[] = []
const facts: DomainEvent[] = []
centre.server.bus.listen((event) => void facts.push(event))

t.setTimeout(240_000)
t.teardown(async () => {
  await centre.stop()
  await receiver.close()
  await collector.close()
})

/** A test after which nothing may be left, and the facts must add up. */
function scenario(name: string, play: (test: Test) => Promise<void>): void {
  t.test(name, { timeout: 60_000 }, async (test) => {
    await play(test).catch((error) => test.error(error))
    for (const phone of phones.splice(0)) await phone.close()
    await centre.expectNothingLeft().finally(() => keepsTheBooks(test, facts.splice(0)))
  })
}

interface Agent {
  readonly user: string
  readonly phone: DeskPhone
  readonly desk: Desk
}

interface Call {
  readonly caller: TestCaller
  readonly callId: string
}

async function registerPhone(user: string, options: Partial<DeskPhoneOptions> = {}): Promise<DeskPhone> {
  const phone = await DeskPhone.register({ sip, user, password, ...options })
  phones.push(phone)
  await until(() => centre.server.telephony.phoneStatus(user) === 'in-service', { what: `phone ${user} in service` })
  return phone
}

/** An agent at their desk with a registered phone, ready. */
async function agent(user: string, options: Partial<DeskPhoneOptions> = {}): Promise<Agent> {
  const phone = await registerPhone(user, options)
  return { user, phone, desk: await centre.readyAgent(user) }
}

const atOnce = { answer: { status: 200, afterMs: 0 } } as const

let arrivals = 0

async function dial(
  number: string,
  { from = `1391000${1000 + arrivals++}`, voiceHz }: { from?: string; voiceHz?: number } = {}
): Promise<Call> {
  const since = facts.length
  const caller = await centre.call(number, { from, ...(voiceHz === undefined ? {} : { voiceHz }) })
  const started = await until(
    () => facts.slice(since).find((fact) => fact.type === 'call.started' && fact.caller === (from as string)),
    { what: `the call from ${from} comes in` }
  )
  return { caller, callId: (started as DomainEventOf<'call.started'>).callId }
}

type FactOfCall = Extract<DomainEvent, { callId: unknown }>

function factsOf<Type extends FactOfCall['type']>(callId: string, type: Type): DomainEventOf<Type>[] {
  return facts.filter((fact): fact is DomainEventOf<Type> => fact.type === type && (fact as FactOfCall).callId === callId)
}

async function nthFact<Type extends FactOfCall['type']>(
  callId: string,
  type: Type,
  nth = 1,
  ms = 5000
): Promise<DomainEventOf<Type>> {
  return until(() => factsOf(callId, type)[nth - 1], {
    ms,
    what: () =>
      `${type} no. ${nth} of the call (facts: ${facts.filter((fact) => 'callId' in fact && fact.callId === callId).map(({ type: name }) => name)})`
  })
}

const statusOf = (user: string) => centre.server.distribution.list().find(({ agentId }) => agentId === (user as string))

async function inState(user: string, state: string, ms = 5000) {
  return until(
    () => {
      const status = statusOf(user)
      return status?.state === state && status
    },
    { ms, what: () => `agent ${user} is ${state} (${JSON.stringify(statusOf(user))})` }
  )
}

async function failureOf(desk: Desk, method: string, params: object): Promise<Failure['data']> {
  const answer = await desk.request(method, params)
  if (answer.error === undefined) throw new Error(`${method} was carried out`)
  return answer.error.data
}

async function seenBy<Type extends CtiEvent['type']>(
  desk: Desk,
  type: Type,
  nth = 1,
  about: object = {}
): Promise<Extract<CtiEvent, { type: Type }>> {
  const isWanted = (event: CtiEvent): event is Extract<CtiEvent, { type: Type }> => event.type === type && isAbout(event, about)
  return until(() => desk.events.filter(isWanted)[nth - 1], {
    what: () => `event ${type} no. ${nth} (events: ${desk.events.map((event) => event.type)})`
  })
}

function isAbout(event: CtiEvent, about: object): boolean {
  return Object.entries(about).every(([name, value]) => (event as unknown as Record<string, unknown>)[name] === value)
}

interface Story {
  readonly call: {
    readonly callId: string
    readonly termination: { readonly result: string; readonly reason: string } | null
    readonly totals: { readonly queuedMs: number; readonly talkedMs: number; readonly heldMs: number } | null
    readonly [name: string]: unknown
  }
  readonly legs: readonly Record<string, unknown>[]
  readonly path: readonly { readonly step: string; readonly exit: string | null }[]
  readonly events: readonly { readonly type: string; readonly body: Readonly<Record<string, unknown>> }[]
  readonly wrapUps: readonly Record<string, unknown>[]
  readonly promises: readonly Record<string, unknown>[]
}

async function storyOf(callId: string, complete: (story: Story) => boolean = () => true): Promise<Story> {
  return until(
    async () => {
      const story = await centre.get<Story>(`/api/v1/calls/${callId}`).catch(() => undefined) // 404 until it is written.
      return story?.call.termination != null && complete(story) && story
    },
    { what: `the record of call ${callId}` }
  )
}

scenario('the desk knows who calls and why before the phone rings; they talk, hold, retrieve and wrap up', async (t) => {
  const one = await agent('1001', { voiceHz: 440 })
  let deliveredAt: number | undefined
  one.desk.client.on('delivered', () => {
    deliveredAt ??= performance.now()
  })
  const { telephony } = centre.server
  const createLeg = telephony.createLeg.bind(telephony)
  let knownBeforeLeg: boolean | undefined
  telephony.createLeg = (leg) => {
    knownBeforeLeg ??= facts.some(({ type }) => type === 'offer.made')
    return createLeg(leg)
  }
  t.teardown(() => {
    telephony.createLeg = createLeg
  })

  const { caller, callId } = await dial('955881', { from: '13800138000', voiceHz: 880 })
  const delivered = await seenBy(one.desk, 'delivered')
  const ring = await one.phone.ringing(1)
  t.ok(knownBeforeLeg, 'offer.made is told before the leg is made')
  t.ok(
    (deliveredAt as number) < ring.at,
    `the desk was told ${Math.round(ring.at - (deliveredAt as number))} ms before the phone`
  )
  t.match(delivered, {
    callId,
    cause: 'distributed',
    alertingDevice: '1001',
    agentId: '1001',
    callingDevice: '13800138000',
    calledDevice: '955881',
    customer: { id: 'c-1', name: 'Wang Fang' },
    queue: 'card-security',
    allowed: ['answerCall', 'clearConnection', 'deflectCall'],
    data: {
      intent: 'lost-card',
      customer: { id: 'c-1', segment: 'gold' },
      waited: { queues: ['card-security'] },
      language: 'en',
      priority: 'emergency',
      fastPath: 'lost-card-line'
    }
  })
  t.ok((delivered.data?.waited.totalMs ?? -1) >= 0)
  t.match(await failureOf(one.desk, 'answerCall', { callId }), {
    code: 'PHONE_CANNOT_ANSWER',
    allowed: ['answerCall', 'clearConnection', 'deflectCall']
  })

  one.phone.reply()
  const established = await nthFact(callId, 'call.established')
  await Promise.all([caller.ear.untilHears(440), one.phone.ear.untilHears(880)])
  t.equal(statusOf('1001')?.state, 'busy')

  await one.desk.result('holdCall', { callId })
  t.match(await seenBy(one.desk, 'held'), {
    connections: [{ kind: 'caller' }, { deviceId: '1001', state: 'hold' }],
    allowed: ['clearConnection', 'clearCall', 'retrieveCall']
  })
  t.match(await failureOf(one.desk, 'holdCall', { callId }), { code: 'ALREADY_HELD' })
  await sleep(400)
  t.notOk(caller.ear.hears(440, 200), 'the caller does not hear the agent')
  await until(() => caller.ear.soundMs(Date.now() - 200) > 100, { what: 'the caller hears music' })
  t.notOk(one.phone.ear.hears(880, 200), 'the agent does not hear the caller')

  await one.desk.result('retrieveCall', { callId })
  await Promise.all([caller.ear.untilHears(440), one.phone.ear.untilHears(880)])
  t.match(await failureOf(one.desk, 'retrieveCall', { callId }), { code: 'NOT_HELD' })
  // Packets of a busy machine have holes: for a moment it is the agent alone.
  await until(() => caller.ear.hears(440, 200), { what: 'the music to stop' })

  await one.desk.result('customer.update', { customerId: 'c-1', profile: { told: 'card lost' } })
  t.match(await seenBy(one.desk, 'customerChanged'), { customer: { id: 'c-1', profile: { told: 'card lost' } }, by: '1001' })

  await one.desk.result('clearConnection', { callId })
  t.equal(await caller.ended(), 'server')
  await one.phone.ended()
  await inState('1001', 'workingAfterCall')
  t.match(await failureOf(one.desk, 'holdCall', { callId }), { code: 'NOT_ON_THIS_CALL' })
  await one.desk.result('contact.wrapUp', {
    ...{ disposition: 'card-blocked', notes: 'new card by post' },
    promises: [{ what: 'the card is with them', until: '2026-11-27' }]
  })
  t.equal(statusOf('1001')?.state, 'ready')

  const ended = await nthFact(callId, 'call.ended')
  t.match(ended.termination, { result: 'completed', reason: 'agent-hung-up', cause: 16 })
  t.equal((await nthFact(callId, 'leg.ended')).cause, 16)
  const { totals } = ended
  t.ok(
    totals.heldMs >= 400 && totals.heldMs < totals.talkedMs && totals.talkedMs <= ended.at - established.at + 5,
    JSON.stringify(totals)
  )

  const story = await storyOf(callId, ({ wrapUps }) => wrapUps.length > 0)
  t.match(story.call, {
    caller: '13800138000',
    customer: { id: 'c-1' },
    queue: 'card-security',
    agent: '1001',
    agents: ['1001'],
    fastPath: 'lost-card-line',
    intent: 'lost-card',
    termination: { result: 'completed', reason: 'agent-hung-up' }
  })
  t.same(story.call.totals, totals)
  t.match(story.legs, [
    { kind: 'caller', result: /./ },
    { kind: 'agent', agent: '1001', queue: 'card-security', result: 'answered', cause: 16 }
  ])
  t.same(
    story.wrapUps.map(({ agent: by, disposition, notes }) => ({ by, disposition, notes })),
    [{ by: '1001', disposition: 'card-blocked', notes: 'new card by post' }]
  )
  t.match(story.promises, [{ agent: '1001', what: 'the card is with them', until: '2026-11-27', state: 'open' }])
  t.same(
    story.events.map(({ type }) => type),
    facts.filter((fact) => 'callId' in fact && fact.callId === callId).map(({ type }) => type),
    'the record is what happened, in its order'
  )
  t.equal(story.events.find(({ type }) => type === 'call.established')?.body.waitedMs, established.waitedMs)

  const again = await dial('955881', { from: '13800138000' })
  // With the offer, or right behind it when the records are slow.
  const history = await until(
    () => one.desk.events.find((event) => isAbout(event, { callId: again.callId }) && 'data' in event && event.data?.history),
    { what: 'the desk is shown the call before' }
  )
  t.match(history, {
    data: {
      history: [
        {
          ...{ kind: 'call', door: 'trunk', intent: 'lost-card', queues: ['card-security'], result: 'completed' },
          ...{ disposition: 'card-blocked', promises: [{ what: 'the card is with them', until: '2026-11-27', state: 'open' }] }
        }
      ]
    }
  })
  const promised = ({ data }: Pick<CallView, 'data'>) =>
    data?.history?.flatMap((past) => (past.kind === 'call' ? (past.promises ?? []) : []))[0]
  const { promiseId = '' } = promised(history as Pick<CallView, 'data'>) ?? {}
  await one.desk.result('promise.update', { promiseId, state: 'kept' })
  await until(() => one.desk.events.some((event) => event.type === 'callInformation' && promised(event)?.state === 'kept'), {
    what: 'the desk is told that it was kept'
  })
  one.phone.reply()
  await nthFact(again.callId, 'call.established')
  again.caller.hangup()
  await nthFact(again.callId, 'call.ended')

  type Page = { items: { callId: string }[] }
  const found = async (query: string) =>
    (await centre.get<Page>(`/api/v1/calls?${query}`)).items.some((item) => item.callId === callId)
  t.same(
    await Promise.all(
      ['agent=1001', 'queue=card-security', 'result=completed', 'agent=1001&result=completed&queue=card-security'].map(found)
    ),
    [true, true, true, true]
  )
  t.same(await Promise.all(['agent=1002', 'queue=sales', 'result=abandoned', 'agent=1001&result=failed'].map(found)), [
    false,
    false,
    false,
    false
  ])
})

scenario(
  'an agent sends the caller to a colleague, to a queue and to another flow; a transfer that cannot be keeps the talk',
  async (t) => {
    const busy = await agent('1004', atOnce)
    const other = await dial(CARDS)
    await nthFact(other.callId, 'call.established')
    const one = await agent('1002', { ...atOnce, voiceHz: 440 })
    const { caller, callId } = await dial(CARDS)
    await nthFact(callId, 'call.established')
    await one.desk.result('associateData', { callId, data: { promised: 'a new card', card: null } })
    const two = await agent('1003', { voiceHz: 620 })
    await caller.ear.untilHears(440)

    const send = (desk: Desk, to: object) => desk.request('singleStepTransferCall', { callId, to })
    const refusals = [
      [{ kind: 'agent', agentId: '9999' }, 'TARGET_UNKNOWN'],
      [{ kind: 'queue', queue: 'nowhere' }, 'TARGET_UNKNOWN'],
      [{ kind: 'number', number: '12345' }, 'TARGET_UNKNOWN'],
      [{ kind: 'sip', uri: 'sip:thief@198.51.100.1' }, 'TARGET_UNKNOWN'],
      [{ kind: 'agent', agentId: busy.user }, 'TARGET_NOT_AVAILABLE'],
      [{ kind: 'agent', agentId: '1005' }, 'TARGET_NOT_AVAILABLE'],
      [{ kind: 'agent', agentId: one.user }, 'TARGET_NOT_AVAILABLE']
    ] as const
    for (const [to, code] of refusals) {
      const { error } = await send(one.desk, to)
      t.match(
        error?.data,
        {
          code,
          allowed: [
            'clearConnection',
            'clearCall',
            'holdCall',
            'singleStepTransferCall',
            'consultationCall',
            'generateDigits',
            'associateData'
          ]
        },
        JSON.stringify(to)
      )
    }
    await sleep(150)
    t.ok(caller.ear.hears(440), 'the talk goes on')
    t.equal(busy.phone.rings.length, 1)

    t.equal((await send(one.desk, { kind: 'agent', agentId: '1003' })).error, undefined)
    const popped = await seenBy(two.desk, 'delivered')
    t.match(popped, {
      cause: 'singleStepTransfer',
      agentId: '1003',
      data: { intent: 'lost-card', collected: { promised: 'a new card' } }
    })
    t.equal(popped.lastRedirectionDevice, '1002', 'who sent the caller on')
    t.same(popped.data?.openCases, [{ id: 'C-7', title: 'Lost 7601' }], 'in a place of their own')
    t.notOk('open_cases' in (popped.data?.collected ?? {}) || 'openCases' in (popped.data?.collected ?? {}))
    t.notOk('card' in (popped.data?.collected ?? {}), 'what an agent removed is gone')
    t.equal((await nthFact(callId, 'offer.made', 2)).queue, undefined)
    await two.phone.ringing(1)
    await inState('1002', 'workingAfterCall')
    await one.phone.ended()
    await one.desk.result('contact.wrapUp', { disposition: 'handed-over' })
    two.phone.reply()
    t.match(await nthFact(callId, 'call.established', 2), { agentId: '1003' })
    await caller.ear.untilHears(620)
    t.match(await failureOf(one.desk, 'holdCall', { callId }), { code: 'NOT_ON_THIS_CALL' })

    t.equal((await send(two.desk, { kind: 'queue', queue: 'card-security' })).error, undefined)
    const again = await seenBy(one.desk, 'delivered', 2, { agentId: '1002' })
    t.match(again, { cause: 'distributed', queue: 'card-security', data: { collected: { promised: 'a new card' } } })
    await nthFact(callId, 'call.established', 3)
    await caller.ear.untilHears(440)
    t.equal(statusOf('1003')?.state, 'ready', 'a transfer straight to an agent leaves nothing to wrap up')

    t.equal((await send(one.desk, { kind: 'number', number: '7002' })).error, undefined)
    await until(() => factsOf(callId, 'flow.started').some(({ flow }) => flow === 'short'), { what: 'the other flow begins' })
    const since = Date.now()
    await until(() => caller.ear.soundMs(since) > 200 && !caller.ear.hears(440), { what: 'the other flow speaks' })
    await one.phone.ended()
    caller.hangup()

    t.match((await nthFact(callId, 'call.ended')).termination, { result: 'completed', reason: 'caller-hung-up-after-talk' })
    t.same(
      factsOf(callId, 'call.transferred').map(({ from, to }) => [from, to]),
      [
        ['1002', '1003'],
        ['1003', 'card-security'],
        ['1002', '7002']
      ]
    )
    const story = await storyOf(callId, ({ wrapUps }) => wrapUps.length > 0)
    t.same(
      story.legs.filter(({ kind }) => kind === 'agent').map(({ agent: by, result }) => [by, result]),
      [
        ['1002', 'answered'],
        ['1003', 'answered'],
        ['1002', 'answered']
      ]
    )
    t.match(story.call, { agents: ['1002', '1003'], flows: ['desks', 'short'] })
    const changed = factsOf(callId, 'call.data-changed').find(({ by }) => by === ('1002' as string))
    t.same(changed?.data.collected, { promised: 'a new card' }, 'what the agent added is in the record')
    other.caller.hangup()
  }
)

scenario('hold pressed on the phone itself is shown; an agent who hangs up first sends the caller on in the flow', async (t) => {
  const softphone = await centre.phones(['1012'], { voiceHz: 440, answer: 'auto' })
  const desk = await centre.readyAgent('1012')
  const { caller, callId } = await dial(HOTLINE)
  await caller.ear.untilHears(440)
  const established = await nthFact(callId, 'call.established')

  await softphone.hold()
  t.match(await seenBy(desk, 'held'), {
    cause: 'keyOperation',
    deviceId: '1012',
    connections: [{ kind: 'caller' }, { deviceId: '1012', state: 'hold' }]
  })
  await until(() => !caller.ear.hears(440, 200), { what: 'the caller to hear the agent no more' })
  await until(() => caller.ear.soundMs(Date.now() - 200) > 100, { what: 'the caller to hear music' })
  await softphone.resume()
  t.match(await seenBy(desk, 'retrieved'), { connections: [{ kind: 'caller' }, { deviceId: '1012', state: 'connected' }] })
  await caller.ear.untilHears(440)
  const held = (await nthFact(callId, 'call.retrieved')).at - (await nthFact(callId, 'call.held')).at

  await softphone.hold()
  await seenBy(desk, 'held')
  await nthFact(callId, 'call.held', 2)
  const heldAgain = Date.now()
  await sleep(200)
  await softphone.hangup()
  t.equal(await caller.ended(), 'server')
  const ended = await nthFact(callId, 'call.ended')
  t.match(ended.termination, { result: 'completed', reason: 'flow-hangup' })
  t.match(factsOf(callId, 'step.left').at(-1)?.entry, { step: 'thanks', detail: 'served' })
  t.match(factsOf(callId, 'step.left').at(-2)?.entry, { step: 'hotline', exit: 'answered' })
  const left = await nthFact(callId, 'leg.ended')
  t.ok(
    Math.abs(ended.totals.talkedMs - (left.at - established.at)) < 100,
    `talked ${ended.totals.talkedMs} of ${left.at - established.at} ms`
  )
  t.ok(
    Math.abs(ended.totals.heldMs - held - (left.at - heldAgain)) < 100,
    'hold by the phone counts, also when nobody took the caller back'
  )
  t.equal(ended.totals.queuedMs, established.waitedMs)
})

scenario('a caller is passed from agent to agent until one answers, and keeps the time they came', async (t) => {
  const softphone = await centre.phones(['1017'], { answer: 'manual', registerEverySeconds: 600 })
  const declines = await agent('1013', { answer: { status: 603, afterMs: 50 } })
  const isBusy = await agent('1014', { answer: { status: 486, afterMs: 0 } })
  const rejects = await agent('1015')
  const unreachable = await centre.readyAgent('1016')
  const vanished = await centre.readyAgent('1017')
  const misses = await agent('1018')
  const answers = await agent('1019', { ...atOnce, voiceHz: 440 })
  await softphone.kill()

  const { caller, callId } = await dial(HOTLINE)
  await rejects.phone.ringing(1)
  await rejects.desk.result('clearConnection', { callId })
  const established = await nthFact(callId, 'call.established', 1, 10_000)
  await caller.ear.untilHears(440)

  t.same(
    factsOf(callId, 'offer.ended').map(({ agentId, result }) => [agentId, result]),
    [
      ['1013', 'rejected'],
      ['1014', 'rejected'],
      ['1015', 'rejected'],
      ['1016', 'unreachable'],
      ['1017', 'missed'],
      ['1018', 'missed'],
      ['1019', 'answered']
    ]
  )
  t.same(
    ['1013', '1014', '1015', '1016', '1017', '1018'].map((user) => [statusOf(user)?.state, statusOf(user)?.reason]),
    [
      ['notReady', 'rejected'],
      ['notReady', 'rejected'],
      ['notReady', 'rejected'],
      ['notReady', 'phone-unreachable'],
      ['notReady', 'missed'],
      ['notReady', 'missed']
    ]
  )
  const desks = [declines.desk, isBusy.desk, rejects.desk, unreachable, vanished, misses.desk]
  const told = ['rejected', 'rejected', 'rejected', 'failed', 'missed', 'missed'] as const
  await Promise.all(desks.map((desk, n) => seenBy(desk, told[n] as (typeof told)[number], 1, { deviceId: `${1013 + n}` })))
  const verdicts = (desk: Desk, n: number) =>
    desk.events.filter(
      (event) =>
        ['rejected', 'missed', 'callerGone', 'failed'].includes(event.type) && isAbout(event, { deviceId: `${1013 + n}` })
    )
  t.same(
    desks.map((desk, n) => verdicts(desk, n).length),
    [1, 1, 1, 1, 1, 1],
    'each is told once'
  )

  t.equal(factsOf(callId, 'call.queued').length, 1)
  const pops = [declines, isBusy, rejects, misses, answers].map(({ desk }) =>
    desk.events.find(({ type }) => type === 'delivered')
  )
  t.same(new Set(pops.map((pop) => pop?.type === 'delivered' && pop.enqueuedAt)).size, 1, 'the first time in the queue is kept')
  const waits = pops.map((pop) => (pop?.type === 'delivered' ? (pop.data?.waited.totalMs ?? 0) : -1))
  t.same(
    waits,
    waits.toSorted((a, b) => a - b)
  )
  t.ok(established.waitedMs >= 6000 && established.waitedMs < 9000, `two rings of three seconds: ${established.waitedMs}`)
  await until(() => misses.phone.rings[0]?.end, { what: 'the phone to stop ringing' })
  t.match(misses.phone.rings[0], { end: 'cancelled', reason: /cause=19/ })
  t.match(factsOf(callId, 'leg.ended'), [], 'who did not answer was never part of the talk')

  answers.phone.hangup()
  await caller.ended()
  const story = await storyOf(callId)
  t.same(
    story.legs.filter(({ kind }) => kind === 'agent').map(({ result }) => result),
    ['rejected', 'rejected', 'rejected', 'unreachable', 'missed', 'missed', 'answered']
  )
  t.equal(story.call.totals?.queuedMs, established.waitedMs)
})

scenario('a caller who hangs up while the phone rings leaves the agent ready, with their turn kept', async (t) => {
  const one = await agent('1006')
  const before = statusOf('1006')
  for (const [nth, when] of (['rings', 'as the phone is to be called', 'after a while'] as const).entries()) {
    const call = await dial(CARDS)
    if (when === 'as the phone is to be called') await nthFact(call.callId, 'offer.made')
    else await until(() => one.phone.rings.at(-1)?.end === undefined && one.phone.rings.length > 0, { what: 'the phone rings' })
    if (when === 'after a while') await sleep(300)
    call.caller.hangup()

    t.match(
      (await nthFact(call.callId, 'call.ended')).termination,
      { result: 'abandoned', reason: 'caller-hung-up-in-queue' },
      when
    )
    t.match(factsOf(call.callId, 'offer.ended'), [{ result: 'callerGone' }])
    t.match(factsOf(call.callId, 'call.dequeued'), [{ exit: 'callerGone' }])
    const after = await inState('1006', 'ready')
    t.equal(after.idleSince, before?.idleSince, 'the caller was not the agent’s doing')
    await until(() => one.phone.rings.every(({ end }) => end === 'cancelled'), { what: 'the phone to stop ringing' })
    if (when !== 'as the phone is to be called') t.match(one.phone.rings.at(-1)?.reason, /cause=16/)
    t.match(await seenBy(one.desk, 'callerGone', nth + 1), { callId: call.callId, agentId: '1006' })
    const story = await storyOf(call.callId)
    t.match(story.call, { termination: { result: 'abandoned' }, agents: [] })
  }
  type Page = { items: { callId: string }[] }
  const { items } = await centre.get<Page>('/api/v1/calls?result=abandoned&queue=card-security')
  t.equal(items.length, 3)
})

scenario(
  'a caller who hangs up as they are sent on, or while the colleague’s phone rings, leaves both agents free',
  async (t) => {
    const one = await agent('1003', atOnce)
    const colleague = await agent('1004')
    for (const when of ['at once', 'a moment later', 'while it rings'] as const) {
      await colleague.desk.result('setAgentState', { state: 'notReady' })
      await one.desk.result('setAgentState', { state: 'ready' })
      const { caller, callId } = await dial(CARDS)
      await nthFact(callId, 'call.established')
      await colleague.desk.result('setAgentState', { state: 'ready' })
      const sent = one.desk.request('singleStepTransferCall', { callId, to: { kind: 'agent', agentId: '1004' } })
      if (when === 'at once') caller.hangup()
      t.equal((await sent).error, undefined, when)
      if (when === 'while it rings')
        await until(() => colleague.phone.rings.at(-1)?.end === undefined, { what: 'the colleague’s phone rings' })
      caller.hangup()

      await nthFact(callId, 'call.ended')
      t.same(
        factsOf(callId, 'offer.ended').map(({ agentId, result }) => [agentId, result]),
        [
          ['1003', 'answered'],
          ['1004', 'callerGone']
        ]
      )
      await inState('1004', 'ready')
      await until(() => colleague.phone.rings.every(({ end }) => end === 'cancelled'), { what: 'the colleague’s phone is quiet' })
      await one.phone.ended()
    }
  }
)

scenario('of two agents the longest idle is rung and no other; two callers come one at a time, an emergency first', async (t) => {
  const one = await agent('1007')
  await sleep(5)
  const two = await agent('1008')
  t.ok((statusOf('1007')?.idleSince ?? 0) < (statusOf('1008')?.idleSince ?? 0))
  const first = await dial(CARDS)
  await one.phone.ringing(1)
  await sleep(200)
  t.equal(two.phone.rings.length, 0, 'one caller, one phone')
  one.phone.reply()
  await nthFact(first.callId, 'call.established')
  const second = await dial(CARDS)
  await two.phone.ringing(1)
  two.phone.reply()
  await nthFact(second.callId, 'call.established')
  t.equal(one.phone.rings.length, 1)

  const normal = await dial(CARDS)
  await nthFact(normal.callId, 'call.queued')
  const emergency = await dial('955881')
  t.match(await nthFact(emergency.callId, 'call.queued'), { priority: 'emergency' })
  one.phone.hangup()
  await inState('1007', 'workingAfterCall')
  await sleep(100)
  t.equal(one.phone.rings.length, 1, 'nobody is rung while they wrap up')
  await one.desk.result('contact.wrapUp', {})
  t.match(await nthFact(emergency.callId, 'offer.made'), { agentId: '1007' })
  await one.phone.ringing(2)
  one.phone.reply()
  await nthFact(emergency.callId, 'call.established')
  t.same(factsOf(normal.callId, 'offer.made'), [], 'one agent, one caller')
  one.phone.hangup()
  await one.desk.result('setAgentState', { state: 'ready' }).catch(() => undefined) // May come before the talk is over: kept as pending.
  t.match(await nthFact(normal.callId, 'offer.made'), { agentId: '1007' })
  await one.phone.ringing(3)
  one.phone.reply()
  await nthFact(normal.callId, 'call.established')
  for (const { caller } of [first, second, normal, emergency]) caller.hangup()
})

scenario('who lacks the skill never gets the call, however long they are idle', async (t) => {
  const lacks = await agent('1020', atOnce)
  const { callId } = await dial(EXPERTS)
  const lostCard = await dial('955881')
  await nthFact(callId, 'call.queued')
  await nthFact(lostCard.callId, 'call.queued')
  await sleep(400)
  t.equal(lacks.phone.rings.length, 0)
  t.equal(statusOf('1020')?.state, 'ready')
  const has = await agent('1010', atOnce)
  t.match(await nthFact(lostCard.callId, 'call.established'), { agentId: '1010' })
  lostCard.caller.hangup()
  await inState('1010', 'workingAfterCall')
  await has.desk.result('contact.wrapUp', {})
  t.match(await nthFact(callId, 'call.established'), { agentId: '1010' })
  t.equal(lacks.phone.rings.length, 0)
})

scenario(
  'what agents choose while on a call comes into force after it; what is not possible is refused with what is',
  async (t) => {
    const one = await agent('1009', atOnce)
    const first = await dial(CARDS)
    await nthFact(first.callId, 'call.established')
    t.match(await one.desk.result('setAgentState', { state: 'notReady', reason: 'lunch' }), {
      state: 'busy',
      pending: { state: 'notReady', reason: 'lunch' }
    })
    first.caller.hangup()
    t.match(await inState('1009', 'workingAfterCall'), { pending: { state: 'notReady', reason: 'lunch' } })
    t.match(await inState('1009', 'notReady'), { reason: 'lunch' })

    const two = await agent('1005')
    const second = await dial(CARDS)
    await two.phone.ringing(1)
    t.match(await two.desk.result('setAgentState', { state: 'loggedOff' }), { state: 'loggedOff' })
    await until(() => two.phone.rings[0]?.end === 'cancelled', { what: 'the phone of who logged off to stop ringing' })
    t.match(await nthFact(second.callId, 'offer.ended'), { agentId: '1005', result: 'rejected' })
    await one.desk.result('setAgentState', { state: 'ready' })
    t.match(await nthFact(second.callId, 'call.established'), { agentId: '1009' })
    t.match(await one.desk.result('setAgentState', { state: 'loggedOff' }), { state: 'busy', pending: { state: 'loggedOff' } })

    t.match(await failureOf(two.desk, 'setAgentState', { state: 'ready' }), { code: 'AGENT_LOGGED_OFF', allowed: ['loggedOn'] })
    t.match(await failureOf(two.desk, 'contact.wrapUp', {}), { code: 'AGENT_NOT_IN_WRAP_UP', allowed: ['loggedOn'] })
    t.match(await failureOf(one.desk, 'contact.wrapUp', {}), {
      code: 'AGENT_NOT_IN_WRAP_UP',
      allowed: ['ready', 'notReady', 'loggedOff']
    })
    t.match(await failureOf(two.desk, 'setAgentState', { state: 'ready', agentId: '1009' }), { code: 'NOT_ALLOWED' })
    second.caller.hangup()
    await inState('1009', 'loggedOff')
  }
)

scenario(
  'a phone that is told to answers by itself; while it is gone its agent is away; a supervisor acts for them',
  async (t) => {
    using _ = centre.changeAgent('1003', { autoAnswer: true })
    const { phone, desk } = await agent('1003', { answer: 'when told' })
    const boss = await centre.desk('2001')
    const { caller, callId } = await dial(CARDS)
    await nthFact(callId, 'call.established')
    t.match(phone.rings[0]?.invite.header('alert-info'), /info=alert-autoanswer/)
    caller.hangup()
    await inState('1003', 'workingAfterCall')
    t.match(await failureOf(desk, 'contact.extendWrapUp', {}), { code: 'WRAP_UP_LIMIT' })
    const next = { state: 'notReady', reason: 'training' }
    t.match(await boss.result('contact.wrapUp', { agentId: '1003', next }), { ...next, by: '2001' })
    await seenBy(desk, 'agentNotReady', 1, { by: '2001', reason: 'training' })
    await boss.result('setAgentState', { agentId: '1003', state: 'ready' })

    await phone.unregister()
    t.match(await inState('1003', 'notReady'), { reason: 'phone-lost' })
    await registerPhone('1003', { answer: 'when told' })
    await inState('1003', 'ready')
    await seenBy(boss, 'backInService', 1, { deviceId: '1003' })
  }
)

scenario('supervisors see the calls of their teams and no others; nobody commands another’s call', async (t) => {
  const cards = await agent('1002', atOnce)
  await agent('1011', atOnce)
  const idle = await agent('1014', atOnce)
  const [lead, boss] = await Promise.all([centre.desk('teamlead'), centre.desk('2001')])
  const ofCards = await dial(CARDS)
  const ofHotline = await dial(HOTLINE)
  await nthFact(ofCards.callId, 'call.established')
  await nthFact(ofHotline.callId, 'call.established')
  await seenBy(boss, 'established', 2)
  await seenBy(lead, 'established')

  const seen = (desk: Desk) =>
    new Set(desk.events.flatMap((event) => ('callId' in event && event.callId !== undefined ? [event.callId] : [])))
  t.same(seen(lead), new Set([ofHotline.callId]))
  t.same(seen(boss), new Set([ofCards.callId, ofHotline.callId]))
  t.same(seen(cards.desk), new Set([ofCards.callId]))
  t.same(seen(idle.desk), new Set())
  t.match(await failureOf(lead, 'snapshotCall', { callId: ofCards.callId }), { code: 'CALL_UNKNOWN' })

  for (const [method, params] of [
    ['holdCall', {}],
    ['retrieveCall', {}],
    ['answerCall', {}],
    ['clearConnection', { deviceId: '1011' }],
    ['associateData', { data: { mine: true } }],
    ['singleStepTransferCall', { to: { kind: 'agent', agentId: '1014' } }]
  ] as const) {
    t.match(
      await failureOf(cards.desk, method, { callId: ofHotline.callId, ...params }),
      { code: 'CALL_UNKNOWN' },
      `${method} of another team`
    )
    t.match(
      await failureOf(idle.desk, method, { callId: ofHotline.callId, ...params }),
      { code: 'CALL_UNKNOWN' },
      `${method} of a colleague`
    )
  }
  t.match(await failureOf(lead, 'holdCall', { callId: ofHotline.callId }), {
    code: 'NOT_ON_THIS_CALL',
    allowed: ['clearConnection', 'clearCall', 'associateData']
  })
  await lead.result('clearConnection', { callId: ofHotline.callId, deviceId: '1011' })
  t.equal(await ofHotline.caller.ended(), 'server')
  await boss.result('clearCall', { callId: ofCards.callId })
  t.equal(await ofCards.caller.ended(), 'server')
  t.match((await nthFact(ofCards.callId, 'call.ended')).termination, { result: 'completed', reason: 'cleared-by-desk' })

  await Promise.all([storyOf(ofCards.callId), storyOf(ofHotline.callId)])
  await t.rejects(centre.get(`/api/v1/calls/${ofCards.callId}`, '1011'), /404/, 'agents read their own calls only')
  t.match(await centre.get(`/api/v1/calls/${ofHotline.callId}`, '1011'), { call: { callId: ofHotline.callId } })
})

/** A colleague does not answer for as long as their phone may ring. */
async function goesBackToTheHead(t: Test): Promise<void> {
  const one = await agent('1001', { ...atOnce, voiceHz: 440 })
  const sent = await dial(CARDS)
  const first = await nthFact(sent.callId, 'call.queued')
  await nthFact(sent.callId, 'call.established')
  const colleague = await agent('1002')

  t.equal(
    (await one.desk.request('singleStepTransferCall', { callId: sent.callId, to: { kind: 'agent', agentId: '1002' } })).error,
    undefined
  )
  await one.desk.result('setAgentState', { state: 'notReady', reason: 'break' })
  await colleague.phone.ringing(1)
  const later = await dial(CARDS)
  const waits = await nthFact(later.callId, 'call.queued')
  const again = await nthFact(sent.callId, 'call.queued', 2, 25_000)
  t.match(factsOf(sent.callId, 'offer.ended')[1], { agentId: '1002', result: 'missed' })
  t.match(await inState('1002', 'notReady'), { reason: 'missed' })
  t.equal(again.enqueuedAt, first.enqueuedAt, 'the first time in the queue is kept')
  t.ok(again.enqueuedAt < waits.enqueuedAt)

  await one.desk.result('setAgentState', { state: 'ready' })
  t.match(await nthFact(sent.callId, 'call.established', 2), { agentId: '1001' })
  t.same(factsOf(later.callId, 'offer.made'), [], 'who came later waits')
  t.match((await seenBy(one.desk, 'delivered', 2, { agentId: '1001' })).data?.waited.queues, ['card-security'])
  sent.caller.hangup()
  later.caller.hangup()
}

/** Caller and agent act in the same moment, over and over. */
async function actsInTheSameMoment(t: Test): Promise<void> {
  const { phone, desk } = await agent('1011')
  const outcomes = new Map<string, number>()
  const play = async (n: number, act: (caller: TestCaller) => Promise<void>) => {
    const { caller, callId } = await dial(SALES)
    await until(() => phone.rings.at(-1)?.end === undefined && phone.rings.length > 0, {
      what: `the phone rings for caller ${n}`
    })
    const since = facts.length
    await act(caller)
    const isOver = () => facts.slice(since).some((fact) => fact.type === 'call.ended' && fact.callId === callId)
    const isRefused = () => statusOf('1011')?.state === 'notReady'
    await until(() => isOver() || isRefused() || phone.rings.at(-1)?.end === undefined, {
      what: `caller ${n} is served, rung for again or left alone`
    })
    // The agent went before the two were joined: the caller is still to be served.
    if (!isOver()) caller.hangup()
    const { termination } = await nthFact(callId, 'call.ended')
    // Gone so fast that there was no answer.
    if (isRefused()) {
      t.equal(statusOf('1011')?.reason, 'rejected')
      await desk.result('setAgentState', { state: 'ready' })
    }
    await inState('1011', 'ready')
    const offers = factsOf(callId, 'offer.ended').map(({ result }) => result)
    const outcome = `${termination.reason} ${offers} ${factsOf(callId, 'call.established').length}`
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    t.equal(factsOf(callId, 'leg.ended').length, offers.filter((result) => result === 'answered').length)
    const talked = factsOf(callId, 'call.established').length > 0
    t.equal(termination.result, talked ? 'completed' : 'abandoned', outcome)
    await until(() => !phone.talking && phone.rings.every(({ end }) => end !== undefined), { what: 'the phone is quiet' })
  }

  const delays = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 20, 30, 40, 60]
  for (const ms of delays) {
    await play(ms, async (caller) => {
      phone.reply()
      if (ms > 0) await sleep(ms)
      caller.hangup()
    })
  }
  for (let n = 0; n < 5; n++) {
    await play(n, async (caller) => {
      caller.hangup()
      if (n > 0) await sleep(n)
      if (phone.rings.at(-1)?.end === undefined) phone.reply()
    })
  }
  for (const ms of delays) {
    await play(ms, async () => {
      phone.reply()
      if (ms > 0) await sleep(ms)
      phone.hangup()
    })
  }
  t.comment(JSON.stringify([...outcomes]))
}

scenario(
  'a colleague who does not answer gives the caller back; whoever hangs up in the moment of the answer, it ends once',
  async (t) => {
    await Promise.all([goesBackToTheHead(t), actsInTheSameMoment(t)])
  }
)

scenario('fifty calls in the menu and forty for ten agents at once all end once, and nobody is ever with two', async (t) => {
  const users = [...Array(5).keys()].flatMap((n) => [`100${n + 1}`, `101${n + 1}`])
  for (const user of users) await agent(user, { answer: { status: 200, afterMs: 30 }, talkMs: 300 })
  const impatient = new Set<string>()
  const queueing = async () => {
    for (let n = 0; n < 40; n++) {
      const { caller, callId } = await dial(n % 2 === 0 ? CARDS : HOTLINE)
      if (n % 4 === 3) {
        impatient.add(callId)
        setTimeout(() => caller.hangup(), 20 * n)
      }
      await sleep(20)
    }
  }
  const [menu] = await Promise.all([
    runSipp({ sip, number: '95588', from: '13800138000', calls: 50, callsPerSecond: 25, steps: [{ pauseMs: 3000 }, 'hang up'] }),
    queueing()
  ])
  t.match(menu, { ok: true, successful: 50, failed: 0 })

  const ends = () => facts.filter((fact) => fact.type === 'call.ended')
  await until(() => ends().length === 90, { ms: 20_000, what: () => `90 calls to end (${ends().length})` })
  t.equal(facts.filter(({ type }) => type === 'call.started').length, 90)
  t.equal(new Set(ends().map(({ callId }) => callId)).size, 90)
  const results = (fits: (callId: string) => boolean) =>
    ends().reduce<Record<string, number>>((sum, { callId, termination: { reason } }) => {
      if (fits(callId)) sum[reason] = (sum[reason] ?? 0) + 1
      return sum
    }, {})
  const inMenu = new Set(
    facts.flatMap((fact) => (fact.type === 'call.started' && fact.dialed === '95588' ? [fact.callId as string] : []))
  )
  t.same(
    results((id) => inMenu.has(id)),
    { 'caller-hung-up': 50 }
  )
  const served = results((id) => !inMenu.has(id) && !impatient.has(id))
  t.same(served, { 'agent-hung-up': 20, 'flow-hangup': 10 }, 'everybody who waited was served')
  t.equal(
    Object.values(results((id) => impatient.has(id))).reduce((sum, one) => sum + one, 0),
    10
  )
})

scenario('an application decides where a caller goes, or the flow does in its place; a webhook hears of it', async (t) => {
  const ten = await agent('1010', { ...atOnce, voiceHz: 440 })
  const app = await centre.desk('admin')
  t.same(await app.result('routeRegister', { app: 'crm-router' }), { serving: true })
  const { caller, callId } = await dial('7609')
  const asked = await seenBy(app, 'routeRequest', 1, { callId })
  t.match(asked, { app: 'crm-router', given: { dialed: '7609' }, call: { callId, calledDevice: '7609' } })
  await app.result('routeSelect', { routeId: asked.routeId, to: { kind: 'agent', agentId: '1010' }, data: { score: 7 } })
  t.match(await seenBy(ten.desk, 'delivered', 1, { callId }), { data: { collected: { score: 7 } } })
  await caller.ear.untilHears(440)
  await nthFact(callId, 'call.established')
  t.match(await seenBy(app, 'routeEnd', 1, { callId }), { cause: 'selected' })
  caller.hangup()
  await inState('1010', 'ready')

  const second = await dial('7609')
  const left = await seenBy(app, 'routeRequest', 1, { callId: second.callId })
  t.match(await app.request('routeSelect', { routeId: left.routeId, to: { kind: 'queue', queue: 'none' } }), {
    error: { data: { code: 'ROUTE_INVALID' } }
  })
  t.match(await nthFact(second.callId, 'call.queued'), { queue: 'service' })
  const unanswered = await dial('7609')
  t.match(await seenBy(app, 'routeEnd', 1, { callId: unanswered.callId }), { cause: 'timedOut' })
  t.match(await nthFact(unanswered.callId, 'call.queued'), { queue: 'service' })
  await nthFact(second.callId, 'call.established')
  for (const call of [unanswered, second]) call.caller.hangup()

  const ofCall = (id: string) => receiver.received.filter(({ event }) => event.callId === id).map(({ event }) => event.type)
  await until(() => [callId, second.callId].every((id) => ofCall(id).includes('callCleared')), {
    what: 'the webhook to hear of both'
  })
  t.same(
    [ofCall(callId), ofCall(second.callId), ofCall(unanswered.callId)],
    [['established', 'callCleared'], ['established', 'callCleared'], []]
  )
  t.equal(receiver.received[0]?.event.type, 'webhook.started')

  const put = async (url: string) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${await centre.signIn('admin')}` }
    const body = JSON.stringify({ value: { url, secret_env: 'WEBHOOK_TEST', queues: ['service'] } })
    const { status } = await fetch(`${centre.url}/api/v1/configuration/webhooks/other`, { method: 'PUT', headers, body })
    return status
  }
  t.same([await put('http://10.0.0.1/'), await put(`${receiver.url}/other`)], [422, 200])
  t.match(await centre.get('/api/v1/webhooks'), {
    items: [
      { webhook: 'crm', dead: 0 },
      { webhook: 'other', waiting: 0 }
    ]
  })
})

scenario('the traces of all these calls tell what their records tell', async (t) => {
  const stories = await allTracesFit(t, collector, centre.postgres.database)
  t.ok(stories.some(({ legs }) => legs.filter(({ kind, connectedAt }) => kind === 'agent' && connectedAt !== null).length > 1))
  const names = new Set(collector.spans.map(({ name }) => name.split(' ')[0]))
  for (const name of ['call', 'flow', 'queue', 'offer', 'talk', 'hold']) t.ok(names.has(name), `there is a ${name} among them`)
  const persons = new Set(stories.flatMap(({ call: { door, caller } }) => (door === 'trunk' && caller !== null ? [caller] : [])))
  const told = [...persons].filter((caller) => caller.length > 4 && collector.bodies.some((body) => body.includes(`"${caller}"`)))
  t.same(told, [], 'and no caller is named')
})

t.test('the desks were told what this file is to show, each with all that its type promises', async (t) => {
  await allEventsShown(t, 'tests/centre/agents.test.ts')
})
