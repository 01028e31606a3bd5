import t from 'tap'
import { shedAnswers } from '../../src/domain/overload.ts'
import { ariTraffic } from '../helpers/asterisk/ari-traffic.ts'
import { startCuttable } from '../helpers/asterisk/cuttable-centre.ts'
import { password } from '../helpers/centre/centre.ts'
import { rush } from '../helpers/centre/rush.ts'
import { hearEachOther, talkAgent, talkTo } from '../helpers/centre/talk-scenario.ts'
import { runSipp } from '../helpers/sip/sipp.ts'
import { until } from '../helpers/until.ts'
import { StallWatch } from '../soak/stall-watch.ts'

// Real callers while something we depend on is away. The wire to Asterisk's HTTP server goes through a proxy that can be cut.

/** Every 15 s we compare what we hold with Asterisk's lists: so many requests at most while the calls below are made. */
const LISTINGS = 20

/** For callers in a menu, beside one talk. */
const PLACES = 6
/** Who is turned away has not waited for it: callers who hear nothing for so long think that their phone is dialling. */
const EARLY_MS = 1000
/** What may be missing of a talk: a word, as other tests keep both processors busy. The bench allows less. */
const GAP_MS = 500

interface CallRow {
  readonly callId: string
  readonly termination: { readonly result: string; readonly reason: string }
}

