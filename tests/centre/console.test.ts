import { readFile } from 'node:fs/promises'
import t, { type Test } from 'tap'
import type { DomainEventOf } from '../../src/domain/events.ts'
import { Centre, password } from '../helpers/centre/centre.ts'
import { startCrm } from '../helpers/centre/crm.ts'
import { allEventsShown } from '../helpers/cti/seen-events.ts'
import { startBrowser, type WatchedPage } from '../helpers/phones/browser.ts'
import { DeskPhone } from '../helpers/phones/desk-phone.ts'
import { startTcpProxy } from '../helpers/tcp-proxy.ts'
import { until } from '../helpers/until.ts'

const WANG_FANG = '13800138000'
const LI_WEI = '13900139000'
/** The lost-card line: straight to the queue card-security. */
const LOST_CARD = '955881'
/** Team Hotline, without wrap-up. */
const SALES = '7605'
/** Customer service, to whoever knows of cards. */
const EXPERTS = '7604'

/** Time enough to answer and to type in one wrap-up, and little to wait for the end of the other. */
const paces = (yaml: string) =>
  yaml
    .replace('role: supervisor, teams: [cards, hotline]', 'role: supervisor, teams: [cards, hotline], phone: true')
    .replaceAll('ring: 3s', 'ring: 8s')
    .replace(/(card-security: .*wrap_up: )1s/, '$120s')
    .replace(/(\n {2}service: .*wrap_up: )1s/, '$13s, pickup: true')

/** What would run if any of it became a part of the page. */
const HOSTILE = "<img src=x onerror='window.owned=1'><script>window.owned=1</script>{{7*7}}</b>"
const HOSTILE_NUMBER = '13700000009'
const hostile = (yaml: string) =>
  `${yaml.replace('title: Card security', `title: "Card security ${HOSTILE}"`).replace('customers:', `customers:\n  - { id: c-9, name: "${HOSTILE}", numbers: ["${HOSTILE_NUMBER}"], flags: [hostile], profile: { "${HOSTILE}": "javascript:window.owned=1" } }`)}
dispositions:
  - { name: solved, title: { en: Solved } }
  - { name: follow-up, title: { en: Needs follow-up } }
  - { name: hostile, title: { en: "${HOSTILE}" } }
suggestions:
  - { id: hostile, title: { en: "Ask ${HOSTILE}" }, text: { en: "${HOSTILE}" }, url: "https://crm.example/{customer}", when: { flags: [hostile] } }
`

/** The centre lets the first of them show the desk, and not the second. */
const [crm, stranger] = [await startCrm(), await startCrm()]
const edit = (yaml: string) => `${hostile(paces(yaml))}\nhttp: { embedded_in: [${crm.origin}] }\n`
const [centre, browser] = await Promise.all([Centre.start({ edit }), startBrowser()])
for (const one of [crm, stranger]) one.shows(centre.url)

t.teardown(async () => {
  await Promise.all([crm.close(), stranger.close()])
  await browser.close()
  await centre.stop()
})

/** A test after which nothing may be left, and no page may have complained. */
function scenario(name: string, play: (test: Test) => Promise<void>): void {
  t.test(name, async (test) => {
    try {
      await play(test)
    } catch (error) {
      throw new Error(`${String(error)}\n${await browser.describe()}`, { cause: error })
    } finally {
      test.same(await browser.closePages(), [], 'no page complains')
      await centre.expectNothingLeft()
    }
  })
}

