import t from 'tap'
import type { DomainEventOf, DomainEventType } from '../../src/domain/events.ts'
import { audioGaps } from '../chaos/audio-gaps.ts'
import { ChaosCentre, password } from '../chaos/chaos-centre.ts'
import { busyLimits } from '../chaos/kill-limits.ts'
import { OwnPauses } from '../chaos/own-pauses.ts'
import type { ToldFact } from '../chaos/server-child.ts'
import type { Desk } from '../helpers/centre/desk.ts'
import { expectNoLeaks } from '../helpers/centre/leak-guard.ts'
import { DeskPhone } from '../helpers/phones/desk-phone.ts'
import { placeCall, type TestCaller } from '../helpers/phones/test-caller.ts'
import { until } from '../helpers/until.ts'

// The server is a process of its own, and is killed and then handed over with calls up in every phase; Asterisk, callers and phones are real.

/** Everybody waits as long as a busy machine needs. */
const LONG = 30_000

interface Agent {
  readonly user: string
  readonly hertz: number
  readonly phone: DeskPhone
  readonly desk: Desk
}

t.test('killed, and then upgraded, with calls up: all of them go on', { timeout: 200_000 }, async (t) => {
  const centre = await ChaosCentre.start({ holdSeconds: 60 })
  const { server, asterisk } = centre
  const own = new OwnPauses()
  const phones: DeskPhone[] = []
  const desks: Desk[] = []
  const callers: TestCaller[] = []
  t.teardown(async () => {
    own.close()
    for (const desk of desks) desk.close()
    for (const caller of callers) caller.close()
    for (const phone of phones) await phone.close()
    await centre.close()
  })

  const fact = <Type extends DomainEventType>(
    type: Type,
    fits: (one: ToldFact<DomainEventOf<Type>>) => boolean = () => true
  ): Promise<ToldFact<DomainEventOf<Type>>> =>
    until(() => (server.facts as ToldFact<DomainEventOf<Type>>[]).find((one) => one.type === type && fits(one)), {
      ms: LONG,
      what: () => `fact ${type} (${server.facts.map((one) => `${one.run}:${one.type}`).slice(-60)})`
    })
  const agent = async (user: string, hertz: number): Promise<Agent> => {
    const answer = { status: 200, afterMs: 0 }
    const phone = await DeskPhone.register({
      sip: asterisk.sipAddress,
      user,
      password,
      voiceHz: hertz,
      answer,
      registeredSeconds: 3600
    })
    phones.push(phone)
    await fact('phone.changed', (one) => one.device === (user as string) && one.inService)
    const desk = await centre.desk(user)
    desks.push(desk)
    await desk.result('setAgentState', { state: 'loggedOn' })
    return { user, hertz, phone, desk }
  }
  const isReady = async ({ desk }: Agent) => await desk.result('setAgentState', { state: 'ready' })
  const call = async (number: string, from: string) => {
    const caller = await placeCall({ sip: asterisk.sipAddress, number, from })
    callers.push(caller)
    const { callId } = await fact('call.started', (one) => one.caller === (from as string))
    return { caller, callId, from }
  }
  /** Undefined while the desk is not connected again. */
  const state = async ({ desk, user }: Agent) =>
    await desk.result<{ state: string }>('getAgentState', { agentId: user }).then(
      (one) => one.state,
      () => undefined
    )
  const isIn = (one: Agent, wanted: string) =>
    until(async () => (await state(one)) === wanted, { ms: LONG, what: () => `${one.user} is ${wanted}` })

  const talks = await agent('1001', 500)
  const holds = await agent('1002', 700)
  const rests = await agent('1003', 900)
  const asks = await agent('1004', 600)
  const asked = await agent('1005', 800)
  const boss = await DeskPhone.register({
    ...{ sip: asterisk.sipAddress, user: '2001', password, voiceHz: 1_000, registeredSeconds: 3600 },
    answer: { status: 200, afterMs: 0 }
  })
  phones.push(boss)
  const bossDesk = await centre.desk('2001')
  desks.push(bossDesk)
  /** Agent and colleague hear each other, and the agent alone who whispers. */
  const consult = () =>
    Promise.all([
      asks.phone.ear.untilHears(asked.hertz, LONG),
      asks.phone.ear.untilHears(1_000, LONG),
      asked.phone.ear.untilHears(asks.hertz, LONG)
    ])
  await isReady(asks)
  const onHold = await call('7701', '13100000009')
  await fact('call.established', (one) => one.callId === onHold.callId)
  await isReady(asked)
  await asks.desk.result('consultationCall', { callId: onHold.callId, to: { kind: 'agent', agentId: asked.user } })
  await asked.phone.ear.untilHears(asks.hertz, LONG)
  // That their phone is registered is told by no event.
  await until(
    async () => {
      const answer = await bossDesk.request('singleStepConferenceCall', { callId: onHold.callId, mode: 'whisper' })
      return answer.error === undefined
    },
    { ms: LONG, what: 'the supervisor’s phone' }
  )
  await consult()
  // They take no other caller when they are let go.
  await asked.desk.result('setAgentState', { state: 'notReady', reason: 'lunch' })
  await isReady(talks)
  const talking = await call('7701', '13100000001')
  await fact('call.established', (one) => one.callId === talking.callId)
  await talking.caller.ear.untilHears(talks.hertz, LONG)
  await talks.desk.result('startRecording', { callId: talking.callId })
  await isReady(holds)
  const held = await call('7701', '13100000002')
  await fact('call.established', (one) => one.callId === held.callId)
  await held.caller.ear.untilHears(holds.hertz, LONG)
  await holds.desk.result('holdCall', { callId: held.callId })
  const waiting = await call('7701', '13100000003')
  const queued = await fact('call.queued', (one) => one.callId === waiting.callId)
  const leaving = await call('7701', '13100000004')
  await fact('call.queued', (one) => one.callId === leaving.callId)
  const choosing = await call('7702', '13100000005')
  await choosing.caller.ear.untilSound(LONG)
  await fact('recording.started')

  /** Of who talks, since then, less what this process was held up in it. */
  const longestPause = (from: number) => {
    const heldUp = (since: number, until: number) => own.within(since, until)
    return audioGaps(talking.caller.ear.came(from), { from, to: Date.now(), heldUp }).unexplainedMs
  }
  const killedAt = Date.now()
  await server.kill()
  leaving.caller.hangup()
  // As soon as they can: the menu waits for some seconds only.
  const chosen = (async () => {
    await fact('call.restored', (one) => one.callId === choosing.callId)
    await choosing.caller.ear.untilSound(LONG)
    await choosing.caller.press('1')
  })()
  const began = Date.now()
  await server.start()
  await until(() => centre.isReady(), { ms: LONG, what: 'ready again' })
  t.comment(`ready ${Date.now() - began} ms after the start of the process`)

  await t.test('the talk never lost its sound, and its desk has it again', async (t) => {
    await isIn(talks, 'busy')
    t.ok(longestPause(killedAt) < busyLimits.pauseMs, `${longestPause(killedAt)} ms without sound`)
    await talking.caller.ear.untilHears(talks.hertz, LONG)
    const view = await talks.desk.result('snapshotCall', { callId: talking.callId })
    t.match(view, { callId: talking.callId, recording: 'on' })
    t.equal(server.facts.filter((one) => one.run === 1 && one.type === 'call.started').length, 0)
  })

  await t.test('who was on hold is retrieved', async () => {
    await isIn(holds, 'busy')
    await holds.desk.result('retrieveCall', { callId: held.callId })
    await held.caller.ear.untilHears(holds.hertz, LONG)
  })

  await t.test('a consultation goes on, with who whispers', async () => {
    await isIn(asks, 'busy')
    await isIn(asked, 'busy')
    await consult()
  })

  await t.test('who waited has their place, and is served', async (t) => {
    await waiting.caller.ear.untilSound(LONG)
    await isIn(rests, 'notReady')
    await isReady(rests)
    await waiting.caller.ear.untilHears(rests.hertz, LONG)
    const established = await fact('call.established', (one) => one.run === 1 && one.callId === waiting.callId)
    t.ok(established.waitedMs >= established.at - queued.enqueuedAt - 1_000, 'the whole wait counts')
  })

  await t.test('who was in a menu hears it again, and goes on', async () => {
    await chosen
    await fact('call.queued', (one) => one.run === 1 && one.callId === choosing.callId)
  })

  const menu = await call('7702', '13100000006')
  await menu.caller.ear.untilSound(LONG)
  const handedOverAt = Date.now()
  await server.handOver()
  t.comment(`handed over in ${Date.now() - handedOverAt} ms`)
  const between = await placeCall({ sip: asterisk.sipAddress, number: '7701', from: '13100000007' })
  callers.push(between)
  await between.ringing(LONG)
  const goesOn = (async () => {
    await fact('call.restored', (one) => one.run === 2 && one.callId === menu.callId)
    const since = Date.now()
    await until(() => menu.caller.ear.soundBegan(since), { ms: LONG, what: 'the menu again' })
    await menu.caller.press('1')
  })()
  await server.start()
  await until(() => centre.isReady(), { ms: LONG, what: 'ready after the hand-over' })

  await t.test('handed over: the talk never lost its sound, and its desk commands it', async (t) => {
    await isIn(talks, 'busy')
    t.ok(longestPause(handedOverAt) < busyLimits.pauseMs, `${longestPause(handedOverAt)} ms without sound`)
    t.match(await talks.desk.result('snapshotCall', { callId: talking.callId }), { callId: talking.callId, recording: 'on' })
    await talks.desk.result('holdCall', { callId: talking.callId })
    await talks.desk.result('retrieveCall', { callId: talking.callId })
    await talking.caller.ear.untilHears(talks.hertz, LONG)
  })

  await t.test('handed over: the consultation and who whispers go on, and the caller is taken back', async (t) => {
    await isIn(asks, 'busy')
    await consult()
    await until(() => bossDesk.events.filter(({ type }) => type === 'supervisionChanged').length >= 2, {
      ms: LONG,
      what: 'the supervisor’s desk to be told again'
    })
    await asks.desk.result('reconnectCall', { callId: onHold.callId })
    await onHold.caller.ear.untilHears(asks.hertz, LONG)
    await asked.phone.ended()
    await isIn(asked, 'notReady')
    await bossDesk.result('clearConnection', { callId: onHold.callId })
    await boss.ended()
    t.equal(server.facts.filter((one) => one.type === 'consultation.ended').length, 1, 'ended once')
  })

  await t.test('its desk was told of the talk by three servers, each thing once', async (t) => {
    const told = talks.desk.events.filter(
      // What a server knows of the caller's past it may tell again.
      (one) => one.type !== 'callInformation' && 'callId' in one && one.callId === talking.callId && 'connections' in one
    )
    t.same(
      told.map(({ type }) => type),
      ['delivered', 'established', 'recordingStarted', 'held', 'retrieved']
    )
    const numbers = talks.desk.events.map(({ seq }) => seq)
    t.same(
      numbers.filter((seq, at) => seq !== 1 && seq !== (numbers[at - 1] ?? 0) + 1),
      [],
      'nothing is missing, and a new server begins anew'
    )
  })

  await t.test('handed over: who waited waits, who was in a menu goes on, and who called meanwhile is served', async (t) => {
    await goesOn
    await fact('call.queued', (one) => one.run === 2 && one.callId === menu.callId)
    const place = await fact('call.restored', (one) => one.run === 2 && one.callId === choosing.callId)
    const before = await fact('call.queued', (one) => one.callId === choosing.callId)
    t.match(place, { phase: 'queued', enqueuedAt: before.enqueuedAt })
    await between.answered(LONG)
    await between.ear.untilSound(LONG)
    t.ok(between.statuses.includes(180), 'they heard ringing')
  })

  await t.test('each call ended once, and its record says how', async (t) => {
    for (const { caller } of [talking, held, waiting, choosing, menu, onHold, { caller: between }]) caller.hangup()
    const known = [talking, held, waiting, leaving, choosing, menu, onHold]
    // Their call began before anybody heard the new process.
    const all = [...known, { from: '13100000007', callId: undefined }]
    const ended = () => server.facts.filter((one): one is ToldFact<DomainEventOf<'call.ended'>> => one.type === 'call.ended')
    await until(() => ended().length >= all.length, { ms: LONG, what: () => `all calls ended (${JSON.stringify(ended())})` })
    await fact('recording.kept')
    t.equal(ended().length, all.length, 'no call ended twice')
    const ids = ended().map(({ callId }) => callId)
    t.same(
      known.filter(({ callId }) => !ids.includes(callId)),
      []
    )
    const talked = [talking, held, waiting, onHold].map(({ from }) => from)
    const token = await centre.token('admin')
    for (const { from, callId } of all) {
      const url = `${centre.url}/api/v1/calls?caller=${from}`
      const items = await until(
        async () => {
          const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
          const body = (await answer.json()) as { items: { callId: string; termination: { reason: string } | null }[] }
          return body.items.every(({ termination }) => termination !== null) && body.items.length > 0 ? body.items : undefined
        },
        { ms: LONG, what: `the record of ${from}` }
      )
      const reason = talked.includes(from) ? 'caller-hung-up-after-talk' : 'caller-hung-up-in-queue'
      t.match(items, [{ ...(callId !== undefined && { callId }), termination: { reason } }])
      t.equal(items.length, 1)
    }
    const kept = server.facts.filter((one): one is ToldFact<DomainEventOf<'recording.kept'>> => one.type === 'recording.kept')
    t.equal(kept.length, 1, 'one recording of the whole talk')
    for (const one of [talks, holds, rests, asks])
      await until(async () => (await state(one)) === 'ready', { ms: LONG, what: `${one.user} is ready` })
    await expectNoLeaks(asterisk)
  })

  await t.test(
    'Asterisk ends under somebody who waits: their call was lost, and calling again they have their place',
    async (t) => {
      for (const { desk } of [talks, holds, rests, asks])
        await desk.result('setAgentState', { state: 'notReady', reason: 'break' })
      const before = await call('7701', '13100000008')
      const place = await fact('call.queued', (one) => one.callId === before.callId)
      await asterisk.kill()
      before.caller.close()
      await asterisk.start()
      const lost = await fact('call.ended', (one) => one.callId === before.callId)
      t.match(lost.termination, { result: 'failed', reason: 'asterisk-lost' })
      await until(() => centre.isReady(), { ms: LONG, what: 'Asterisk is there again' })
      const again = await placeCall({ sip: asterisk.sipAddress, number: '7701', from: '13100000008' })
      callers.push(again)
      const resumed = await fact('call.queued', (one) => one.callId !== before.callId && one.resumes === before.callId)
      t.equal(resumed.enqueuedAt, place.enqueuedAt)
      again.hangup()
      await fact('call.ended', (one) => one.callId === resumed.callId)
      await expectNoLeaks(asterisk)
    }
  )
})
