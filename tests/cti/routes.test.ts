import t, { type Test } from 'tap'
import { type CtiEvent, eventSchemas } from '../../src/cti/messages.ts'
import { RouteBook, type RouteClient, type RouteTold } from '../../src/cti/route-book.ts'
import type { Centre } from '../../src/domain/centre.ts'
import { type DialRules, isAddressOfAllowed } from '../../src/domain/dial-rules.ts'
import type { CallId } from '../../src/domain/ids.ts'
import type { RouteAnswer } from '../../src/domain/ports/routes.ts'
import { routeProblem } from '../../src/domain/route-problem.ts'
import { CallEnded } from '../../src/domain/termination.ts'
import { callScript } from '../helpers/centre/call-script.ts'
import { smallCentre } from '../helpers/centre/small-centre.ts'
import { startCtiApp } from '../helpers/cti/cti-app.ts'
import { CtiClient } from '../helpers/cti/cti-client.ts'
import { flowCentre, flowsOf, type WalkScript, walk } from '../helpers/flow/flow-walk.ts'
import { until } from '../helpers/until.ts'
import { VirtualClock } from '../helpers/virtual-clock.ts'

const dialRules: DialRules = {
  ...{
    endpoint: 'trunk',
    address: 'sip:{number}@pstn.test',
    callerId: '95588',
    allowed: ['138xxxxxxxx'],
    denied: ['13800000009']
  },
  ...{ attemptsMax: 1, retryAfterMs: [1], ringMs: 1, withinMs: 1, aheadMs: 1 }
}
const inQueue: RouteAnswer = { exit: 'selected', to: { kind: 'queue', queue: 'service' } }

/** A route book in virtual time, with applications that do as told. */
function desk() {
  const clock = new VirtualClock()
  let ids = 0
  const book = new RouteBook({ clock, newId: () => `route-${++ids}`, isOwnNumber: () => false })
  const app = (id: string) => {
    const told: RouteTold[] = []
    const client: RouteClient & { there: boolean; told: RouteTold[]; words: () => string[] } = {
      ...{ id, told, there: true },
      mayServe: () => client.there,
      tell: (event) => void told.push(event),
      words: () => told.map((event) => (event.type === 'routeEnd' ? event.cause : event.type))
    }
    return client
  }
  const ask = (deadlineMs = 1_000) => {
    const call = new AbortController()
    const question = { app: 'crm-router', callId: 'c' as CallId, given: {}, deadlineMs }
    const asked: { answer?: RouteAnswer; error?: unknown; at?: number } = {}
    void book
      .ask(question, call.signal)
      .then(
        (answer) => {
          asked.answer = answer
        },
        (error: unknown) => {
          asked.error = error
        }
      )
      .finally(() => {
        asked.at = clock.now()
      })
    return Object.assign(asked, { hangUp: () => call.abort(new CallEnded({ result: 'completed', reason: 'caller-hung-up' })) })
  }
  return { clock, book, app, ask }
}

t.test('the first that registered and is there is asked, the others stand by; each question ends once', async (t) => {
  const { clock, book, app, ask } = desk()
  const nobody = ask()
  await clock.advance(0)
  t.same(nobody.answer, { exit: 'default', why: 'not-registered' })

  const [first, second] = [app('one'), app('two')]
  t.same([book.register(first, 'crm-router'), book.register(second, 'crm-router')], [true, false])
  t.equal(book.register(first, 'crm-router'), true, 'again changes nothing')
  const asked = ask()
  await clock.advance(300)
  t.match(first.told, [{ type: 'routeRequest', routeId: 'route-1', app: 'crm-router', callId: 'c', deadline: 1_001_000 }])
  t.equal(book.answer('two', 'route-1', inQueue), false, 'another client')
  t.equal(book.answer('one', 'route-9', inQueue), false, 'another question')
  t.equal(book.answer('one', 'route-1', inQueue), true)
  t.equal(book.answer('one', 'route-1', inQueue), false, 'a second time')
  await clock.advance(0)
  t.match(asked, { answer: inQueue, at: 1_000_300 })
  await clock.advance(2_000)
  t.same([first.words(), second.words()], [['routeRequest', 'selected'], []])
  t.same([book.size, clock.sleeping], [0, 0], 'nothing is left')
})