scenario('a visitor calls the bank from the page, hears it, chooses in its menu and gives the phone back', async (t) => {
  const visitor = await browser.open(centre.url)
  await visitor.page.getByLabel('Calling as').selectOption(WANG_FANG)
  await visitor.press('Call 95588')
  await visitor.shows('.display.talking')
  const { callId, caller, dialed } = await centre.fact('call.started')
  t.same([caller, dialed], [WANG_FANG, '95588'])
  t.match(await centre.fact('call.identified'), { customer: { name: 'Wang Fang' } })

  await visitor.untilHears()
  await until(async () => Number(await visitor.page.locator('.phone .level').getAttribute('value')) > 0.02, {
    what: 'the meter shows what is heard'
  })

  await visitor.page.locator('.keypad').getByRole('button', { name: '1', exact: true }).click()
  const menu = await centre.fact('step.left', { fits: ({ entry }) => entry.step === 'main' })
  t.match(menu.entry, { kind: 'menu', exit: '1' })
  t.match(await asterisk('pjsip show endpoints'), 'guest-', 'the borrowed phone')

  await visitor.press('Hang up')
  await visitor.shows('.display', 'Call ended')
  await centre.fact('call.ended')
  const story = await until(() => storyOf(callId), { what: 'the record of the call' })
  t.match(story, { call: { caller: WANG_FANG, termination: { result: 'completed', reason: 'caller-hung-up' } } })
  t.ok(
    story.path.some(({ step, exit }) => step === 'main' && exit === '1'),
    'the choice is in the record'
  )
  t.equal(centre.events.filter(({ type }) => type === 'call.ended').length, 1)

  await visitor.page.close({ runBeforeUnload: true })
  await until(async () => !(await asterisk('pjsip show endpoints')).includes('guest-'), { what: 'the phone is given back' })
})

scenario('a visitor who plays the customer with the lost card waits for an agent at once, and talks to them', async (t) => {
  const phone = await centre.phones(['1002'], { voiceHz: 660 })
  const visitor = await browser.open(centre.url, { width: 390, height: 844 })
  t.equal(await visitor.overflow(), 0, 'fits a narrow window')
  await visitor.page.getByLabel('Calling as').selectOption(LI_WEI)
  await visitor.press('Call 95588')

  t.match(await centre.fact('call.queued'), { queue: 'card-security', data: { fastPath: 'lost-card-reported', path: [] } })
  t.same(stepsOf('menu'), [])
  await centre.readyAgent('1002')
  await centre.fact('call.established')
  await visitor.untilHears()

  await phone.hangup()
  await visitor.shows('.display', 'Call ended')
  t.match(await centre.fact('call.ended'), { termination: { result: 'completed' } })
})

