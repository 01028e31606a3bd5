import t from 'tap'
import { NewsDelay } from '../../src/ari/news-delay.ts'
import { SocketRequests } from '../../src/ari/socket-requests.ts'
import { Admission } from '../../src/calls/admission/admission.ts'
import { type AdmissionRate, everybody, nextRate } from '../../src/calls/admission/admission-rate.ts'
import { FIRST_WINDOW, nextWindow } from '../../src/calls/admission/answer-window.ts'
import type { CallId } from '../../src/domain/ids.ts'
import { defaultOverload, type OverloadRules, placesOf } from '../../src/domain/overload.ts'
import { collectedLog } from '../helpers/collected-log.ts'
import { until } from '../helpers/until.ts'

const calm = { loopDelayMs: 1, commandDelayMs: 2 }
const between = { loopDelayMs: 100, commandDelayMs: 2 }
const strained = { loopDelayMs: 1, commandDelayMs: 1000 }
const rules: OverloadRules = { ...defaultOverload, leastPerSecond: 5, emergency: ['112', '9558*'] }
/** Of calls that can be heard. */
const anyNumber = Number.POSITIVE_INFINITY
const limited = (perSecond: number): AdmissionRate => ({ perSecond, strained: 0 })

t.test('the rate at which callers are let in', async (t) => {
  const busy = { wanted: 90, admitted: 60 }
  const once = nextRate(everybody, strained, busy, rules)
  t.equal(once.perSecond, Number.POSITIVE_INFINITY, 'one stall turns nobody away')
  const twice = nextRate(once, strained, busy, rules)
  t.equal(twice.perSecond, 42, 'two in a row do: fewer than were let in')
  t.equal(nextRate(nextRate(once, calm, busy, rules), strained, busy, rules).perSecond, Number.POSITIVE_INFINITY)
  t.equal(nextRate(limited(30), between, busy, rules).perSecond, 30, 'in between nothing changes')
  t.equal(nextRate(limited(30), calm, busy, rules).perSecond, 34, 'more, little by little')

  let worst = twice
  for (let look = 0; look < 100; look++) worst = nextRate(worst, strained, { wanted: 90, admitted: 1 }, rules)
  t.equal(worst.perSecond, rules.leastPerSecond, 'never fewer than the least')

  let looks = 0
  for (let rate = worst; rate.perSecond !== Number.POSITIVE_INFINITY; looks++)
    rate = nextRate(rate, calm, { wanted: 10, admitted: 10 }, rules)
  t.ok(looks <= 20, `all are let in ${looks * 250} ms after the load has fallen`)
})

t.test('callers while we are strained', async (t) => {
  const log = collectedLog()
  const admission = new Admission(() => rules, anyNumber, log, { now: () => 0 })
  const come = (count: number, dialed = '8000') =>
    Array.from({ length: count }, () => admission.judge(dialed, 0)).filter((shed) => shed === undefined).length
  t.equal(come(1000), 1000, 'everybody, at first')
  for (let look = 0; look < 40; look++) admission.note(strained)
  t.equal(admission.perSecond, 5)
  t.ok(come(100) <= 5, 'a few')
  t.equal(come(100, '112'), 100, 'and all emergencies')
  t.equal(come(100, '955881'), 100)
  let inASecond = 0
  for (let look = 0; look < 4; look++) {
    admission.note(between)
    inASecond += come(100)
  }
  t.equal(inASecond, 5, 'the rate is kept')
  for (let look = 0; look < 20; look++) admission.note(calm)
  t.equal(come(1000), 1000, 'everybody again')
  t.strictSame(
    log.lines.map(({ message }) => message),
    ['Callers are turned away: there is no room', 'Callers are let in again'],
    'told once'
  )
})