t.test('whatever happens, the caller has an answer within the deadline', async (t) => {
  const { clock, book, app, ask } = desk()
  const one = app('one')
  book.register(one, 'crm-router')
  const late = ask(800)
  await clock.advance(799)
  t.equal(late.answer, undefined)
  await clock.advance(1)
  t.match(late, { answer: { exit: 'default', why: 'timed-out' }, at: 1_000_800 })
  t.equal(book.answer('one', 'route-1', inQueue), false, 'too late')

  const declined = ask()
  await clock.advance(0)
  book.answer('one', 'route-2', { exit: 'default', why: 'declined' })
  const invalid = ask()
  await clock.advance(0)
  book.answer('one', 'route-3', { exit: 'default', why: 'invalid' })
  await clock.advance(0)
  t.match([declined.answer, invalid.answer], [{ why: 'declined' }, { why: 'invalid' }])

  const gone = ask()
  await clock.advance(100)
  gone.hangUp()
  await clock.advance(0)
  t.type(gone.error, CallEnded)
  t.equal(book.answer('one', 'route-4', inQueue), false, 'nobody is there to be sent anywhere')
  const never = ask()
  never.hangUp()
  await clock.advance(0)
  t.same(
    one.words().filter((word) => word !== 'routeRequest'),
    ['timedOut', 'declined', 'invalid', 'callerGone', 'callerGone']
  )
  t.same([book.size, clock.sleeping], [0, 0])
})

t.test(
  'an application that is lost between question and answer is replaced by who stands by, within the same deadline',
  async (t) => {
    const { clock, book, app, ask } = desk()
    const [one, two] = [app('one'), app('two')]
    book.register(one, 'crm-router')
    book.register(two, 'crm-router')
    const asked = ask(1_000)
    await clock.advance(400)
    one.there = false
    book.lost('one')
    t.same([one.words(), two.words()], [['routeRequest', 'reassigned'], ['routeRequest']])
    t.match(two.told, [{ routeId: 'route-1', deadline: 1_001_000 }])
    t.equal(book.answer('one', 'route-1', inQueue), false)
    one.there = true
    await clock.advance(600)
    t.match(asked, { answer: { why: 'timed-out' }, at: 1_001_000 })
    t.equal(two.words().at(-1), 'timedOut')

    const next = ask()
    await clock.advance(0)
    t.equal(one.words().at(-1), 'routeRequest', 'who came back serves again')
    two.there = false
    one.there = false
    book.lost('one')
    await clock.advance(500)
    t.equal(next.answer, undefined, 'nobody stands by: it may come back in time')
    one.there = true
    t.equal(book.answer('one', 'route-2', inQueue), true)
    await clock.advance(0)
    t.same(next.answer, inQueue)

    const cancelled = ask()
    await clock.advance(0)
    t.equal(book.cancel('one', 'crm-router'), true)
    await clock.advance(0)
    t.match(cancelled.answer, { why: 'not-registered' }, 'it will not answer any more')
    t.equal(book.cancel('one', 'crm-router'), false)
    two.there = true
    const last = ask()
    await clock.advance(0)
    book.gone('two')
    await clock.advance(0)
    t.match([last.answer, two.words().at(-1)], [{ why: 'not-registered' }, 'notRegistered'])
    t.same([book.size, clock.sleeping], [0, 0])
  }
)

/** What may happen to a question of which the first of two applications is asked. */
const moves: Readonly<Record<string, (around: ReturnType<typeof askedOfTwo>) => unknown>> = {
  select: ({ book }) => ['one', 'two'].map((id) => book.answer(id, 'route-1', inQueue)),
  decline: ({ book }) => book.answer('one', 'route-1', { exit: 'default', why: 'declined' }),
  deadline: ({ clock }) => clock.advance(1_000),
  hangUp: ({ asked }) => asked.hangUp(),
  cancel: ({ book }) => book.cancel('one', 'crm-router'),
  lost: ({ book, one }) => {
    one.there = false
    book.lost('one')
  },
  back: ({ one }) => {
    one.there = true
  }
}

function askedOfTwo() {
  const { app, ask, ...around } = desk()
  const [one, two] = [app('one'), app('two')]
  for (const each of [one, two]) around.book.register(each, 'crm-router')
  return { ...around, one, two, asked: ask(1_000) }
}

