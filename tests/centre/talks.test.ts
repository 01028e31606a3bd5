import t, { type Test } from 'tap'
import type { ResultOf } from '../../src/cti/messages.ts'
import { Centre, password } from '../helpers/centre/centre.ts'
import {
  endRound,
  hearEachOther,
  isIn,
  type TalkAgent,
  talkAgent,
  talkRound,
  talkSupervisor,
  talkTo,
  withSupervisors
} from '../helpers/centre/talk-scenario.ts'
import { allEventsShown } from '../helpers/cti/seen-events.ts'
import { allTracesFit, startTraceCollector } from '../helpers/http/trace-collector.ts'
import { TestPhone } from '../helpers/phones/test-phone.ts'
import { until } from '../helpers/until.ts'

/** Numbers of tests/centre/flows/desks.yaml: the teams serve none of each other's. */
const CARDS = '7601'
const SALES = '7605'

const collector = await startTraceCollector()
/** Somebody outside who is called by a number: the network is their own phone. */
const NUMBER = '13912345678'
const network = await TestPhone.start({ reply: 200, voiceHz: 740 })
const centre = await Centre.start({
  variables: { PHONE_TRANSFERS: 'on', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
  edit: (yaml) => `${withSupervisors(yaml)}
callbacks: { address: "${network.uri.replace('sip:phone@', 'sip:{number}@')}", caller_id: "95588", allowed: ["${NUMBER}"] }
`
})
t.setTimeout(240_000)
t.teardown(async () => {
  await centre.stop()
  await collector.close()
  network.close()
})

async function threeAgents(first: number, hertz: readonly [number, number, number]): Promise<[TalkAgent, TalkAgent, TalkAgent]> {
  return await Promise.all([
    talkAgent(centre, String(first), hertz[0]),
    talkAgent(centre, String(first + 1), hertz[1]),
    talkAgent(centre, String(first + 2), hertz[2])
  ])
}

async function leave(agents: readonly TalkAgent[]): Promise<void> {
  for (const { phone } of agents) await phone.close()
}

interface Story {
  readonly call: { readonly agents: readonly string[]; readonly termination: { readonly reason: string } | null }
  readonly legs: readonly { readonly kind: string; readonly device: string; readonly result: string | null }[]
  readonly events: readonly { readonly type: string }[]
}

t.test('three phones and a caller: consult, conference, transfer, barge; the record has all legs', async (t) => {
  const agents = await threeAgents(1011, [440, 540, 640])
  const supervisor = await talkSupervisor(centre, '2001', 740)
  const { caller, callId, times } = await talkRound(centre, SALES, '13910001001', agents, supervisor)
  t.comment(JSON.stringify(times))
  await endRound(centre, caller, agents, supervisor)
  const ended = await centre.fact('call.ended', { fits: (fact) => fact.callId === callId })
  t.equal(ended.termination.reason, 'caller-hung-up-after-talk')
  t.ok(ended.totals.heldMs > 0 && ended.totals.heldMs < ended.totals.talkedMs, JSON.stringify(ended.totals))
  const story = await storyOf(callId)
  t.same(story.call.agents, ['1011', '1012', '1013'])
  t.match(story.legs, [
    { kind: 'caller' },
    { kind: 'agent', device: '1011', result: 'answered' },
    { kind: 'agent', device: '1012', result: 'answered' },
    { kind: 'agent', device: '1013', result: 'answered' }
  ])
  t.same(
    story.events
      .map(({ type }) => type)
      .filter((type) => /^(consultation|call\.(transferred|conferenced|held|retrieved))/.test(type)),
    [
      ...['call.held', 'consultation.started', 'call.retrieved', 'call.conferenced', 'consultation.ended'],
      ...['call.held', 'consultation.started', 'call.transferred', 'consultation.ended', 'call.conferenced']
    ]
  )
  await leave([...agents, supervisor])
})

t.test('the transfer key of a phone does what the desk does, and nothing else', async (t) => {
  const [one, two] = await Promise.all([talkAgent(centre, '1017', 440), talkAgent(centre, '1018', 540)])
  const { caller, callId } = await talkTo(centre, SALES, '13910001004', one)
  await two.desk.result('setAgentState', { state: 'ready' })
  one.phone.refer('13900000000')
  await until(() => one.phone.notified.some((text) => / 603 /.test(text)), { what: () => `603 (${one.phone.notified})` })
  await hearEachOther(caller, one)

  // The second line of the phone: a consultation, which its hang-up ends.
  const ofCall = { fits: (fact: { readonly callId: string }) => fact.callId === callId }
  const secondLine = async () => {
    one.phone.hold()
    await centre.fact('call.held', { since, ...ofCall })
    const line = await centre.call(two.user, { from: one.user, password, voiceHz: one.hertz })
    await line.answered()
    await Promise.all([two.phone.ear.untilHears(one.hertz), line.ear.untilHears(two.hertz)])
    return line
  }
  let since = centre.events.length
  const line = await secondLine()
  t.notOk(caller.ear.hears(one.hertz) || caller.ear.hears(two.hertz), 'the caller is on hold')
  t.match(await centre.fact('consultation.started', { since, ...ofCall }), { agentId: one.user, to: two.user })
  line.hangup()
  t.match(await centre.fact('consultation.ended', { since, ...ofCall }), { result: 'reconnected' })
  one.phone.resume()
  await hearEachOther(caller, one)
  const refused = await centre.call('13900000000', { from: one.user, password })
  t.equal(await refused.refused(), 404, 'a number that nobody may call')
  await isIn(centre, two, 'ready')

  since = centre.events.length
  const again = await secondLine()
  one.phone.refer(two.user, again.replaces)
  await until(() => one.phone.notified.some((text) => / 200 /.test(text)), { what: () => `200 (${one.phone.notified})` })
  await Promise.all([one.phone.ended(), again.ended()])
  await hearEachOther(caller, two)
  t.match(await centre.fact('call.transferred', { since, ...ofCall }), { from: one.user, to: two.user })
  t.match(await centre.fact('consultation.ended', { since, ...ofCall }), { result: 'transferred' })

  // To a number outside, by the rules that callbacks have.
  two.phone.refer(NUMBER)
  await until(() => two.phone.notified.some((text) => / 200 /.test(text)), { what: () => `200 (${two.phone.notified})` })
  await Promise.all([two.phone.ended(), caller.ear.untilHears(740)])
  caller.hangup()
  await centre.fact('call.ended', ofCall)
  await centre.expectNothingLeft()
  await leave([one, two])
})

async function storyOf(callId: string): Promise<Story> {
  for (let tries = 0; tries < 200; tries++) {
    const story = await centre.get<Story>(`/api/v1/calls/${callId}`).catch(() => undefined) // 404 until it is written.
    if (story?.call.termination != null) return story
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`There is no record of call ${callId}`)
}

t.test('phones that hang up in the middle, on two teams at once', async (t) => {
  await Promise.all([consultedAndBack(t), linesThatBreak(t)])
  await queueAndNumber(t)
  await centre.expectNothingLeft()
})

/** Alternate, reconnect, somebody outside; whoever is consulted hangs up: the agent has the caller again. */
async function consultedAndBack(t: Test): Promise<void> {
  const agents = await threeAgents(1014, [440, 540, 640])
  const [one, two] = agents
  const { caller, callId } = await talkTo(centre, SALES, '13910001002', one)
  await two.desk.result('setAgentState', { state: 'ready' })
  const to = { kind: 'agent', agentId: two.user }

  await one.desk.result('consultationCall', { callId, to })
  await two.phone.ear.untilHears(one.hertz)
  // Music.
  await caller.ear.untilSound()
  t.notOk(caller.ear.hears(one.hertz, 100), 'the caller does not hear the two')
  await one.desk.result('alternateCall', { callId })
  await hearEachOther(caller, one)
  await two.phone.ear.untilSound()
  await one.desk.result('alternateCall', { callId })
  await two.phone.ear.untilHears(one.hertz)
  two.phone.hangup()
  await hearEachOther(caller, one)
  await isIn(centre, two, 'ready')

  const outside = await TestPhone.start({ reply: 200, voiceHz: 740 })
  await one.desk.result('consultationCall', { callId, to: { kind: 'sip', uri: outside.uri } })
  await one.phone.ear.untilHears(740)
  await one.desk.result('transferCall', { callId })
  await Promise.all([caller.ear.untilHears(740), one.phone.ended()])
  outside.hangup()
  t.equal(await caller.ended(), 'server', 'the talk with somebody outside is over with them')
  outside.close()
  await leave(agents)
}

/** Whom an agent does not know by name: the first one free of a queue, and a number. */
async function queueAndNumber(t: Test): Promise<void> {
  const agents = await Promise.all([talkAgent(centre, '1019', 440), talkAgent(centre, '1003', 540)])
  const [one, two] = agents
  const { caller, callId } = await talkTo(centre, SALES, '13910001005', one)
  const consultation = await one.desk.result<ResultOf<'consultationCall'>>('consultationCall', {
    callId,
    to: { kind: 'queue', queue: 'card-security' }
  })
  await Promise.all([one.phone.ear.untilSound(), caller.ear.untilSound()])
  await two.desk.result('setAgentState', { state: 'ready' })
  await Promise.all([one.phone.ear.untilHears(two.hertz), two.phone.ear.untilHears(one.hertz)])
  const heard = () =>
    one.desk.events.flatMap((event) => ('callId' in event && event.callId === consultation.callId ? event.type : []))
  await until(() => heard().includes('established'), { what: () => `established (${heard()})` })
  t.same(heard(), ['originated', 'queued', 'delivered', 'established'])
  await one.desk.result('conferenceCall', { callId: consultation.callId })
  await hearEachOther(caller, one, two)
  two.phone.hangup()
  await isIn(centre, two, 'ready')

  await one.desk.result('consultationCall', { callId, to: { kind: 'number', number: NUMBER } })
  await one.phone.ear.untilHears(740)
  await one.desk.result('transferCall', { callId })
  await Promise.all([caller.ear.untilHears(740), one.phone.ended()])
  caller.hangup()
  await leave(agents)
}

/** Agents whose phones go while their caller is on hold: the caller is served by the next one. */
async function linesThatBreak(t: Test): Promise<void> {
  const agents = await threeAgents(1001, [450, 550, 650])
  const [one, two, three] = agents
  const { caller, callId } = await talkTo(centre, CARDS, '13910001003', one)
  await two.desk.result('setAgentState', { state: 'ready' })
  await one.desk.result('consultationCall', { callId, to: { kind: 'agent', agentId: two.user } })
  await two.phone.ear.untilHears(one.hertz)
  await Promise.all([two, three].map(({ desk }) => desk.result('setAgentState', { state: 'notReady', reason: 'break' })))
  one.phone.hangup()
  await two.phone.ended()
  await isIn(centre, one, 'workingAfterCall')
  await isIn(centre, two, 'notReady')
  await three.desk.result('setAgentState', { state: 'ready' })
  await hearEachOther(caller, three)

  // A colleague who never picks up: the caller comes back to the queue, at the head, and to who is there.
  await isIn(centre, two, 'notReady')
  two.phone.answer = 'by hand'
  await two.desk.result('setAgentState', { state: 'ready' })
  await three.desk.result('consultationCall', { callId, to: { kind: 'agent', agentId: two.user } })
  const ring = await two.phone.ringing(2)
  await three.phone.ear.untilSound()
  await three.desk.result('transferCall', { callId })
  await three.phone.ended()
  await isIn(centre, one, 'ready')
  two.phone.reply(486)
  await hearEachOther(caller, one)
  t.equal(ring.end, 'refused')

  // The caller goes in the middle of a consultation: everybody is let go.
  await isIn(centre, three, 'ready')
  await one.desk.result('consultationCall', { callId, to: { kind: 'agent', agentId: three.user } })
  await three.phone.ear.untilHears(one.hertz)
  caller.hangup()
  await Promise.all([one.phone.ended(), three.phone.ended()])
  await isIn(centre, one, 'workingAfterCall')
  await isIn(centre, three, 'ready')
  await leave(agents)
}

t.test('the traces of all these calls tell what their records tell', async (t) => {
  await allTracesFit(t, collector, centre.postgres.database)
  const named = (name: string) => collector.spans.filter((span) => span.name.startsWith(name))
  const parentOf = (id?: string) => collector.spans.find(({ spanId }) => spanId === id)?.name
  t.ok(named('consultation').length > 1)
  t.ok(
    named('consultation').every(({ parentSpanId }) => parentOf(parentSpanId)?.startsWith('talk ')),
    'agents consult in their talks'
  )
  t.ok(named('hold').every(({ parentSpanId }) => parentOf(parentSpanId)?.startsWith('talk ')))
})

t.test('the desks were told what this file is to show, each with all that its type promises', async (t) => {
  await allEventsShown(t, 'tests/centre/talks.test.ts')
})