t.test('callers who come faster than they are answered', async (t) => {
  const log = collectedLog()
  let now = 0
  const admission = new Admission(() => rules, anyNumber, log, { now: () => now })
  const waiting: CallId[] = []
  let came = 0
  const delays: number[] = []
  const since = new Map<CallId, number>()
  /** Fifty a second are answered, one after the other. */
  const pass = (ms: number, callersPerSecond: number) => {
    let admitted = 0
    for (const end = now + ms; now < end; now++) {
      if (now % (1000 / callersPerSecond) < 1 && admission.judge('8000', 0) === undefined) {
        const id = `call-${came++}` as CallId
        admission.letIn(id)
        since.set(id, now)
        waiting.push(id)
        admitted++
      }
      const first = now % 20 === 0 ? waiting.shift() : undefined
      if (first !== undefined) {
        admission.answered(first)
        delays.push(now - (since.get(first) ?? 0))
      }
      if (now % 250 === 249) admission.note(calm)
    }
    return admitted
  }
  t.equal(pass(5000, 40), 200, 'as many as can be answered: everybody')
  delays.length = 0
  const admitted = pass(10_000, 200)
  t.ok(admitted > 450 && admitted < 600, `as many as can be answered are let in: ${admitted} in ten seconds`)
  t.ok(Math.max(...delays) <= 600, `none of them waits long: ${Math.max(...delays)} ms at most`)
  pass(2000, 20)
  t.equal(pass(5000, 40), 200, 'everybody again, two seconds later')
  t.equal(log.lines.length, 2, 'told once')
  for (const id of waiting) admission.answered(id)

  for (let n = 0; n < 100; n++) admission.letIn(`stuck-${n}` as CallId)
  now += 10_000
  for (let look = 0; look < 8; look++) admission.note(calm)
  const seen = Array.from({ length: 20 }, () => admission.judge('8000', 0)).filter((shed) => shed === undefined)
  t.equal(seen.length, rules.leastPerSecond, 'never fewer than the least, though nobody is answered')
  t.equal(admission.judge('112', 0), undefined, 'nor any emergency')
})

t.test('how many may wait for the answer', async (t) => {
  let size = FIRST_WINDOW
  for (let look = 0; look < 20; look++) size = nextWindow(size, { slowestMs: 400, most: size }, 300)
  t.equal(size, 5, 'a few, however slow')
  t.equal(nextWindow(20, { slowestMs: 200, most: 20 }, 300), 20, 'in between nothing changes')
  for (let look = 0; look < 20; look++) size = nextWindow(size, { slowestMs: 10, most: 0 }, 300)
  t.ok(size >= FIRST_WINDOW && size < 2 * FIRST_WINDOW, 'as in the beginning, once answers are quick again')
  t.equal(nextWindow(size, { slowestMs: 10, most: size }, 300), size * 1.25, 'more where that is not enough')
})

t.test('a limit of calls in progress', async (t) => {
  const admission = new Admission(
    () => ({ ...rules, callsMax: 100, emergencyReserve: 10, answer: 'announce' }),
    anyNumber,
    collectedLog(),
    {
      now: () => 0
    }
  )
  t.equal(admission.judge('8000', 99), undefined)
  t.strictSame(
    Array.from({ length: 4 }, () => admission.judge('8000', 100)),
    ['announce', 'announce', 'refuse', 'refuse'],
    'words for some, as they cost as much as a call'
  )
  t.equal(admission.judgeAhead('8000', 99), undefined)
  t.strictSame(
    Array.from({ length: 4 }, () => admission.judgeAhead('8000', 100)),
    ['announce', 'announce', 'refuse', 'refuse'],
    'no more are sent on to the words than can hear them'
  )
  for (let look = 0; look < 2; look++) admission.note(calm)
  t.equal(admission.judge('8000', 100), 'announce', 'half a second later one more of those who come')
  t.equal(admission.judgeAhead('8000', 100), 'announce', 'and one of those who are sent on')
  t.ok(admission.hasRoom('112', 109), 'emergencies have room beside it')
  t.notOk(admission.hasRoom('112', 110))
})

