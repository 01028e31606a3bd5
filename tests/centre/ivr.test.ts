import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import type { DomainEventOf } from '../../src/domain/events.ts'
import { Centre } from '../helpers/centre/centre.ts'
import { type Visit, Visits } from '../helpers/centre/visits.ts'
import { createOddBank } from '../helpers/flow/odd-bank.ts'
import { allTracesFit, startTraceCollector } from '../helpers/http/trace-collector.ts'
import { TestPhone } from '../helpers/phones/test-phone.ts'
import { until } from '../helpers/until.ts'

const card = '6225880000000019'
/** The customer of the example who hears English. */
const english = '13800138000'
const reportedLost = '13900139000'

const bank = createOddBank()
const logLines: string[] = []
const collector = await startTraceCollector()
const centre = await Centre.start({
  bank: bank.server,
  onLogLine: (line) => logLines.push(line),
  variables: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }
})
const visits = new Visits(centre)
t.teardown(async () => {
  await centre.stop()
  await collector.close()
})
// Telephone calls are slow; each waits for itself with a limit of its own.
t.setTimeout(280_000)

t.afterEach(async () => {
  await centre.expectNothingLeft()
  t.same(visits.endedBadly(), [], 'every call ended once, and nothing was told of it after that')
})

t.test('a caller hears their balance, and the card number is written down nowhere', async (t) => {
  const visit = await visits.call('95588', { from: english })
  const { caller } = visit
  await visit.left('welcome')
  t.ok(caller.ear.soundMs() > 500, 'the welcome was heard')
  await caller.press('1')
  await visit.left('main')
  await caller.ear.untilSound()
  await caller.press('6225880000000018') // Does not pass the check: as secret as a right one.
  await caller.press(card)
  await visit.left('fetch')
  const answered = Date.now()
  await visit.left('tell', 15_000)
  t.ok(caller.ear.soundMs(answered) > 2000, `the amount was spoken (${caller.ear.soundMs(answered)} ms of sound)`)
  caller.hangup()
  t.equal(await visit.ending(), 'completed caller-hung-up')

  const path = ['welcome', 'main:1', 'balance:answer', 'fetch:answer', 'tell', 'main:left']
  t.same(visit.path(), path)
  t.match((await visit.left('balance')).entry, { detail: '••••' })

  const story = await recorded(visit)
  t.same(
    story.path.map(({ step, exit }) => (exit === null ? step : `${step}:${exit}`)),
    path,
    'the record tells the same way'
  )
  t.match(story.call, { caller: english, flow: { name: 'bank-hotline' }, termination: { result: 'completed' } })

  const tables = ['call_events', 'calls', 'call_steps', 'legs'].map(
    (table) => `select to_jsonb(${table})::text as row from ${table}`
  )
  const rows = await centre.postgres.database.query<{ row: string }>(tables.join(' union all '))
  t.ok(rows.length > 10 && logLines.length > 3, 'there is something to search')
  // The first digits are enough to find either number, also when it was cut.
  const digits = card.slice(0, 8)
  for (const [place, text] of Object.entries({
    facts: JSON.stringify(visits.history),
    'API answer': JSON.stringify(story),
    database: JSON.stringify(rows),
    log: logLines.join('\n'),
    "Asterisk's log": await centre.asterisk.log()
  })) {
    t.notOk(text.includes(digits), `not in the ${place}`)
  }
  t.same(await filesWith(digits, centre.config.environment.DATA_DIR), [], 'not in a file')
  t.notMatch(logLines.join('\n'), /dtmf|"digit"/i, 'single keys are not in the log either')
})

t.test('who knows the way types ahead and hears nothing of it', async (t) => {
  const visit = await visits.call('95588', { from: english })
  await visit.caller.ear.untilSound()
  await visit.caller.press('1')
  const typing = Date.now()
  await visit.caller.press(card)
  const typed = Date.now()
  const { at } = await visit.left('fetch')
  t.ok(at - typed < 2_000, `the answer is there ${at - typed} ms after the last key`)
  const soundMs = visit.caller.ear.soundMs(typing + 200) - visit.caller.ear.soundMs(at)
  t.ok(soundMs < 60, `no prompt was begun between the keys (${soundMs} ms of sound)`)
  t.same(visit.path().slice(0, 4), ['welcome:interrupted', 'main:1', 'balance:answer', 'fetch:answer'])
})

