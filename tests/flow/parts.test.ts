import t from 'tap'
import { Abort, Either, type RealSignal, type Signal } from '../../src/domain/abort.ts'
import type { Calendar } from '../../src/domain/centre.ts'
import { isAllowedRequest } from '../../src/flow/allowed-request.ts'
import { ChildAbort } from '../../src/flow/child-abort.ts'
import { isOpen } from '../../src/flow/is-open.ts'
import { FlowLibrary } from '../../src/flow/library.ts'
import { luhn } from '../../src/flow/luhn.ts'
import { flowsOf } from '../helpers/flow/flow-walk.ts'

const calendar = (timeZone: string, weekly: Calendar['weekly'], exceptions: Calendar['exceptions'] = {}): Calendar => ({
  name: 'c',
  timeZone,
  weekly,
  exceptions
})

t.test('a calendar is open by the clock on the wall of its time zone', (t) => {
  const shanghai = calendar(
    'Asia/Shanghai',
    { mon: ['08:00-12:00', '13:00-18:00'], sat: ['22:00-06:00'], sun: ['00:00-24:00'] },
    { '2026-11-30': [], '2026-12-01': ['10:00-11:00'] }
  )
  const berlin = calendar('Europe/Berlin', { sun: ['01:30-03:30'], sat: ['23:00-04:00'] })
  const cases: readonly (readonly [Calendar, string, boolean])[] = [
    [shanghai, '2026-11-23T07:59:59+08:00', false],
    [shanghai, '2026-11-23T08:00:00+08:00', true],
    [shanghai, '2026-11-23T11:59:59+08:00', true],
    [shanghai, '2026-11-23T12:00:00+08:00', false],
    [shanghai, '2026-11-23T13:30:00+08:00', true],
    [shanghai, '2026-11-24T10:00:00+08:00', false],
    [shanghai, '2026-11-28T21:59:00+08:00', false],
    [shanghai, '2026-11-28T22:00:00+08:00', true],
    [shanghai, '2026-11-29T23:59:59+08:00', true],
    [shanghai, '2026-11-30T10:00:00+08:00', false],
    [shanghai, '2026-12-01T10:30:00+08:00', true],
    // 25 October 2026, Berlin: 02:00 to 03:00 comes twice. 29 March 2026: it does not come at all.
    [berlin, '2026-10-25T02:30:00+02:00', true],
    [berlin, '2026-10-25T02:30:00+01:00', true],
    [berlin, '2026-10-25T03:59:00+01:00', true],
    [berlin, '2026-10-25T04:00:00+01:00', false],
    [berlin, '2026-03-29T01:59:00+01:00', true],
    [berlin, '2026-03-29T03:00:00+02:00', true],
    [berlin, '2026-03-29T04:00:00+02:00', false]
  ]
  for (const [one, at, open] of cases) t.equal(isOpen(one, Date.parse(at)), open, `${one.timeZone} ${at}`)
  t.end()
})

t.test('a period over midnight belongs to the day it begins on', (t) => {
  const night = calendar('Asia/Shanghai', { fri: ['22:00-06:00'] }, { '2026-11-27': [] })
  t.equal(isOpen(night, Date.parse('2026-11-21T05:59:00+08:00')), true, 'Saturday morning after an open Friday')
  t.equal(isOpen(night, Date.parse('2026-11-21T06:00:00+08:00')), false)
  t.equal(isOpen(night, Date.parse('2026-11-20T05:00:00+08:00')), false, 'Friday morning')
  t.equal(isOpen(night, Date.parse('2026-11-28T05:00:00+08:00')), false, 'Saturday morning after a holiday')
  t.end()
})

t.test('the longest number wins, and a replacement is seen at once', (t) => {
  const flow = (name: string, numbers: string) =>
    `flow: ${name}\nlanguages: [en]\nnumbers: [${numbers}]\nsteps: { a: { hangup: true } }\n`
  const library = new FlowLibrary()
  t.equal(library.byNumber('95588'), undefined)
  const flows = flowsOf(flow('all', '"9*"'), flow('bank', '"95588", "955*"'), flow('cards', '"955881"'))
  library.replaceAll(flows)
  const names = ['95588', '955881', '955882', '9', '91', '8'].map((number) => library.byNumber(number)?.name)
  t.same(names, ['bank', 'cards', 'bank', 'all', 'all', undefined])
  t.equal(library.byName('bank'), flows[1])
  library.replaceAll(flows.slice(0, 1))
  t.same([library.byNumber('955881')?.name, library.byName('bank'), library.list().length], ['all', undefined, 1])
  t.end()
})