scenario('a supervisor sees who waits, who talks and what the agents do, as it happens', async (t) => {
  const [wide, narrow] = [await browser.open(centre.url), await browser.open(centre.url, { width: 390, height: 844 })]
  const supervisor = await DeskPhone.register({ sip: centre.asterisk.sipAddress, user: '2003', password, answer: 'when told' })
  t.teardown(() => supervisor.close())
  await wide.signIn('2003', password)
  await narrow.signIn('admin', password)
  await wide.shows('.light.live')
  await wide.shows('.card', 'Nobody is waiting')
  await wide.shows('.card', 'Nobody is talking')
  await wide.shows('.card', 'No agent is logged on')

  await centre.phones(['1002'])
  const desk = await centre.readyAgent('1002')
  await wide.shows('.agent.ready', '1002')
  await wide.shows('.figure', /Agents ready\s*1/)

  const first = await centre.call(LOST_CARD, { from: WANG_FANG })
  await wide.shows('[aria-labelledby=talking-title] tr', /Wang Fang.*Agent 1002/)
  await wide.shows('.agent.busy', 'Wang Fang')
  const { callId: firstId } = await centre.fact('call.established')
  const pressed = wide.page.locator('.supervise [aria-pressed=true]')
  await wide.press('Listen')
  await pressed.filter({ hasText: 'Listen' }).waitFor()
  await wide.press('Whisper')
  await pressed.filter({ hasText: 'Whisper' }).waitFor()
  supervisor.hangup()
  await pressed.waitFor({ state: 'detached' })
  await centre.call(LOST_CARD, { from: '13000000001' })
  await wide.shows('[aria-labelledby=waiting-title] tr', /13000000001.*card-security.*emergency/)
  await centre.call('95588', { from: '13000000002' })
  await wide.shows('.figure.urgent', /Waiting\s*1/)
  await wide.shows('.queue.urgent', 'Card security')

  await narrow.shows('[aria-labelledby=waiting-title] tr', '13000000001')
  await narrow.shows('[aria-labelledby=flow-title] tr', /13000000002.*bank-hotline/)
  t.equal(await narrow.overflow(), 0, 'the board fits a narrow window')

  first.hangup()
  await wide.shows('.agent.workingAfterCall', '1002')
  await wide.shows('.card', 'Nobody is talking')
  await desk.result('contact.wrapUp', {})
  await wide.shows('[aria-labelledby=talking-title] tr', /13000000001.*Agent 1002/)
  await wide.shows('.card', 'Nobody is waiting')
  await desk.result('setAgentState', { state: 'notReady', reason: 'lunch' })
  const { callId } = await centre.fact('call.established', { fits: (talk) => talk.callId !== firstId })
  await desk.result('clearConnection', { callId })
  await wide.shows('.agent.workingAfterCall', '1002')
  await desk.result('contact.wrapUp', {})
  await wide.shows('.agent.notReady', 'Lunch')

  // Nobody is ready: the supervisor gives who waits to whoever is there.
  await centre.call(LOST_CARD, { from: '13000000003' })
  await wide.shows('[aria-labelledby=waiting-title] tr', '13000000003')
  await wide.page.getByLabel('Who takes this caller').selectOption('1002')
  await wide.press('Give')
  await wide.shows('[aria-labelledby=talking-title] tr', /13000000003.*Agent 1002/)

  // And takes the next one to their own phone.
  await centre.call(LOST_CARD, { from: '13000000004' })
  await wide.shows('[aria-labelledby=waiting-title] tr', '13000000004')
  await wide.press('Take it myself')
  await wide.shows('.call.talking header', '13000000004')
  t.match(
    await centre.fact('call.established', {
      fits: ({ agentId }) => agentId === '2003'
    }),
    { device: '2003' }
  )
  await wide.press('Hang up')
  await wide.shows('.card', 'Nobody is waiting')
  await wide.hides('.call.talking')
})

scenario('an agent works with the browser alone: screen pop, answer, hold, retrieve, hang up, wrap up', async (t) => {
  const agent = await browserAgent()
  const caller = await centre.call(LOST_CARD, { from: WANG_FANG, voiceHz: 880 })
  await agent.shows('.call.incoming h2', 'Wang Fang')
  await agent.shows('.call.incoming .intent', 'lost-card')
  await agent.shows('.own-state.reserved')
  t.ok(await popBeforeRing(agent), 'what is known of the caller arrived before the phone rang')
  t.equal(await agent.overflow(), 0, 'the desk fits a narrow window')

  await agent.press('Answer')
  await agent.shows('.call.talking')
  await agent.untilHears()
  await caller.ear.untilSound()

  await agent.press('Record')
  await agent.shows('.badge.recording', 'Recording')
  await agent.press('Pause recording')
  await agent.shows('.badge.recording', 'Recording paused')
  await agent.press('Resume recording')
  await agent.shows('.badge.recording.on')

  await agent.press('Hold')
  await agent.shows('.call.held')
  await agent.untilSilent()
  await caller.ear.untilSound()
  await agent.press('Retrieve')
  await agent.shows('.call.talking')
  await agent.untilHears()

  await agent.press('Hang up')
  t.equal(await caller.ended(), 'server')
  await agent.shows('.call.over')
  await agent.page.getByLabel('Result').selectOption({ label: 'Needs follow-up' })
  await agent.page.getByLabel('Notes').fill('New card by post')
  await agent.press('Add a promise')
  await agent.page.getByLabel('Promised').fill('The new card is with them')
  await agent.page.getByLabel('By', { exact: true }).fill('2030-11-29')
  await agent.press('Finish wrap-up')
  await agent.shows('.own-state.ready')
  await agent.shows('.card', 'The next call will appear here')
  t.match(await centre.fact('agent.wrapped-up'), {
    ...{ agentId: '1001', disposition: 'follow-up', notes: 'New card by post' },
    promises: [{ what: 'The new card is with them', until: '2030-11-29' }]
  })

  const supervisor = await browser.open(centre.url)
  await supervisor.signIn('2003', password)
  const recordings = supervisor.page.locator('[aria-labelledby=recordings-title]')
  await until(
    async () => {
      await recordings.getByRole('button', { name: 'Refresh' }).click()
      return (await recordings.locator('li').count()) === 1
    },
    { ms: 8000, what: 'the recorded talk in the list' }
  )
  await supervisor.shows('.recordings li', /Wang Fang.*1001/)
  await supervisor.press('Play')
  await supervisor.shows('.waveform')
  await recordings.getByLabel('Position in the recording').fill('50')
  await until(async () => Number(await recordings.getByLabel('Position in the recording').inputValue()) >= 50, {
    what: 'to go on from the middle'
  })
  await supervisor.press('Close')
  await supervisor.hides('.waveform')

  await centre.recorded()
  const promises = supervisor.page.locator('[aria-labelledby=due-promises-title]')
  await promises.getByRole('button', { name: 'Refresh' }).click()
  await supervisor.shows('.due li', /The new card is with them by Nov 29, 2030.*Wang Fang/s)
})