t.test('a number that a telephone dials from its memory, faster than fingers, is taken as it is', async (t) => {
  const speeds = [
    { durationMs: 80, gapMs: 20 },
    { durationMs: 60, gapMs: 40 },
    { durationMs: 40, gapMs: 20 }
  ]
  await Promise.all(
    speeds.map(async (speed) => {
      const visit = await visits.call('95588', { from: english })
      await visit.caller.ear.untilSound()
      await visit.caller.press(`1${card}`, speed)
      await visit.left('balance')
      const path = ['welcome:interrupted', 'main:1', 'balance:answer']
      t.same(visit.path().slice(0, 3), path, `keys of ${speed.durationMs} ms with ${speed.gapMs} ms between`)
    })
  )
})

t.test('a key cuts a prompt short at once', async (t) => {
  const heldMs = 80
  const cuts = await Promise.all(
    [300, 500, 700, 900, 1100].map(async (ms) => {
      const visit = await visits.call('7130')
      const { ear } = visit.caller
      await ear.untilSound()
      await until(() => Date.now() - (ear.soundBegan() as number) >= ms, { what: 'a part of the prompt is heard' })
      const up = Date.now() + heldMs
      await visit.caller.press('1', { durationMs: heldMs })
      await ear.untilSilent(400)
      t.ok(ear.soundMs() > ms / 2 && ear.soundMs() < 2500, `a part of the prompt was heard (${ear.soundMs()} ms)`)
      await visit.caller.press('2')
      t.equal(await visit.ending(), 'completed flow-hangup')
      t.match((await visit.left('talkative')).entry, { exit: 'answer', detail: '12' })
      return (ear.soundLast() as number) - up
    })
  )
  cuts.sort((one, other) => one - other)
  t.ok((cuts[2] as number) < 300, `sound after the key came up: ${cuts} ms`)
  t.ok((cuts[4] as number) < 1_000, 'nobody had to listen much longer')
})

t.test('spoken numbers, which are many clips, are cut short as one', async (t) => {
  const visit = await visits.call('7005')
  const { ear } = visit.caller
  await until(() => ear.soundMs() > 1500, { ms: 8000, what: 'some of the number is heard' })
  const up = Date.now() + 80
  await visit.caller.press('1', { durationMs: 80 })
  t.equal(await visit.ending(), 'completed flow-hangup')
  t.same(visit.path(), ['which:when', 'numbers:interrupted', 'bye'])
  await visit.caller.ended()
  t.ok((visit.caller.endedAt as number) - up < 1_500, 'the call went on at once')
  t.ok((ear.soundLast() as number) - up < 1_000, `sound after the key came up: ${(ear.soundLast() as number) - up} ms`)
})

t.test('whoever says nothing, or something else, is told so in other words each time and then sent on', async (t) => {
  const [silent, wrong, once] = await Promise.all([visits.call('7131'), visits.call('7131'), visits.call('7001')])
  const answers = async () => {
    for (let n = 1; n <= 3; n++) {
      await until(() => wrong.caller.ear.sayings().length >= n, { ms: 8000, what: `saying ${n}` })
      await wrong.caller.press('7')
    }
  }
  const [, noInput, noMatch, twice] = await Promise.all([
    answers(),
    silent.left('patient', 25_000),
    wrong.left('patient', 25_000),
    once.left('ask', 25_000)
  ])
  t.match(noInput.entry, { exit: 'no_input' })
  const sayings = silent.caller.ear.sayings()
  t.equal(sayings.length, 3, `question, complaint, longer complaint: ${sayings}`)
  t.ok((sayings[2] as number) > 2 * (sayings[1] as number), 'the second complaint says more')

  t.match(noMatch.entry, { exit: 'no_match', detail: '7' })
  t.same([await wrong.ending(), await silent.ending()], Array(2).fill('completed flow-hangup'))
  t.same(wrong.path(), ['which:when', 'patient:no_match', 'refused'])

  t.match(twice.entry, { exit: 'no_input' })
  await once.ending()
  t.same(once.path(), ['which:when', 'ask:no_input', 'silent'])
})