t.test('outages', { timeout: 240_000 }, async (t) => {
  const { centre, proxy } = await startCuttable(t)
  t.afterEach(() => centre.expectNothingLeft())
  const connected = () => centre.server.telephony.status().connected
  const away = () => until(() => !connected(), { ms: 20_000, what: 'the cut is noticed' })
  const rules = async (value: object) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${await centre.signIn('admin')}` }
    const body = JSON.stringify({ value })
    const { status } = await fetch(`${centre.url}/api/v1/configuration/overload`, { method: 'PUT', headers, body })
    t.equal(status, 200)
  }
  const back = () => until(() => connected(), { ms: 20_000, what: 'the connection is back' })

  // Counted, not timed: a budget that no busy machine breaks. A caller who is later than the prompt has silence played, which is two commands.
  await t.test('a call with a menu costs so many commands and events, and no more among many', async (t) => {
    for (const count of [4, 40]) {
      const { requests, events } = await ariTraffic(proxy, async () => {
        const { ok, errors } = await runSipp({
          ...{ sip: centre.asterisk.sipAddress, number: '7001', calls: count, callsPerSecond: 20, timeoutMs: 60_000 },
          steps: [{ pauseMs: 300 }, { press: '1' }, { expectByeWithinMs: 20_000 }]
        })
        t.ok(ok, errors)
        const ended = () => centre.events.filter(({ type }) => type === 'call.ended').length
        await until(() => ended() >= count, { ms: 20_000, what: () => `${count} calls have ended (${ended()})` })
      })
      centre.events.length = 0
      const all = Object.values(events).reduce((sum, one) => sum + one, 0)
      t.ok(requests >= count && requests <= 7 * count + LISTINGS, `${requests} requests of ${count} calls`)
      t.ok(all >= count && all <= 9 * count, `${all} events of ${count} calls: ${JSON.stringify(events)}`)
    }
  })

  await t.test(
    'callers for whom there is no room are turned away and written down, and those in a call and emergencies are not',
    async (t) => {
      const limits = { calls_max: 1, emergency: ['955881'], emergency_reserve: 1, least_per_second: 1000 }
      await rules(limits)
      const first = await centre.call('7007')
      await first.answered()
      await first.ear.untilSound()

      const refused = await centre.call('7001')
      t.equal(await refused.refused(), 503)
      t.notOk(refused.statuses.includes(200), 'before any answer')
      await rules({ ...limits, answer: 'busy' })
      t.equal(await (await centre.call('7001')).refused(), 486)
      await rules({ ...limits, answer: 'announce' })
      const told = await centre.call('7001')
      await told.ear.untilSound(10_000)
      t.notOk(told.statuses.includes(200), 'the words cost nothing')
      told.hangup()

      const emergency = await centre.call('955881')
      await emergency.answered()
      t.equal(await (await centre.call('955881')).refused(), 503, 'their room has an end, too')
      t.ok(first.endedBy === undefined && emergency.endedBy === undefined, 'who is in a call is left alone')
      await until(() => centre.events.filter(({ type }) => type === 'call.ended').length === 4, { what: 'four calls have ended' })
      for (const event of centre.events)
        if (event.type === 'call.ended') t.match(event.termination, { result: 'refused', reason: 'overload' })

      first.hangup()
      emergency.hangup()
      await until(() => centre.server.calls.size === 0, { ms: 10_000, what: 'both are over' })
      const next = await centre.call('7001')
      t.type(await next.answered(), 'number', 'there is room again')
      next.hangup()
      const rows = await until(
        async () => {
          const { items } = await centre.get<{ items: CallRow[] }>('/api/v1/calls?limit=20')
          return items.filter(({ termination }) => termination?.reason === 'overload').length === 4
        },
        { ms: 10_000, what: 'four records' }
      )
      t.ok(rows)
      await rules({ least_per_second: 1000 })
    }
  )

  await t.test(
    'a rush of three times as many callers as fit in: a talk and emergencies are as always, and who comes after it is served at once',
    async (t) => {
      const agent = await talkAgent(centre, '1011', 440)
      t.teardown(() => agent.phone.close())
      const { caller } = await talkTo(centre, '7605', '13100000031', agent)
      await hearEachOther(caller, agent)
      const stalls = new StallWatch()
      t.teardown(() => stalls.close())
      const since = Date.now()
      const isTalkAlone = () => centre.server.calls.size === 1
      for (const answer of shedAnswers) {
        await rules({ calls_max: PLACES + 1, emergency: ['955881'], emergency_reserve: 1, least_per_second: 1000, answer })
        const crowd = await rush(centre, '7007', 3 * PLACES)
        const urgent = await centre.call('955881')
        await urgent.answered()
        const { served, told, refused, slowestRefusalMs } = crowd
        t.equal(served.length, PLACES, `${answer}: as many as fit in`)
        t.equal(told.length, answer === 'announce' ? 2 : 0, `${answer}: who hears words`)
        const status = answer === 'busy' ? 486 : 503
        for (const { statuses } of refused)
          t.same(statuses, [100, status].slice(-statuses.length), `${answer}: before any answer`)
        t.ok(slowestRefusalMs < EARLY_MS + stalls.since(since), `${answer}: the last knew after ${slowestRefusalMs} ms`)
        crowd.hangUp()
        urgent.hangup()
        await until(isTalkAlone, { ms: 10_000, what: 'they have all gone' })

        const next = await rush(centre, '7007', PLACES)
        t.equal(next.served.length, PLACES, `${answer}: who comes afterwards`)
        next.hangUp()
        await until(isTalkAlone, { ms: 10_000, what: 'who came after them has gone' })
      }
      t.ok(caller.endedBy === undefined && agent.phone.talking)
      await hearEachOther(caller, agent)
      for (const [who, { ear }] of Object.entries({ caller, agent: agent.phone })) {
        const ms = ear.longestSilenceMs(since)
        t.ok(ms < GAP_MS + stalls.since(since), `the longest time in which the ${who} heard nothing: ${ms} ms`)
      }
      await rules({ least_per_second: 1000 })
    }
  )

  await t.test('a caller in the middle of a prompt hears it out over a cut wire, and the flow goes on after it', async (t) => {
    const caller = await centre.call('7002')
    await caller.answered()
    await caller.ear.untilSound()
    proxy.cut()
    await away()
    t.equal((await fetch(`${centre.url}/health/ready`)).status, 503, 'not ready while the socket is down')
    t.match(
      await (await fetch(`${centre.url}/health/ready`)).json(),
      { checks: { asterisk: { ok: false } } },
      'and it says what is missing'
    )
    await caller.ear.untilSound()
    proxy.mend()
    await back()
    t.equal(await caller.ended(20_000), 'server', 'the flow came to its end')
    const ended = await centre.fact('call.ended')
    t.match(ended.termination, { result: 'completed', reason: 'flow-hangup' })
  })

  await t.test('a prompt that is due during the outage is played after it', async (t) => {
    // Who asks again and again: a prompt and its time for a key are 1.7 s, which a busy machine takes to notice the prompt and to press.
    const caller = await centre.call('7008')
    await caller.answered()
    await caller.ear.untilSound()
    proxy.cut()
    await away()
    await caller.ear.untilSilent(600, 10_000)
    const silentAt = Date.now()
    proxy.mend()
    await back()
    await until(() => caller.ear.soundBegan(silentAt) !== undefined, { ms: 10_000, what: 'the next prompt' })
    await caller.press('1')
    t.equal(await caller.ended(), 'server')
    const path = centre.events.flatMap((event) => (event.type === 'step.left' ? [event.entry] : []))
    t.ok(
      path.some(({ step, exit }) => step === 'again' && exit === '1'),
      'and answered',
      { path }
    )
  })

  await t.test('a talk goes on over a cut wire; who hangs up meanwhile is known afterwards', async (t) => {
    await centre.phones(['1001', '1002'], { voiceHz: 440 })
    await centre.readyAgent('1001')
    await centre.readyAgent('1002')
    const [stays, leaves] = [
      await centre.call('955881', { from: '13100000001' }),
      await centre.call('955881', { from: '13100000002' })
    ]
    await until(() => centre.events.filter(({ type }) => type === 'call.established').length === 2, { what: 'both talk' })
    await stays.ear.untilHears(440)
    proxy.cut()
    await away()
    leaves.hangup()
    const since = Date.now()
    await stays.ear.untilHears(440)
    proxy.mend()
    await back()
    const ended = await centre.fact('call.ended')
    t.equal(ended.termination.reason, 'caller-hung-up-after-talk', 'the one who left is written off once')
    t.ok(stays.ear.longestGapMs(since) < 1_000, 'the other never lost the sound')
    t.ok(stays.ear.hears(440))
    const agents = () => centre.server.distribution.list().filter(({ state }) => state === 'busy')
    await until(() => agents().length === 1, { what: 'the agent of the one who left is free again' })
    stays.hangup()
    await until(() => centre.events.filter(({ type }) => type === 'call.ended').length === 2, { what: 'both calls ended' })
  })

  await t.test('a caller who waits in a queue during the outage keeps the place and gets the agent after it', async (t) => {
    const caller = await centre.call('955881')
    await centre.fact('call.queued')
    await caller.ear.untilSound()
    const cutAt = Date.now()
    proxy.cut()
    await away()
    proxy.mend()
    await back()
    const outageMs = Date.now() - cutAt
    await centre.phones(['1003'], { voiceHz: 440 })
    await centre.readyAgent('1003')
    await caller.ear.untilHears(440, 6000)
    const established = await centre.fact('call.established')
    t.ok(established.waitedMs >= outageMs, `${established.waitedMs} ms: the outage of ${outageMs} ms counts as waiting`)
  })

  await t.test('while Asterisk is away nobody is offered a call, and no agent is blamed', async (t) => {
    const state = (agentId: string) => centre.server.distribution.list().find((one) => one.agentId === agentId)
    await centre.phones(['1004'], { answer: 'manual' })
    await centre.phones(['1005', '1006'], { voiceHz: 440 })
    await centre.readyAgent('1004')
    const caller = await centre.call('955881')
    await centre.fact('offer.ringing')
    proxy.cut()
    await away()
    await centre.fact('offer.ended', { ms: 8000 })
    t.match(state('1004'), { state: 'ready' }, 'the deadline passed during the outage: not a missed call')
    await centre.readyAgent('1005')
    await centre.readyAgent('1006')
    t.equal(centre.events.filter(({ type }) => type === 'offer.made').length, 1, 'no phone can be rung now')
    centre.server.distribution.logOff('1004' as never)
    proxy.mend()
    await back()
    // The music has a 440 Hz tone in it, too: the fact tells that they talk.
    await centre.fact('call.established', { ms: 8000 })
    await caller.ear.untilHears(440)
    t.same([state('1005')?.state, state('1006')?.state].sort(), ['busy', 'ready'])
    t.equal(centre.events.filter(({ type }) => type === 'call.queued').length, 1, 'the caller never lost the place')
  })

  await t.test('a call that comes while we are away is served by the dialplan', async (t) => {
    proxy.cut()
    await away()
    const caller = await centre.call('95588')
    await caller.answered(15_000)
    await caller.ear.untilSound()
    caller.hangup()
    proxy.mend()
    await back()
    t.equal(centre.events.filter(({ type }) => type === 'call.started').length, 0, 'and it is none of ours')
  })

  await t.test('a wire that goes dead without a word is noticed, and the call served', { timeout: 60_000 }, async (t) => {
    const caller = await centre.call('7002')
    await caller.answered()
    proxy.freeze()
    await away()
    proxy.mend()
    await back()
    t.equal(await caller.ended(20_000), 'server')
    await centre.fact('call.ended')
  })

  await t.test('a command that a dead wire swallowed is given again when the wire is back', { timeout: 60_000 }, async (t) => {
    // In the same breath as the flow begins, so that its first prompt goes into the dead wire.
    using _freeze = centre.server.bus.listen((event) => {
      if (event.type === 'flow.started') proxy.freeze()
    })
    const caller = await centre.call('7002')
    await caller.answered()
    await away()
    proxy.mend()
    await back()
    const mended = Date.now()
    t.equal(await caller.ended(30_000), 'server')
    t.ok(caller.ear.soundMs(mended) > 1000, 'the prompt was heard after all')
    t.match((await centre.fact('call.ended')).termination, { result: 'completed', reason: 'flow-hangup' })
  })

  await t.test('with the database away callers are served, and the records come when it is back', async (t) => {
    const token = await centre.signIn('admin')
    await centre.postgres.stop()
    const caller = await centre.call('7001', { from: '13100000009' })
    await caller.answered()
    await caller.ear.untilSound()
    await caller.press('1')
    await caller.ended()
    const { callId } = await centre.fact('call.ended')
    t.equal((await fetch(`${centre.url}/health/ready`)).status, 503)

    // And the server itself begins anew meanwhile.
    const before = { authorization: `Bearer ${token}` }
    await centre.server.close()
    await centre.start()
    t.match(await (await fetch(`${centre.url}/health/ready`)).json(), { ready: false, checks: { database: { ok: false } } })
    t.equal((await fetch(`${centre.url}/api/v1/queues`, { headers: before })).status, 200, 'who was signed in is')
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ username: 'admin', password })
    const refused = await fetch(`${centre.url}/api/v1/session`, { method: 'POST', headers, body })
    t.equal(refused.status, 503)
    t.match(await refused.json(), { error: { code: 'DATABASE_UNAVAILABLE' } })
    await until(() => centre.server.telephony.status().connected, { ms: 20_000, what: 'Asterisk is there' })
    const second = await centre.call('7001', { from: '13100000019' })
    await second.answered()
    await second.ear.untilSound()
    await second.press('1')
    await second.ended()
    const { callId: secondId } = await centre.fact('call.ended', { fits: (one) => one.callId !== callId, ms: 20_000 })

    await centre.postgres.start()
    await until(() => centre.ready(), { ms: 20_000, what: 'ready again' })
    for (const [caller, id] of [
      ['13100000009', callId],
      ['13100000019', secondId]
    ]) {
      const found = await until(
        async () =>
          (await centre.get<{ items: CallRow[] }>(`/api/v1/calls?caller=${caller}`)).items.find(
            (one) => one.callId === id && one.termination != null
          ),
        { ms: 20_000, what: 'the record' }
      )
      t.match(found.termination, { result: 'completed', reason: 'flow-hangup' })
    }
  })

  await t.test('a server that is told to go lets its calls end first, and the dialplan serves who comes meanwhile', async (t) => {
    const caller = await centre.call('7002', { from: '13100000011' })
    await caller.answered()
    await caller.ear.untilSound()
    await centre.server.drain(100)
    t.equal(centre.server.calls.size, 1, 'nobody is waited for longer than the limit')
    const drained = centre.server.drain(20_000)
    const late = await centre.call('7002', { from: '13100000012' })
    await late.ear.untilSound()
    t.match(await (await fetch(`${centre.url}/health/ready`)).json(), { ready: false, checks: { calls: { ok: false } } })
    t.equal(await caller.ended(20_000), 'server', 'the flow came to its end')
    await drained
    t.equal(centre.server.calls.size, 0)
    t.match((await centre.fact('call.ended')).termination, { result: 'completed', reason: 'flow-hangup' })
    t.same(centre.events.filter((event) => event.type === 'call.started').length, 1, 'the late caller was never ours')
    late.hangup()
    await centre.restart()
  })

  await t.test(
    'when the server stops in the middle of a call, the dialplan serves the caller and the record says why',
    async (t) => {
      const caller = await centre.call('7002', { from: '13100000010' })
      await caller.answered()
      await caller.ear.untilSound()
      const { callId } = await centre.fact('call.started')
      await centre.restart()
      await caller.ear.untilSound()
      t.equal(caller.endedBy, undefined, 'the caller is still there')
      caller.hangup()
      const { items } = await centre.get<{ items: CallRow[] }>('/api/v1/calls?caller=13100000010')
      t.match(items, [{ callId, termination: { result: 'failed', reason: 'server-draining' } }])
    }
  )
})