scenario('what an agent has noted is kept, however the wrap-up ends', async (t) => {
  const agent = await browserAgent()
  const talkTo = async (number: string) => {
    const caller = await centre.call(number, { from: WANG_FANG })
    await agent.press('Answer')
    await agent.shows('.call.talking')
    caller.hangup()
    await agent.shows('.call.over')
  }

  await centre.recorded()
  await talkTo(LOST_CARD)
  await agent.shows('.promises li', /The new card is with them by Nov 29, 2030/)
  await agent.press('Kept')
  await agent.hides('.promises')
  await agent.page.getByLabel('Notes').fill('Off to lunch')
  await agent.page.getByLabel('Not ready: reason').selectOption('lunch')
  const other = await centre.call(LOST_CARD, { from: '13000000001' })
  await centre.fact('call.queued', { fits: ({ data }) => data.customer === undefined })
  await agent.press('Not ready')
  await agent.shows('.own-state.notReady', 'Lunch')
  t.match(await centre.fact('agent.wrapped-up'), { notes: 'Off to lunch' })
  t.equal(centre.events.filter(({ type }) => type === 'offer.made').length, 1, 'nobody was offered in between')
  other.hangup()
  await until(() => centre.server.calls.size === 0, { what: 'the other caller has gone' })

  await agent.page.locator('.own-state .go').click()
  await agent.shows('.own-state.ready')
  await talkTo(EXPERTS)
  await agent.page.getByLabel('Notes').fill('Ran out of time')
  await agent.press('Add a promise')
  await agent.page.getByLabel('Promised').fill('A call')
  const fits = ({ notes }: DomainEventOf<'agent.wrapped-up'>) => notes !== 'Off to lunch'
  t.match(await centre.fact('agent.wrapped-up', { fits }), { notes: 'Ran out of time', promises: [{ what: 'A call' }] })
  await agent.shows('.own-state.ready')
})