t.test('the time between digits makes an answer of enough digits and a wrong input of too few', async (t) => {
  const [enough, few] = await Promise.all([visits.call('7003'), visits.call('7003')])
  const typeEnough = async () => {
    await enough.caller.ear.untilSound()
    await enough.caller.press('12')
    return Date.now()
  }
  const typeFew = async () => {
    for (let n = 1; n <= 2; n++) {
      await few.caller.ear.untilSound(5000)
      await few.caller.press('1')
      await few.caller.ear.untilSilent(100)
    }
  }
  const [typed] = await Promise.all([typeEnough(), typeFew()])
  const { entry, at } = await enough.left('pin')
  t.match(entry, { exit: 'answer', detail: '••••' })
  // 600 ms from the last key; the prompt would have gone on for longer than the key that stopped it.
  t.ok(at - typed > 400 && at - typed < 1200, `digits typed into the prompt count as soon as their time is up (${at - typed} ms)`)
  t.match((await few.left('pin', 8000)).entry, { exit: 'no_match' })
  await few.ending()
  t.same(few.path(), ['which:when', 'pin:no_match', 'wrong'])
})

t.test('a lost card comes to the card agents at once, from everywhere, and hears no menu', async (t) => {
  bank.keepsBalances = true
  t.teardown(() => {
    bank.keepsBalances = false
  })
  const callAndPress = async (keys: string) => {
    const visit = await visits.call('95588')
    await visit.caller.ear.untilSound()
    await visit.caller.press(keys)
    return visit
  }
  const ways: Record<string, () => Promise<[visit: Visit, fastPath: string, before: string[]]>> = {
    'the number for lost cards': async () => [await visits.call('955881'), 'lost-card-line', []],
    'a customer who reported it': async () => [await visits.call('95588', { from: reportedLost }), 'lost-card-reported', []],
    // The first of the two keys ends the welcome; the menu waits for the second.
    'during the welcome': async () => [await callAndPress('*9'), 'lost-card-key', ['welcome:interrupted', 'main:shortcut']],
    'during the menu': async () => {
      const visit = await visits.call('95588')
      await visit.left('welcome', 8000)
      await visit.caller.ear.untilSound()
      await visit.caller.press('*9')
      return [visit, 'lost-card-key', ['welcome', 'main:shortcut']]
    },
    'while typing a card number': async () => {
      const visit = await callAndPress('162258*9')
      return [visit, 'lost-card-key', ['welcome:interrupted', 'main:1', 'balance:shortcut']]
    },
    'while the bank is asked': async () => {
      const visit = await callAndPress(`1${card}`)
      await until(() => bank.kept.includes('/balance'), { what: 'the bank is asked' })
      await visit.caller.press('*9')
      return [visit, 'lost-card-key', ['welcome:interrupted', 'main:1', 'balance:answer', 'fetch:shortcut']]
    },
    'while waiting for an agent': async () => {
      const visit = await callAndPress('0')
      await visit.fact('call.queued', ({ queue }) => queue === 'service')
      await visit.caller.press('*9')
      await visit.fact('call.dequeued', ({ queue, exit }) => queue === 'service' && exit === 'left')
      return [visit, 'lost-card-key', ['welcome:interrupted', 'main:0', 'agent:open', 'to_service:shortcut']]
    }
  }
  await Promise.all(
    Object.entries(ways).map(async ([where, come]) => {
      const [visit, fastPath, before] = await come()
      const done = Date.now()
      const queued = await visit.fact('call.queued', ({ queue }) => queue === 'card-security')
      t.match(queued, { priority: 'emergency', data: { fastPath, intent: 'lost-card' } }, where)
      t.same(visit.path(), before, `${where}: nothing between the key and the queue`)
      t.ok(queued.at - done < 1_500, `${where}: at once (${queued.at - done} ms)`)
      t.same(
        visit.factsOf('shortcut.taken').map(({ shortcut }) => shortcut),
        [fastPath]
      )
      await visit.caller.ear.untilSound()
    })
  )
  t.ok(bank.givenUp.includes('/balance'), 'the bank was not kept waiting')
  const { waiting } = centre.server.distribution.queueStatus('card-security') ?? {}
  t.equal(waiting, Object.keys(ways).length)
})

t.test('a number that nobody answers is refused before it is answered', async (t) => {
  const visit = await visits.dial('4711')
  t.equal(await visit.caller.refused(), 404)
  t.equal(visit.caller.answeredAt, undefined)
  t.equal(await visit.ending(), 'refused unknown-number')
  t.same(visit.factsOf('call.answered'), [])
})