t.test('races of answer, deadline, hang-up and loss in any order: one answer, and one end to tell of', async (t) => {
  const names = Object.keys(moves)
  const orders = names.flatMap((a) => names.flatMap((b) => names.map((c) => [a, b, c])))
  t.equal(orders.length, 343)
  for (const order of orders) {
    const around = askedOfTwo()
    const { clock, book, one, two, asked } = around
    await clock.advance(1)
    for (const move of order) {
      await moves[move]?.(around)
      // Whoever waits for the answer has it before time goes on.
      await clock.advance(0)
    }
    await clock.advance(2_000)
    const ends = [...one.told, ...two.told].filter((event) => event.type === 'routeEnd' && event.cause !== 'reassigned')
    const found = [Number('answer' in asked) + Number('error' in asked), ends.length, book.size, clock.sleeping]
    const isLate = (asked.at ?? Number.POSITIVE_INFINITY) > 1_001_000
    if (isLate || String(found) !== '1,1,0,0') t.fail(`${order.join(', ')}: ${found.join()}`)
  }
})

t.test('a selection is carried out only when it can be', async (t) => {
  const centre: Centre = { ...flowCentre, dialRules }
  const problem = (to: Extract<RouteAnswer, { exit: 'selected' }>['to'], more: object = {}) =>
    routeProblem({ to, ...more }, centre, (number) => number === '95588')
  t.equal(problem({ kind: 'queue', queue: 'service' }, { skills: { english: 2 } }), undefined)
  t.match(problem({ kind: 'queue', queue: 'service' }, { skills: { russian: 2 } }), /unknown skill/)
  t.match(problem({ kind: 'queue', queue: 'none' }), /unknown queue/)
  t.equal(problem({ kind: 'agent', agentId: '1001' }), undefined)
  t.match(problem({ kind: 'agent', agentId: '9999' }), /unknown agent/)
  t.equal(problem({ kind: 'number', number: '95588' }), undefined, 'a number of ours')
  t.equal(problem({ kind: 'number', number: '13800000001' }), undefined, 'one that the dial rules allow')
  for (const number of ['13800000009', '110', '13800000001;x=y', ''])
    t.match(problem({ kind: 'number', number }), /may not be called/, number)
  t.equal(problem({ kind: 'sip', uri: 'sip:desk@example.test' }), undefined)
  t.match(problem({ kind: 'sip', uri: 'sip:desk@evil.test' }), /may not be called/)
  t.equal(isAddressOfAllowed('sip:13800000001@pstn.test', dialRules), true)
  for (const uri of ['sip:13800000009@pstn.test', 'sip:13800000001@evil.test', 'sip:@pstn.test', 'sip:1380000000@pstn.test'])
    t.equal(isAddressOfAllowed(uri, dialRules), false, uri)
})

const byTheCrm = (more = '') => `
flow: by-the-crm
languages: [en]
vars: { pin: "1234" }
steps:
  ask: { route: { app: crm-router, with: { kind: card }, deadline: 800ms }, default: service${more} }
  service: { queue: service, timeout: bye, full: bye, on_error: bye }
  retry: { play: Nobody there, then: service }
  bye: { hangup: true }
`