scenario(
  'an agent consults a colleague at the page, goes between both, brings all together, and calls somebody afterwards',
  async (t) => {
    const answering = { sip: centre.asterisk.sipAddress, password, answer: { status: 200, afterMs: 0 } } as const
    const phones = [
      await DeskPhone.register({ ...answering, user: '1002' }),
      await DeskPhone.register({ ...answering, user: '1003' })
    ]
    t.teardown(() => Promise.all(phones.map((phone) => phone.close())))
    const agent = await browser.open(centre.url, { width: 390, height: 844 })
    await agent.signIn('1002', password)
    await agent.press('Log on')
    await agent.page.locator('.own-state .go').click()
    const caller = await centre.call(LOST_CARD, { from: WANG_FANG })
    await agent.shows('.call.talking h2', 'Wang Fang')
    const colleague = await centre.readyAgent('1003')

    await agent.press('Consult')
    await agent.page.locator('.transfer input').fill('1003')
    await agent.page.locator('.transfer [type=submit]').click()
    await agent.shows('.consultation', 'you talk to them')
    t.equal(await agent.overflow(), 0, 'fits a narrow window')
    await agent.press('Switch')
    await agent.shows('.consultation', 'on hold')
    await agent.press('Conference')
    await agent.hides('.consultation')
    await agent.shows('.call.talking')
    await agent.press('Keypad')
    await agent.page.locator('.call .keypad').getByRole('button', { name: '5', exact: true }).click()
    await colleague.saw('conferenced')
    t.equal(await agent.page.locator('.refusal').textContent(), '', 'nothing was refused')
    caller.hangup()
    await agent.shows('.call.over')
    await agent.press('Finish wrap-up')
    await agent.shows('.own-state.ready')
    await colleague.saw('agentWorkingAfterCall')
    await colleague.result('contact.wrapUp', {})
    await agent.page.getByLabel('Number to call').fill('1003')
    await agent.page.locator('.dial [type=submit]').click()
    await agent.shows('.call.talking')
    await agent.press('Hang up')
    await agent.hides('.call.talking')
  }
)

scenario('an agent picks up who waits for somebody else', async (t) => {
  const phone = await DeskPhone.register({
    sip: centre.asterisk.sipAddress,
    password,
    user: '1002',
    answer: { status: 200, afterMs: 0 }
  })
  t.teardown(() => phone.close())
  const agent = await browser.open(centre.url)
  await agent.signIn('1002', password)
  await agent.press('Log on')
  await centre.call(EXPERTS, { from: WANG_FANG })
  await agent.shows('[aria-labelledby=pickup-title]', WANG_FANG)
  await agent.press('Pick up')
  await agent.shows('.call.talking h2', 'Wang Fang')
  await agent.press('Hang up')
  await agent.shows('.call.over')
})

scenario('whatever callers, customers, programs and the centre say is shown as text', async (t) => {
  const answering = { sip: centre.asterisk.sipAddress, password, answer: { status: 200, afterMs: 0 } } as const
  const phone = await DeskPhone.register({ ...answering, user: '1002' })
  t.teardown(() => phone.close())
  const [agent, supervisor] = [await browser.open(centre.url), await browser.open(centre.url)]
  await supervisor.signIn('2003', password)
  await supervisor.shows('.queue h3', `Card security ${HOSTILE}`)
  await agent.signIn('1002', password)
  await agent.press('Log on')
  await agent.page.locator('.own-state .go').click()
  const caller = await centre.call(LOST_CARD, { from: HOSTILE_NUMBER })
  await agent.shows('.call.talking h2', HOSTILE)
  await agent.shows('.call .facts dt', HOSTILE)
  await agent.shows('.call .facts dd', 'javascript:window.owned=1')
  await agent.shows('.call .suggestions a', `Ask ${HOSTILE}`)
  t.equal(await agent.page.locator('.suggestions a').getAttribute('href'), 'https://crm.example/c-9')

  const program = await centre.desk('1002')
  const { callId } = await centre.fact('call.established')
  await program.result('associateData', { callId, data: { '<i>attached</i>': HOSTILE } })
  await agent.shows('.call .facts dt', '<i>attached</i>')
  await centre.call(LOST_CARD, { from: '13000000009', fromName: HOSTILE })
  await supervisor.shows('[aria-labelledby=waiting-title] tr', HOSTILE)
  await supervisor.shows('[aria-labelledby=talking-title] tr', HOSTILE)
  caller.hangup()
  await agent.shows('.call.over')
  await agent.page.getByLabel('Result').selectOption({ label: HOSTILE })
  for (const { page } of [agent, supervisor]) {
    t.equal(await page.locator('img[src=x], script:not([src]), i, b').count(), 0)
    t.equal(await page.evaluate('window.owned'), undefined)
  }
  // And if it had become one, the policy would not have let it run.
  agent.excuse(/Refused by the policy|Content Security Policy|\/x$|404/)
  await agent.page.evaluate(`document.body.insertAdjacentHTML('beforeend', ${JSON.stringify(HOSTILE)})`)
  await until(() => agent.problemsSeen.some((complaint) => complaint.includes('Refused by the policy: script-src-attr')), {
    ms: 20_000,
    what: () => `the policy refuses it (${agent.problemsSeen})`
  })
  t.equal(await agent.page.evaluate('window.owned'), undefined)
})