t.test('a caller who hangs up ends whatever was under way', async (t) => {
  await centre.phones(['1005'], { answer: 'manual' })
  await Promise.all([centre.readyAgent('1005'), loggedOn('1011')])
  const ringing = await TestPhone.start({ reply: 'ring' })
  const answering = await TestPhone.start({ reply: 200, voiceHz: 700 })
  t.teardown(() => [ringing, answering].forEach((phone) => void phone.close()))

  interface Case {
    readonly number: string
    readonly from?: string
    readonly step?: string
    until(visit: Visit): Promise<unknown>
    readonly ending?: string
  }
  const sound = (visit: Visit) => visit.caller.ear.untilSound()
  const cases: Record<string, Case> = {
    'while something is said': { number: '7002', step: 'long', until: sound },
    'in a menu': { number: '7001', step: 'ask', until: sound },
    'while asked for digits': { number: '7003', step: 'pin', until: (visit) => visit.caller.press('1') },
    'while another system is asked': {
      number: '7004',
      step: 'slow',
      until: () => until(() => bank.kept.includes('/slow'), { what: 'the request' })
    },
    'in a queue': {
      number: '7006',
      step: 'sell',
      until: (visit) => visit.fact('call.queued'),
      ending: 'abandoned caller-hung-up-in-queue'
    },
    'while an agent is rung': {
      number: '7111',
      step: 'to_agent',
      until: (visit) => visit.fact('offer.ringing'),
      ending: 'abandoned caller-hung-up-in-queue'
    },
    'while a telephone outside rings': { number: '7112', from: portOf(ringing), step: 'to_phone', until: () => ringing.rings() },
    'while talking to the outside': {
      number: '7112',
      from: portOf(answering),
      step: 'to_phone',
      until: async (visit) => {
        await visit.fact('leg.connected')
        await visit.caller.ear.untilHears(700)
      },
      ending: 'completed caller-hung-up-after-talk'
    }
  }
  await Promise.all(
    Object.entries(cases).map(async ([when, { number, from, step, until: reached, ending = 'completed caller-hung-up' }]) => {
      const visit = await visits.call(number, from === undefined ? {} : { from })
      await reached(visit)
      visit.caller.hangup()
      t.equal(await visit.ending(), ending, when)
      t.equal(visit.path().at(-1), `${step}:left`, when)
    })
  )
  await until(() => bank.givenUp.includes('/slow'), { what: 'the bank sees the connection closed' })
  await ringing.got('CANCEL')
  await answering.got('BYE')
  t.match(centre.server.distribution.status('1005' as never), { state: 'ready' }, 'the agent is free again')
})

t.test('a caller who gives up before the answer leaves nothing behind', async (t) => {
  const visit = await visits.dial('7002')
  const { caller } = visit
  // RFC 3261 §9.1: a CANCEL waits for the first word of the other side.
  await until(() => caller.statuses.length > 0, { what: 'trying' })
  caller.hangup()
  await until(() => caller.statuses.some((status) => status >= 200), { what: 'the end of the INVITE' })
  t.equal(await visit.ending(), 'completed caller-hung-up')
})

t.test('callers are served whatever the other system does', async (t) => {
  const ask = async (number: string) => {
    const visit = await visits.call(number)
    await visit.ending(8000)
    return visit
  }
  const customer = await visits.call('95588', { from: english })
  const typing = customer.caller.press('16225880000000043') // A right number of nobody: the bank says 404.
  const numbers = ['7100', '7101', '7102', '7103', '7104', '7105', '7106', '7107', '7108']
  const [good, late, slow, ...failed] = (await Promise.all(numbers.map(ask))) as [Visit, Visit, Visit, ...Visit[]]

  for (const visit of [good, late, slow]) t.same(visit.path(), ['which:when', 'fetch:answer', 'fetched'])
  t.equal(good.caller.ear.soundMs(), 0)
  t.equal(slow.caller.ear.soundMs(), 0, 'nothing is said about a short wait')
  const begun = (late.caller.ear.soundBegan() as number) - (late.caller.answeredAt as number)
  t.ok(begun >= 650 && begun < 1500, `a longer one is explained (after ${begun} ms)`)

  const problems = failed.map((visit) => visit.factsOf('step.left')[1]?.entry)
  t.match(
    problems,
    ['status', 'bad-body', 'bad-shape', 'timeout', 'unreachable', 'unreachable'].map((detail) => ({ exit: 'error', detail }))
  )
  for (const visit of failed) {
    t.same(visit.path().slice(2), ['sorry', 'apologized'])
    t.ok(visit.caller.ear.soundMs() > 200, 'the caller is told')
  }

  await typing
  const queued = await customer.fact('call.queued', undefined, 10_000)
  t.match(queued, { queue: 'service', priority: 'normal', data: { intent: 'general', customer: { name: 'Wang Fang' } } })
  t.same(customer.path().slice(2), ['balance:answer', 'fetch:error', 'sorry', 'agent:open'], 'or brought to an agent')
})