t.test('how many calls fit in, by the rules and by the ports for audio', async (t) => {
  const ours = { ...rules, emergencyReserve: 10 }
  t.same(placesOf(ours, anyNumber), { ordinary: anyNumber, all: anyNumber })
  t.same(placesOf({ ...ours, callsMax: 100 }, anyNumber), { ordinary: 100, all: 110 })
  t.same(placesOf(ours, 250), { ordinary: 240, all: 250 }, 'emergencies find ports, whoever else calls')
  t.same(placesOf({ ...ours, emergency: [] }, 250), { ordinary: 250, all: 250 }, 'kept for nobody where there are none')
  t.same(placesOf({ ...ours, callsMax: 100 }, 250), { ordinary: 100, all: 110 })
  t.same(placesOf({ ...ours, callsMax: 245 }, 250), { ordinary: 240, all: 250 })
  t.same(placesOf(ours, 20), { ordinary: 15, all: 20 }, 'a quarter of few')
  t.same(placesOf(ours, 3), { ordinary: 3, all: 3 })

  const admission = new Admission(() => ours, 20, collectedLog(), { now: () => 0 })
  t.ok(admission.hasRoom('8000', 14))
  t.notOk(admission.hasRoom('8000', 15))
  t.ok(admission.hasRoom('112', 19))
  t.notOk(admission.hasRoom('112', 20))
})

t.test('callers of whom the news came late, while our event loop was held up', async (t) => {
  let now = 0
  const admission = new Admission(() => ({ ...rules, commandDelayMs: 300 }), anyNumber, collectedLog(), { now: () => now })
  const come = (count: number, waitedMs: number, dialed = '8000') =>
    Array.from({ length: count }, () => admission.judge(dialed, 0, waitedMs)).filter((shed) => shed === undefined).length
  t.equal(come(100, 5000), rules.leastPerSecond, 'would wait longer for the answer than the next ones: only the least are let in')
  t.equal(come(100, 150), 100, 'who came in time are')
  t.equal(come(10, 5000, '112'), 10, 'and all emergencies')

  for (let look = 0; look < 8; look++) admission.note(calm)
  for (let n = 0; n < 20; n++) admission.letIn(`late-${n}` as CallId, 140)
  now += 200
  for (let look = 0; look < 4; look++) admission.note(calm)
  t.equal(come(100, 0), rules.leastPerSecond, 'an answer is as late as the news and we together')
})

t.test('how long news were on the way, by a clock that is not ours', async (t) => {
  const delay = new NewsDelay()
  const at = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms).toISOString().replace('Z', '+0000')
  const told = (writtenAt: number, readAt: number) => Math.round(delay.of(at(writtenAt), Date.UTC(2026, 0, 1) + readAt))
  t.equal(told(5000, 0), 0, 'their clock is five seconds ahead')
  t.ok(told(5100, 103) <= 3)
  const heldUp = told(5200, 700)
  t.ok(heldUp > 450 && heldUp <= 500, `held up for ${heldUp} of 500 ms`)
  t.ok(told(5800, 802) <= 2)
  t.equal(told(6900, 3_601_900), 0, 'our clock was set')
  t.ok(told(7000, 3_602_002) <= 2)
  t.ok(told(7100, 3_603_100) > 900, 'theirs was set back by a second')
  for (let s = 0; s < 30; s++) told(8000 + s * 1000, 3_604_000 + s * 1000)
  t.ok(told(38_000, 3_634_000) <= 50, 'which is forgotten within half a minute')
  t.equal(delay.of(undefined), 0)
  t.equal(delay.of('yesterday'), 0)
})

t.test('what our own event loop is held up for is no delay of Asterisk', async (t) => {
  const requests = new SocketRequests()
  requests.attach(() => true)
  t.teardown(() => requests.detach())
  void requests.request({ method: 'POST', uri: 'channels/1/answer' })
  const end = performance.now() + 500
  while (performance.now() < end);
  const heldUp = requests.stalledMs()
  t.ok(heldUp <= 100, `held up for 500 ms: ${heldUp} ms`)
  const { loopDelayMs } = requests.takeStrain()
  t.ok(loopDelayMs >= 400, `the hold-up, though its tick is still to come: ${loopDelayMs} ms`)
  t.ok(requests.takeStrain().loopDelayMs < loopDelayMs / 2, 'it is told once')
  await until(() => requests.stalledMs() > 250, { what: 'an answer that does not come while we listen is one' })
  t.ok(requests.takeStrain().commandDelayMs > 250, 'and the worst of it is kept until somebody asks')
  requests.receive({ type: 'RESTResponse', request_id: '1', status_code: 204 })
  requests.takeStrain()
  t.equal(requests.takeStrain().commandDelayMs, 0)
})