scenario('a program beside the page answers on the phone in the browser, also before the call has come to it', async (t) => {
  const agent = await browserAgent()
  const program = await centre.desk('1001')
  const { telephony } = centre.server
  const createLeg = telephony.createLeg.bind(telephony)
  t.teardown(() => {
    telephony.createLeg = createLeg
  })
  telephony.createLeg = async (...leg) => {
    await program.saw('answerRequested')
    await agent.page.waitForTimeout(3500)
    return createLeg(...leg)
  }
  const caller = await centre.call(LOST_CARD, { voiceHz: 880 })
  const { callId } = (await program.saw('delivered')) as { callId: string }
  await program.result('answerCall', { callId })
  await agent.shows('.call.talking')
  await agent.untilHears()
  await caller.ear.untilSound()
  t.equal((await centre.fact('call.established')).agentId, '1001')

  await agent.page.close({ runBeforeUnload: true })
  t.equal(await caller.ended(), 'server', 'who closes the page hangs up')
})

scenario('the phone in the browser answers by itself for an agent who is set so', async (t) => {
  using _ = centre.changeAgent('1001', { autoAnswer: true })
  const agent = await browserAgent()
  const caller = await centre.call(LOST_CARD, { voiceHz: 880 })
  await agent.shows('.call.talking')
  await agent.untilHears()
  t.ok(await popBeforeRing(agent))
  caller.hangup()
  await agent.shows('.call.over')
  await agent.press('Finish wrap-up')
  await agent.shows('.own-state.ready')
})

scenario('a talk outlives the lost connection of the phone in the browser, and the phone takes the next call', async (t) => {
  const wire = await startTcpProxy(centre.url.slice('http://'.length))
  t.teardown(() => wire.close())
  const agent = await browserAgent({ user: '1011', url: `http://${wire.address}` })
  agent.excuse(/^WebSocket connection to/)
  const mend = async () => {
    wire.mend()
    await until(() => centre.server.telephony.phoneStatus('1011-web') === 'in-service', { ms: 8000, what: 'the phone is back' })
  }
  const answer = async () => {
    const caller = await centre.call(SALES, { voiceHz: 880 })
    await agent.press('Answer')
    await agent.shows('.call.talking')
    return caller
  }

  const first = await answer()
  wire.cut()
  await agent.shows('.light.lost')
  await agent.untilHears()
  await mend()
  await agent.untilHears()
  t.equal(first.endedBy, undefined)
  first.hangup()
  await agent.hides('.desk-phone .time')

  const second = await answer()
  wire.cut()
  await agent.shows('.light.lost')
  second.hangup()
  await until(() => centre.server.calls.size === 0, { what: 'the second call to end' })
  await mend()
  await agent.hides('.desk-phone .time')

  const third = await answer()
  await agent.untilHears()
  third.hangup()
})