t.test('a caller changes the language and back', async (t) => {
  const [visit, hotline] = await Promise.all([visits.call('7200'), visits.call('95588', { from: english })])
  const switchTwice = async () => {
    await hotline.caller.press('8')
    await hotline.fact('call.language-changed', ({ language }) => language === 'zh-CN')
    await hotline.caller.press('8')
    await until(() => hotline.factsOf('call.language-changed').length === 3, { what: 'English again' })
    await hotline.caller.press('0')
    await hotline.fact('call.queued')
  }
  await Promise.all([switchTwice(), visit.ending(20_000)])
  const took = visit.factsOf('step.left').flatMap(({ entry, tookMs }) => (entry.kind === 'play' ? tookMs : []))
  t.equal(took.length, 3)
  const [first, second, third] = took as [number, number, number]
  t.ok(second > 2 * first && second > 2 * third, `the longer sentence was the Chinese one: ${took} ms`)
  t.same(
    visit.factsOf('call.language-changed').map(({ language }) => language),
    ['zh-CN', 'en']
  )
  t.same(
    hotline.factsOf('call.language-changed').map(({ language }) => language),
    ['en', 'zh-CN', 'en']
  )
  const flowsOf = (step: string) => hotline.factsOf('step.left').flatMap((left) => (left.entry.step === step ? left.flow : []))
  t.same(new Set(flowsOf('main')), new Set(['bank-hotline']), 'steps are told under the flow they belong to')
  t.same(flowsOf('which'), ['switch-language', 'switch-language'])
})

t.test('a flow sends the caller to a number, an agent or a telephone outside', async (t) => {
  await centre.phones(['1005'], { voiceHz: 500 })
  const desk = await centre.readyAgent('1005')
  const replies = [200, 486, 603, 'ring', 404] as const
  const phones = await Promise.all(replies.map((reply) => TestPhone.start({ reply, voiceHz: 700 })))
  t.teardown(() => phones.forEach((phone) => void phone.close()))
  const [answering] = phones as [TestPhone]

  const [toNumber, toAgent, toStranger, ...toPhones] = (await Promise.all([
    visits.call('7110'),
    visits.call('7111'),
    visits.call('7113', { from: portOf(answering) }),
    ...phones.map((phone) => visits.call('7112', { from: portOf(phone) }))
  ])) as [Visit, Visit, Visit, ...Visit[]]

  await toNumber.fact('flow.started', ({ flow }) => flow === 'short')
  await toNumber.caller.ear.untilSound()
  t.match(toNumber.path(), ['which:when', 'to_number:completed', 'which:when'], 'the call is there as if it had been dialled')

  const established = await toAgent.fact('call.established')
  t.match(established, { agentId: '1005' })
  await toAgent.caller.ear.untilHears(500)
  t.match(toAgent.factsOf('offer.made')[0], { data: { intent: 'errand' } })
  await desk.result('clearConnection', { callId: toAgent.callId })
  t.equal(await toAgent.ending(), 'completed transferred')

  const [toAnswering, ...others] = toPhones as [Visit, ...Visit[]]
  await toAnswering.fact('leg.connected')
  await toAnswering.caller.ear.untilHears(700)
  answering.hangup()
  t.equal(await toAnswering.ending(), 'completed transferred')
  t.equal(await toAnswering.caller.ended(), 'server')

  await Promise.all(others.map((visit) => visit.ending(8000)))
  t.same(
    others.map((visit) => visit.path().at(1)),
    ['busy', 'refused', 'no_answer', 'unreachable'].map((exit) => `to_phone:${exit}`)
  )
  await toStranger.ending()
  t.equal(toStranger.path().at(1), 'to_stranger:refused', 'an address that is not allowed is never called')
  t.same(toStranger.factsOf('leg.dialed'), [])
  for (const visit of toPhones) t.equal(visit.factsOf('leg.ended').length, 1, 'who was called has also left')
})