t.test('a flow sends its caller where the application says, and to the default otherwise', async (t) => {
  const [flow] = flowsOf(byTheCrm())
  const [withMore] = flowsOf(byTheCrm(', failed: retry, completed: bye'))
  if (flow === undefined || withMore === undefined) throw new Error('no flow')
  const answered = () => ({ afterMs: 5_000, exit: { exit: 'answered' } as const })
  const asked: unknown[] = []
  const answering = (answer: RouteAnswer): WalkScript => ({
    queue: answered,
    routes: () => ({
      ask: async (question) => {
        asked.push(question)
        return answer
      }
    })
  })

  const chosen = await walk(
    [flow],
    answering({
      exit: 'selected',
      to: { kind: 'queue', queue: 'sales' },
      priority: 'high',
      skills: { english: 2 },
      data: { score: 7 }
    })
  )
  t.match(asked, [{ app: 'crm-router', given: { kind: 'card' }, deadlineMs: 800 }])
  t.match(chosen.caller.queued, [{ queue: 'sales', priority: 'high', skills: { english: 2 } }])
  t.same([chosen.way, chosen.attached], [['ask:completed'], { score: 7 }])
  t.match(chosen.end, { termination: { reason: 'agent-hung-up' } })

  for (const why of ['not-registered', 'timed-out', 'invalid', 'declined'] as const) {
    const left = await walk([flow], answering({ exit: 'default', why }))
    t.same(left.way, ['ask:default', 'service:answered'], why)
    t.match(left.path, [{ detail: why }])
  }
  t.same((await walk([flow], { queue: answered })).way, ['ask:default', 'service:answered'], 'where there are no applications')

  const toAgent = answering({ exit: 'selected', to: { kind: 'agent', agentId: '1001' } })
  const busy = { ...toAgent, transfer: () => ({ exit: 'busy' }) as const }
  t.same((await walk([flow], busy)).way, ['ask:default', 'service:answered'], 'nobody there: the default')
  t.same((await walk([withMore], busy)).way, ['ask:failed', 'retry', 'service:answered'])
  t.same((await walk([withMore], { ...toAgent, transfer: () => ({ exit: 'completed' }) })).way, ['ask:completed', 'bye'])
  const full = { ...answering(inQueue), queue: () => ({ afterMs: 0, exit: { exit: 'full' } as const }) }
  t.same((await walk([withMore], full)).way.slice(0, 2), ['ask:failed', 'retry'])

  const [one, other] = flowsOf(byTheCrm(), 'flow: other\nlanguages: [en]\nnumbers: ["95599"]\nsteps: { bye: { hangup: true } }')
  if (one === undefined || other === undefined) throw new Error('no flow')
  const sent = await walk([one, other], answering({ exit: 'selected', to: { kind: 'number', number: '95599' } }))
  t.match(sent.end, { kind: 'continue', number: '95599' })

  const gone = await walk([flow], {
    routes: (clock) => ({
      ask: async (_, signal) => {
        await clock.sleep(9_000, signal)
        return inQueue
      }
    }),
    events: [[300, 'hangup']]
  })
  t.same([gone.way, gone.sleeping], [['ask:left'], 0])
})

async function start(t: Test) {
  const world = await startCtiApp({ keepMs: 60_000 }, smallCentre)
  t.teardown(() => world.app.close())
  const call = callScript('call-1')
  for (const fact of [call.started, call.answered]) world.bus.publish(fact)
  const ask = (deadlineMs = 4_000) => {
    const question = { app: 'crm-router', callId: 'call-1' as CallId, given: { card: '••••' }, deadlineMs }
    return world.routes.ask(question, new AbortController().signal)
  }
  return { ...world, ask }
}
const routeEvents = ({ events }: CtiClient) => events.filter(({ type }) => type.startsWith('route'))
const request = async (client: CtiClient, count = 1) => {
  const found = await until(() => routeEvents(client).filter(({ type }) => type === 'routeRequest')[count - 1], {
    what: 'a question'
  })
  return found as CtiEvent & { type: 'routeRequest' }
}