t.test('a request may go below an allowed address and nowhere near it', (t) => {
  const allowed = ['http://bank.test:8099/api/', 'https://crm.test']
  const good = ['http://bank.test:8099/api', 'http://bank.test:8099/api/x?y=1', 'https://crm.test/', 'https://crm.test:443/x']
  const bad = [
    'http://bank.test:8099/apix',
    'http://bank.test:8099/api/../admin',
    'http://bank.test:8099/api/%2e%2e/admin',
    'http://bank.test/api',
    'http://bank.test:8099@evil.test/api/',
    'https://crm.test.evil.test/',
    'http://crm.test/',
    'file:///etc/passwd',
    'nonsense',
    ''
  ]
  for (const url of good) t.ok(isAllowedRequest(url, allowed), url)
  for (const url of bad) t.notOk(isAllowedRequest(url, allowed), url)
  t.end()
})

t.test('luhn finds every single wrong digit', (t) => {
  const right = '4111111111111111'
  t.ok(luhn(right))
  for (let at = 0; at < right.length; at++) {
    for (let digit = 0; digit <= 9; digit++) {
      const typed = `${right.slice(0, at)}${digit}${right.slice(at + 1)}`
      if (typed !== right) t.notOk(luhn(typed), typed)
    }
  }
  for (const nonsense of ['', '0', 'x', '4111 1111']) t.notOk(luhn(nonsense), nonsense)
  t.end()
})

t.test("our signals behave as Node's do", async (t) => {
  const story = (control: { readonly signal: Signal; abort(reason: unknown): void }) => {
    const { signal } = control
    const heard: unknown[] = [signal.aborted, signal.reason]
    const twice = () => heard.push('twice')
    const taken = () => heard.push('taken back')
    signal.addEventListener('abort', twice)
    signal.addEventListener('abort', twice)
    signal.addEventListener('abort', taken)
    signal.addEventListener('abort', () => {
      heard.push('first', signal.aborted, signal.reason)
      signal.removeEventListener('abort', last)
      control.abort('again')
    })
    const last = () => heard.push('taken back by another')
    signal.addEventListener('abort', last)
    signal.removeEventListener('abort', taken)
    signal.throwIfAborted()
    control.abort('because')
    control.abort('again')
    try {
      signal.throwIfAborted()
    } catch (reason) {
      heard.push('thrown', reason)
    }
    return [...heard, signal.reason]
  }
  t.same(story(new Abort()), story(new AbortController()))
})

t.test("a signal of ours is not Node's, and the compiler refuses it where Node's is asked for", (t) => {
  const handed = (signal: Signal) => [
    // @ts-expect-error A signal made of ours would never abort; `npm run check` fails when this is no error.
    () => AbortSignal.any([signal]),
    // @ts-expect-error undici breaks inside of our abort.
    () => fetch('http://127.0.0.1:9', { signal }),
    // @ts-expect-error Nor is it for programs, timers and whatever else has it in its type.
    (): RealSignal => signal
  ]
  t.equal(handed(new Abort()).length, 3)
  t.notOk(new Abort().signal instanceof AbortSignal)
  const node = new AbortController()
  using both = new Either(new Abort(), node.signal)
  node.abort('gone')
  t.same([both.aborted, both.reason], [true, 'gone'], 'where ours is asked for, either does')
  t.end()
})

t.test('a signal below others aborts with the first of them, and listens to nobody once it is over', (t) => {
  const [call, limit] = [new Abort(), new Abort()]
  const either = new Either(call, limit)
  const child = new ChildAbort(either)
  limit.abort('late')
  t.same([either.reason, child.signal.reason, child.endedBy('late')], ['late', 'late', false])
  t.equal(call.size, 0)
  call.abort('left')
  t.equal(either.reason, 'late')

  const node = new AbortController()
  const begun = new Either(call, node.signal)
  t.equal(begun.reason, 'left', 'of two that have aborted, the one named first')
  const longer = new Abort()
  {
    using _both = new Either(longer, node.signal)
    using own = new ChildAbort(longer)
    t.equal(longer.size, 2)
    own.abort('own')
    t.ok(own.endedBy('own'))
  }
  t.equal(longer.size, 0)
  t.end()
})