t.test('an agent who is not there is busy for a flow', async (t) => {
  const visit = await visits.call('7111')
  await visit.ending()
  t.same(visit.path(), ['which:when', 'to_agent:busy', 'busy'])
})

t.test('the clinic and the parcel service are reached by their numbers', async (t) => {
  await loggedOn('1011')
  const [emergency, appointment, parcel] = await Promise.all([
    visits.call('95500'),
    visits.call('95500', { from: english }),
    visits.call('95511', { from: english })
  ])
  await Promise.all([emergency.caller.press('*1'), appointment.caller.press('1'), parcel.caller.press('1123456781')])

  t.match(await emergency.fact('call.queued'), {
    queue: 'service',
    priority: 'emergency',
    data: { intent: 'medical-emergency', fastPath: 'emergency-key' }
  })
  t.match(await appointment.fact('call.queued'), { priority: 'normal', data: { intent: 'new-appointment', language: 'en' } })
  t.match(await parcel.fact('call.queued'), { queue: 'service', data: { collected: { tracking: '12345678' } } })
})

t.test('a fault in a flow leaves the caller to the dialplan, which speaks to them', async (t) => {
  const codes = { '7120': 'FLOW_LOOP', '7121': 'FLOW_EXPRESSION' }
  await Promise.all(
    Object.entries(codes).map(async ([number, error]) => {
      const visit = await visits.call(number)
      t.match(await visit.termination(), { result: 'failed', reason: 'fault', error }, number)
      const failed = Date.now()
      await visit.caller.ear.untilSound()
      t.equal(visit.caller.endedBy, undefined, 'the caller is still there')
      t.ok(visit.caller.ear.soundMs(failed) > 0, 'and is spoken to')
    })
  )
  const problems = logLines.filter((line) => line.includes('"Call failed"'))
  t.equal(problems.length, 2, 'each fault is in the log')
})

t.test('a queue is left when it is full, when nobody is there, and when it takes too long', async (t) => {
  const nobody = await visits.call('7006')
  await nobody.ending()
  t.same(nobody.path(), ['which:when', 'sell:no_agents', 'nobody'])

  await loggedOn('1011')
  const first = await visits.call('7006')
  await first.fact('call.queued')
  const second = await visits.call('7006')
  await second.ending()
  t.same(second.path(), ['which:when', 'sell:full', 'full'])
  await first.caller.ear.untilSound()

  t.equal(await first.ending(), 'completed flow-hangup')
  t.same(first.path(), ['which:when', 'sell:timeout', 'late'])
  const [dequeued] = first.factsOf('call.dequeued') as [DomainEventOf<'call.dequeued'>]
  t.equal(dequeued.exit, 'timeout')
  t.ok(dequeued.waitedMs >= 2000 && dequeued.waitedMs < 3000, `after ${dequeued.waitedMs} ms`)
})