scenario('a page that lost its connection catches up, also when the server has restarted', async (t) => {
  const wire = await startTcpProxy(centre.url.slice('http://'.length))
  t.teardown(() => wire.close())
  await centre.phones(['1002'])
  const desk = await centre.desk('1002')
  const page = await browser.open(`http://${wire.address}`)
  page.excuse(/^WebSocket connection to/)
  await page.signIn('1002', password)
  await page.shows('.own-state.loggedOff')
  await desk.result('setAgentState', { state: 'loggedOn' })
  await page.shows('.own-state.notReady')

  wire.cut()
  await page.shows('.light.lost')
  await desk.result('setAgentState', { state: 'ready' })
  const caller = await centre.call(LOST_CARD, { from: WANG_FANG })
  await centre.fact('call.established')
  wire.mend()
  await page.shows('.light.live')
  await page.shows('.own-state.busy')
  await page.shows('.call.talking h2', 'Wang Fang')
  caller.hangup()
  await page.shows('.call.over')

  await centre.restart()
  await page.shows('.light.live', '', 15_000)
  await page.shows('.own-state.workingAfterCall')
  const again = await centre.desk('1002')
  await again.result('contact.wrapUp', {})
  await page.shows('.own-state.ready')
  await again.result('setAgentState', { state: 'loggedOff' })
  await page.shows('.own-state.loggedOff')
})

scenario('a customer screen of forty lines pops before the phone is even dialled', async (t) => {
  const example = await readFile(new URL('../../src/console/examples/crm-screen-pop.html', import.meta.url), 'utf8')
  t.ok(example.trimEnd().split('\n').length <= 40, 'forty lines')
  const phone = await DeskPhone.register({ sip: centre.asterisk.sipAddress, user: '1002', password })
  t.teardown(() => phone.close())
  const screen = await browser.open(`${centre.url}/examples/crm-screen-pop.html`)
  screen.excuse(/status of 401/)
  await screen.page.locator('[name=username]').fill('1002')
  await screen.page.locator('[name=password]').fill('wrong')
  await screen.press('Sign in')
  await screen.shows('[role=status]', 'wrong password')
  await screen.page.locator('[name=password]').fill(password)
  await screen.press('Sign in')
  await screen.shows('[role=status]', 'live')
  await centre.readyAgent('1002')

  // The phone is not dialled before the screen shows the customer: if one waited for the other, neither would come.
  const { telephony } = centre.server
  const createLeg = telephony.createLeg.bind(telephony)
  t.teardown(() => {
    telephony.createLeg = createLeg
  })
  let rungBefore: number | undefined
  telephony.createLeg = async (...leg) => {
    await screen.shows('article h1', 'Wang Fang')
    rungBefore ??= phone.rings.length
    return createLeg(...leg)
  }
  const caller = await centre.call(LOST_CARD, { from: WANG_FANG })
  await phone.ringing(1)
  t.equal(rungBefore, 0)
  await screen.shows('article p', 'lost-card')
  caller.hangup()
  await screen.page.locator('article').waitFor({ state: 'hidden' })
})

scenario(
  'another application shows the desk in a frame, hears of its calls and gives it orders; a stranger may not',
  async (t) => {
    await centre.phones(['1002'])
    const around = await browser.open(crm.origin)
    const desk = around.page.frameLocator('iframe')
    await desk.locator('[name=username]').fill('1002')
    await desk.locator('[name=password]').fill(password)
    await desk.locator('.sign-in [type=submit]').click()
    const told = (switchboard: string, fits = '') =>
      until(() => crm.told(around.page, switchboard, fits), { what: () => `to be told of ${switchboard} ${fits}` })
    const ask = (method: string, params: object = {}) => crm.ask(around.page, method, params)

    t.match(await told('welcome', '"agentId":"1002"'), { agent: { state: 'loggedOff' }, calls: [] })
    t.match(await ask('setAgentState', { state: 'ready' }), { error: { code: 'AGENT_LOGGED_OFF', allowed: ['loggedOn'] } })
    t.match(await ask('setAgentState', { state: 'loggedOn' }), { result: { state: 'notReady' } })
    t.match(await ask('setAgentState', { state: 'ready' }), { result: { state: 'ready' } })
    await told('agentState', '"ready"')
    t.match(await ask('queue.withdraw', { callId: 'x' }), { error: { code: 'NOT_ALLOWED' } }, 'not from a frame')

    await centre.call(LOST_CARD, { from: WANG_FANG })
    const offered = await told('callOffered')
    t.match(offered, { call: { data: { intent: 'lost-card', customer: { name: 'Wang Fang' } } } })
    const { call } = await told('callEstablished')
    await ask('holdCall', { callId: call?.callId })
    await told('callChanged', '"hold"')
    t.match(await ask('clearConnection', { callId: call?.callId }), { result: {} })
    t.match(await told('callEnded'), { call: { callId: call?.callId, data: { intent: 'lost-card' } } })
    await told('agentState', '"workingAfterCall"')
    await ask('contact.wrapUp', { notes: 'By the application around' })
    t.match(await centre.fact('agent.wrapped-up'), { notes: 'By the application around' })

    const other = await browser.open(stranger.origin)
    other.excuse(/frame-ancestors|ERR_BLOCKED_BY_RESPONSE|Failed to execute 'postMessage'/)
    await until(() => other.problemsSeen.some((problem) => problem.includes('frame-ancestors')), {
      what: 'the browser to refuse'
    })
    t.equal(await other.page.frameLocator('iframe').locator('.sign-in').count(), 0)
    t.same(await stranger.all(other.page), [])
  }
)

