import t from 'tap'
import { Admission } from '../../src/calls/admission.ts'
import { type AdmissionRate, everybody, nextRate } from '../../src/calls/admission-rate.ts'
import { defaultOverload, type OverloadRules } from '../../src/domain/overload.ts'
import { collectedLog } from '../helpers/collected-log.ts'

const calm = { loopDelayMs: 1, commandDelayMs: 2 }
const between = { loopDelayMs: 100, commandDelayMs: 2 }
const strained = { loopDelayMs: 1, commandDelayMs: 1000 }
const rules: OverloadRules = { ...defaultOverload, leastPerSecond: 5, emergency: ['112', '9558*'] }
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
  const admission = new Admission(() => rules, log)
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
  admission.note(calm)
  t.strictSame(
    log.lines.map(({ message }) => message),
    ['Callers are turned away: there is no room', 'Callers are let in again'],
    'told once'
  )
})

t.test('a limit of calls in progress', async (t) => {
  const admission = new Admission(() => ({ ...rules, callsMax: 100, emergencyReserve: 10, answer: 'announce' }), collectedLog())
  t.equal(admission.judge('8000', 99), undefined)
  t.strictSame(
    Array.from({ length: 4 }, () => admission.judge('8000', 100)),
    ['announce', 'announce', 'refuse', 'refuse'],
    'words for some, as they cost as much as a call'
  )
  t.ok(admission.hasRoom('112', 109), 'emergencies have room beside it')
  t.notOk(admission.hasRoom('112', 110))
})