t.test('who is cut off goes on where they were when they call again; who hangs up begins anew', async (t) => {
  const from = '13755550001'
  const first = await visits.call('7790', { from })
  await first.caller.ear.untilSound()
  const secret = '1234098765'
  await first.caller.press(`42${secret}`)
  await first.left('secret')
  await first.caller.ear.untilSound()
  // What a network says that has lost the caller (RFC 3326, Q.850 cause 38).
  first.caller.hangup('Q.850;cause=38;text="Network out of order"')
  t.match(await first.termination(), { result: 'completed', reason: 'caller-hung-up', cause: 38 })
  t.equal(first.factsOf('call.tagged').length, 0, 'the call is over before what it owes to others is done')
  t.same((await first.fact('call.tagged')).tags, ['caller-hung-up', 'noted-42'], 'and that is done')
  t.same(first.path(), ['first:answer', 'secret:answer', 'deep:left', 'owed:answer', 'name_it:error', 'named'])
  const kept = await centre.postgres.database.query<{ state: object }>('select state from interrupted_calls')
  t.match(kept, [{ state: { positions: [{ flow: 'cut-off', step: 'deep', vars: { noted: '42' } }] } }])
  t.notOk(JSON.stringify(kept).includes(secret))

  const second = await visits.call('7790', { from })
  await second.caller.ear.untilSound()
  await second.caller.press('1')
  await second.fact('shortcut.taken')
  await second.caller.ear.untilSound()
  await second.caller.press('1')
  t.equal(await second.ending(), 'completed flow-hangup')
  t.same(second.path(), ['deep:1', 'tell', 'bye'])
  t.match((await second.fact('call.data-changed')).data, { collected: { noted: '42', pin_left: 0 } })

  const third = await visits.call('7790', { from })
  await third.caller.ear.untilSound()
  await third.caller.press(`43${secret}`)
  await third.left('secret')
  await third.caller.press('2')
  await third.fact('call.queued')
  third.caller.hangup()
  t.match(await third.termination(), { reason: 'caller-hung-up-in-queue', cause: 16 })
  t.same((await third.fact('call.tagged')).tags, ['caller-hung-up-in-queue', 'noted-43'], 'also out of a queue')
  t.same(await centre.postgres.database.query('select 1 from interrupted_calls'), [])
  // What comes after the end is written after it.
  const { call } = await until(
    async () => {
      const story = await recorded(third)
      return story.call.tags.length > 0 && story
    },
    { what: 'the tags in the record' }
  )
  t.match(call, { tags: ['caller-hung-up-in-queue', 'noted-43'], termination: { result: 'abandoned' } })

  const fourth = await visits.call('7790', { from })
  await fourth.caller.ear.untilSound()
  await fourth.caller.press('44')
  await fourth.left('first')
  t.same(fourth.path(), ['first:answer'], 'who hung up is offered nothing')
})

t.test('the traces of all these calls tell what their records tell, and no secret', async (t) => {
  await allTracesFit(t, collector, centre.postgres.database)
  const asked = collector.spans.filter(({ kind, name }) => kind === 3 && name !== 'call')
  t.ok(asked.some(({ attributes }) => attributes['http.response.status_code'] === 200))
  t.ok(asked.some(({ attributes, status }) => attributes['error.type'] === 'timeout' && status.code === 2))
  t.ok(asked.some(({ attributes }) => attributes['error.type'] === '500'))
  t.same([...new Set(asked.map(({ attributes }) => attributes['server.address']))], ['127.0.0.1'])
  t.notOk(collector.bodies.some((body) => body.includes(card) || body.includes(english)))
})

t.test('whatever the log says of one of these calls names it', async (t) => {
  const lines = logLines.map((line): Record<string, unknown> => JSON.parse(line))
  const ended = lines.filter(({ msg }) => msg === 'Call ended')
  const calls = await centre.postgres.database.query<{ id: string }>('select call_id as id from calls')
  const told = new Set(ended.map(({ callId }) => callId))
  t.same(
    calls.filter(({ id }) => !told.has(id)),
    [],
    'each call has its line'
  )
  const channels = new Set(ended.map(({ channelId }) => channelId))
  const nameless = lines.filter(
    ({ callId, channelId, recordingId }) => callId === undefined && (channels.has(channelId) || recordingId !== undefined)
  )
  t.same(nameless, [])
})

/** An agent who takes no calls but is there. */
async function loggedOn(agent: string): Promise<void> {
  const desk = await centre.desk(agent)
  await desk.result('setAgentState', { state: 'loggedOn' })
}

interface Story {
  readonly call: { readonly tags: readonly string[] }
  readonly path: readonly { readonly step: string; readonly exit: string | null }[]
}

/** The story of a call as the API tells it, once it is written. */
async function recorded(visit: Visit): Promise<Story> {
  const { callId } = visit
  const written = () =>
    centre.postgres.database.query('select 1 from calls where call_id = $1 and ended_at is not null', [callId])
  await until(async () => (await written()).length === 1, { what: 'the record of the call' })
  return centre.get<Story>(`/api/v1/calls/${callId}`)
}

async function filesWith(text: string, folder: string): Promise<string[]> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = files.flatMap((file) => (file.isFile() ? [join(file.parentPath, file.name)] : []))
  const found = await Promise.all(paths.map(async (path) => ((await contentOf(path)).includes(text) ? [path] : [])))
  return found.flat()
}

async function contentOf(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    // What is being written is renamed when it is whole.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return Buffer.of()
  }
}

function portOf(phone: TestPhone): string {
  return /:(\d+)$/.exec(phone.uri)?.[1] ?? ''
}