t.test('over the socket: registered by grant, asked with what it may see, answered, told how it ended', async (t) => {
  const { url, ask, doorkeeper } = await start(t)
  doorkeeper.users = [
    ...doorkeeper.users,
    { username: 'crm-2', name: 'Other', role: 'crm', teams: ['west'] },
    { username: 'crm-3', name: 'None', role: 'crm', teams: [] }
  ]
  const crm = await CtiClient.open(url, 'crm', { monitor: { events: ['queueChanged'] } })
  const agent = await CtiClient.open(url, '1001')
  const stranger = await CtiClient.open(url, 'crm-3', { monitor: {} })
  for (const client of [agent, stranger])
    t.match(await client.request('routeRegister', { app: 'crm-router' }), { error: { data: { code: 'NOT_ALLOWED' } } })
  t.match(await crm.request('routeRegister', { app: 'other' }), { error: { data: { code: 'NOT_ALLOWED' } } })
  t.same(await crm.result('routeRegister', { app: 'crm-router' }), { serving: true })

  const answer = ask()
  const asked = await request(crm)
  t.match(asked, {
    app: 'crm-router',
    callId: 'call-1',
    given: { card: '••••' },
    call: { callId: 'call-1', callingDevice: '13800000001' }
  })
  t.equal(eventSchemas.routeRequest.safeParse(asked).error, undefined)
  t.match(await stranger.request('routeSelect', { routeId: asked.routeId, to: { kind: 'queue', queue: 'sales' } }), {
    error: { data: { code: 'ROUTE_UNKNOWN' } }
  })
  t.match(await crm.request('routeSelect', { routeId: 'made-up', to: { kind: 'queue', queue: 'sales' } }), {
    error: { data: { code: 'ROUTE_UNKNOWN' } }
  })
  t.match(
    await crm.request('routeSelect', { routeId: asked.routeId, to: { kind: 'queue' } }),
    { error: { code: -32602 } },
    'it may be asked again'
  )
  t.same(
    await crm.result('routeSelect', {
      routeId: asked.routeId,
      to: { kind: 'queue', queue: 'sales' },
      priority: 'high',
      data: { score: 1 }
    }),
    {}
  )
  t.same(await answer, { exit: 'selected', to: { kind: 'queue', queue: 'sales' }, priority: 'high', data: { score: 1 } })
  t.match(routeEvents(crm).at(-1), { type: 'routeEnd', routeId: asked.routeId, cause: 'selected' })
  t.match(await crm.request('routeSelect', { routeId: asked.routeId, to: { kind: 'queue', queue: 'sales' } }), {
    error: { data: { code: 'ROUTE_UNKNOWN' } }
  })

  const wrong = ask()
  const { routeId } = await request(crm, 2)
  t.match(await crm.request('routeSelect', { routeId, to: { kind: 'queue', queue: 'nowhere' } }), {
    error: { data: { code: 'ROUTE_INVALID', detail: 'unknown queue' } }
  })
  t.same(await wrong, { exit: 'default', why: 'invalid' })
  const left = ask()
  await crm.result('routeEnd', { routeId: (await request(crm, 3)).routeId })
  t.same(await left, { exit: 'default', why: 'declined' })

  await crm.result('routeRegisterCancel', { app: 'crm-router' })
  t.match(await crm.request('routeRegisterCancel', { app: 'crm-router' }), { error: { data: { code: 'ROUTE_NOT_REGISTERED' } } })
  const limited = await CtiClient.open(url, 'crm-2', { monitor: {} })
  await limited.result('routeRegister', { app: 'crm-router' })
  const narrow = ask()
  const seen = await request(limited)
  t.same([seen.given, seen.call], [{ card: '••••' }, undefined], 'a grant to decide shows no call of another team')
  await limited.result('routeEnd', { routeId: seen.routeId })
  await narrow
  for (const client of [crm, limited])
    for (const event of routeEvents(client)) t.equal(eventSchemas[event.type].safeParse(event).error, undefined)
  t.same(routeEvents(agent), [])
})

t.test('over the socket: standing by, taking over, coming back by resume, and leaving for good', async (t) => {
  const { url, ask, doorkeeper, routes, server } = await start(t)
  const first = await CtiClient.open(url, 'crm', { monitor: {} })
  const admin = await CtiClient.open(url, 'admin')
  t.same(await first.result('routeRegister', { app: 'crm-router' }), { serving: true })
  t.same(await admin.result('routeRegister', { app: 'crm-router' }), { serving: false })
  const taken = ask()
  await request(first)
  first.socket.terminate()
  const { routeId } = await request(admin)
  await admin.result('routeSelect', { routeId, to: { kind: 'agent', agentId: '1001' } })
  t.match(await taken, { to: { agentId: '1001' } })
  await admin.result('session.close')
  await admin.closed()

  t.same(await ask(), { exit: 'default', why: 'not-registered' }, 'the one is lost and the other gone')
  const { sessionId, seq } = first.opened
  const back = await CtiClient.open(url, 'crm', { monitor: {}, sessionId, resumeAfter: seq })
  t.match(routeEvents(back), [{ type: 'routeRequest' }, { type: 'routeEnd', cause: 'reassigned' }], 'what it missed is told')

  const pending = ask()
  const asked = await request(back, 2)
  back.socket.terminate()
  await until(() => routes.size === 1, { what: 'the question to stay open' })
  const again = await CtiClient.open(url, 'crm', { monitor: {}, sessionId, resumeAfter: asked.seq - 1 })
  t.match(routeEvents(again).at(-1), { type: 'routeRequest', routeId: asked.routeId })
  await again.result('routeSelect', { routeId: asked.routeId, to: { kind: 'queue', queue: 'sales' } })
  t.match(await pending, { to: { queue: 'sales' } }, 'answered by who came back in time')

  const cut = ask()
  await request(again, 2)
  doorkeeper.ended.add('crm')
  server.follow({ all: false })
  t.same(await cut, { exit: 'default', why: 'not-registered' }, 'whose sign-in is ended decides nothing more')
})