scenario('a wrong password is told, and the next attempt may be right', async () => {
  const page = await browser.open(centre.url)
  page.excuse(/status of 401/)
  await page.signIn('1001', 'not the password')
  await page.shows('.sign-in [role=alert]', 'User name or password is wrong')
  await page.signIn('1001', password)
  await page.shows('.own-state.loggedOff')
  await page.press('Sign out')
  await page.shows('.sign-in')
})

scenario('the documentation of the API is shown', async (t) => {
  const page = await browser.open(`${centre.url}/docs`)
  await page.shows('.swagger-ui .info .title', 'Switchboard')
  t.ok((await page.page.locator('.opblock').count()) > 8)
})

t.test(
  'Asterisk knew every address that the browsers sent from: it drops the DTLS of others, and their calls stay silent',
  async (t) => {
    t.notMatch(await centre.asterisk.log(), /DTLS packet from \S+ dropped\. Source not in ICE/)
  }
)

t.test('the desks were told what this file is to show, each with all that its type promises', async (t) => {
  await allEventsShown(t, 'tests/centre/console.test.ts')
})

/** An agent at the page in a narrow window, ready, with the browser as their phone. */
async function browserAgent({ user = '1001', url = centre.url } = {}): Promise<WatchedPage> {
  const agent = await browser.open(url, { width: 390, height: 844 })
  await agent.signIn(user, password)
  await agent.press('Use this browser as my phone')
  await agent.shows('.desk-phone', 'This browser is your phone')
  await agent.press('Log on')
  await agent.page.locator('.own-state .go').click()
  await agent.shows('.own-state.ready')
  return agent
}

/** Whether `delivered` was on the CTI socket before the INVITE was on the phone's, which may come after what the page shows of it. */
async function popBeforeRing({ received }: WatchedPage): Promise<boolean> {
  const ring = () => received.findIndex(({ socket, text }) => socket === '/sip' && text.startsWith('INVITE '))
  await until(() => ring() >= 0, { ms: 10_000, what: 'the INVITE' })
  const pop = received.findIndex(({ socket, text }) => socket === '/cti/v1' && text.includes('"type":"delivered"'))
  return pop >= 0 && ring() > pop
}

interface Story {
  readonly call: { readonly caller: string; readonly termination: { readonly result: string; readonly reason: string } | null }
  readonly path: readonly { readonly step: string; readonly exit: string | null }[]
}

/** The record of a call, once its end is written. */
async function storyOf(callId: string): Promise<Story | undefined> {
  const story = await centre.get<Story>(`/api/v1/calls/${callId}`).catch(() => undefined)
  return story?.call.termination ? story : undefined
}

function stepsOf(kind: string): string[] {
  return centre.events.flatMap((event) => (event.type === 'step.left' && event.entry.kind === kind ? [event.entry.step] : []))
}

function asterisk(command: string): Promise<string> {
  return centre.asterisk.cli(command)
}
