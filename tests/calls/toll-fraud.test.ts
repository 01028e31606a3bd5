import t from 'tap'
import { isAllowedAddress } from '../../src/domain/allowed-address.ts'
import type { Centre } from '../../src/domain/centre.ts'
import { addressOf, type DialRules, isAddressOfAllowed } from '../../src/domain/dial-rules.ts'
import type { AgentId, ContactId } from '../../src/domain/ids.ts'
import { destinationOf, OutsideTally } from '../../src/domain/outside-tally.ts'
import type { RouteTarget } from '../../src/domain/ports/routes.ts'
import { TalkCentre, talkCentreSettings } from '../helpers/centre/talk-centre.ts'
import { SeededRandom } from '../helpers/seeded-random.ts'

const A = '1001' as AgentId

const dialRules: DialRules = {
  ...(talkCentreSettings.dialRules as DialRules),
  address: 'sip:{number}@gw.test',
  allowed: ['138xxxxxxxx', '+86*', '0*', 'sip:vip-*'],
  denied: ['1389*', '+86900*', '0900*', '0044*'],
  ringMs: 5_000
}
const allowedTransfers = ['sip:desk@pbx.test', 'sip:desk@pbx.test;transport=tls', 'sip:phone@127.0.0.1:*', 'sip:branch@pbx.test*']
const settings: Centre = { ...talkCentreSettings, allowedTransfers, dialRules, routeApps: new Map([['crm', new Set(['crm'])]]) }

/** The rules above once more, in another way: what may be dialled, character by character. */
function isPermitted(dialString: string): boolean {
  if (/^PJSIP\/100[1-4]$/.test(dialString)) return true
  const uri = /^PJSIP\/trunk\/(.*)$/s.exec(dialString)?.[1] ?? ''
  if (uri === 'sip:desk@pbx.test' || uri === 'sip:desk@pbx.test;transport=tls') return true
  if (/^sip:(phone@127\.0\.0\.1:|branch@pbx\.test:)\d{1,5}$/.test(uri) || uri === 'sip:branch@pbx.test') return true
  if (/^sip:vip-[A-Za-z0-9_.+-]*@[A-Za-z0-9.-]+(:\d{1,5})?$/.test(uri)) return true
  const number = /^sip:(\+?[0-9]{3,20})@gw\.test$/.exec(uri)?.[1] ?? ''
  if (/^(\+|00)(86900|44)/.test(number) || /^(1389|0900)/.test(number)) return false
  return /^138\d{8}$/.test(number) || number.startsWith('+86') || number.startsWith('0')
}

const good = [
  '13800138000',
  'sip:desk@pbx.test',
  'sip:phone@127.0.0.1:5070',
  'sip:branch@pbx.test',
  '+8613800138000',
  '0211234567'
]
const odd = [
  ...['', ' ', '0', '+', '00', '1', '+1', '112', '13900138000', '+19005551234', '0019005551234', '00441234567', '+441234567'],
  ...['13891234567', '1389 123 4567', '(1389)1234567', '+86 900 123', '0086900123', '0900123456', '09 00-123456'],
  ...[
    '13800138000;phone-context=evil.test',
    '13800138000;ext=1',
    '13800138000,1',
    '13800138000w1',
    '13800138000x',
    '1380013800a'
  ],
  ...[
    '13800138000@evil.test',
    '13800138000&PJSIP/trunk/sip:+19005551234@gw.test',
    '13800138000/n',
    '13800138000|1',
    '*72',
    '#31#112'
  ],
  ...[
    'PJSIP/trunk/+19005551234',
    'PJSIP/1001',
    'Local/s@from-trunk',
    'trunk/sip:x@evil.test',
    'Dial(PJSIP/1002)',
    '${EXTEN}',
    '1002&1003'
  ],
  ...['tel:+19005551234', 'TEL:112', 'SIP:desk@pbx.test', 'sip:', 'sip:@pbx.test', 'sip:desk@', 'sip:desk', 'sips:desk@pbx.test'],
  ...['sip:desk@pbx.test.evil.test', 'sip:desk@pbx.test:5060', 'sip:desk@pbx.test;maddr=evil.test', 'sip:desk@pbx.test?Route=x'],
  ...[
    'sip:branch@pbx.test.evil.test',
    'sip:branch@pbx.testevil',
    'sip:branch@pbx.test:99999999',
    'sip:branch@pbx.test;lr',
    'sip:branch@pbx.test@evil.test'
  ],
  ...[
    'sip:phone@127.0.0.1:',
    'sip:phone@127.0.0.1:80@evil.test',
    'sip:phone@127.0.0.1:5070;x=y',
    'sip:phone@127.0.0.1:5070&PJSIP/1001'
  ],
  ...[
    'sip:+19005551234@gw.test',
    'sip:13891234567@gw.test',
    'sip:0044123456@gw.test',
    'sip:13800138000@gw.test.evil.test',
    'sips:13800138000@gw.test'
  ],
  ...[
    'sip:desk%40evil.test@pbx.test',
    'sip:desk@pbx.test\r\nRoute: <sip:evil.test>',
    'sip:desk@pbx.test\0',
    '１３８００１３８０００',
    '138٠٠١٣٨٠٠٠'
  ]
]

t.test('what is allowed, and nothing else, of forty thousand odd writings', (t) => {
  const random = new SeededRandom(7)
  const bits = [
    ...good,
    ...odd,
    '+',
    '00',
    ' ',
    ';',
    '&',
    '/',
    '@',
    ':',
    '*',
    '?',
    '%00',
    '\n',
    'sip:',
    'PJSIP/',
    'evil.test',
    '.',
    '1389',
    '86',
    '900'
  ]
  let allowed = 0
  for (let round = 0; round < 40_000; round++) {
    const base = random.pick([...good, ...odd])
    const at = random.below(base.length + 1)
    const wish = base.slice(0, at) + (round % 3 === 0 ? '' : random.pick(bits)) + base.slice(at + random.below(3))
    const address = addressOf(wish, dialRules)
    for (const uri of [
      address ?? '',
      isAllowedAddress(wish, allowedTransfers) || isAddressOfAllowed(wish, dialRules) ? wish : ''
    ]) {
      if (uri === '') continue
      allowed++
      if (!isPermitted(`PJSIP/trunk/${uri}`)) t.fail('something else can be dialled', { wish, uri })
    }
  }
  t.ok(allowed > 1000, 'and what is allowed is')
  t.end()
})

type CallId = Parameters<TalkCentre['desk']['hold']>[0]

/** A centre, and everything that was dialled in it as Asterisk is told it. */
interface Watched {
  readonly centre: TalkCentre
  readonly dialed: readonly string[]
  readonly callId: CallId
}

/** How somebody wishes for a call outside, and in what centre: by default one in which a caller talks with agent 1001. */
interface Door {
  readonly open?: (to: string) => Promise<Watched>
  readonly wish: (centre: TalkCentre, to: string, callId: CallId) => unknown
}

function watched(centre: TalkCentre): { readonly centre: TalkCentre; readonly dialed: string[] } {
  const { telephony } = centre
  const dialed: string[] = []
  const create = telephony.createLeg.bind(telephony)
  telephony.createLeg = (leg) => {
    dialed.push(leg.endpoint)
    return create(leg)
  }
  return { centre, dialed }
}

async function inTalk(): Promise<Watched> {
  const seen = watched(new TalkCentre({ settings }))
  const { callId } = await seen.centre.talk()
  return { ...seen, callId }
}

async function offered(): Promise<Watched> {
  const seen = watched(new TalkCentre({ settings }))
  seen.centre.ready('1001')
  const { callId } = await seen.centre.call()
  await seen.centre.pass(50)
  return { ...seen, callId }
}

async function idle(): Promise<Watched> {
  const seen = watched(new TalkCentre({ settings }))
  seen.centre.ready('1001')
  return { ...seen, callId: '' as CallId }
}

async function inConference(): Promise<Watched> {
  const talk = await inTalk()
  const { centre, callId } = talk
  void centre.desk.consult(callId, A, { kind: 'agent', agentId: '1002' })
  await centre.pass(50)
  centre.pickUp('1002')
  await centre.pass(50)
  void centre.desk.conference(callId, A)
  await centre.pass(50)
  return talk
}

/** A caller whose flow does that; an application of it answers without anybody having checked the answer. */
async function inFlow(step: string, from: string, to?: RouteTarget): Promise<Watched> {
  const flow = `flow: line\nnumbers: ["7000"]\nlanguages: [en]\nsteps:\n  out:\n    ${step}\n    on_error: bye\n  bye: { hangup: true }\n`
  const answer = to === undefined ? ({ exit: 'default', why: 'declined' } as const) : ({ exit: 'selected', to } as const)
  const seen = watched(new TalkCentre({ settings, flow, routes: { ask: async () => answer } }))
  const { callId } = await seen.centre.call(from)
  return { ...seen, callId }
}

const routed = (to: RouteTarget) => inFlow('route: { app: crm }\n    default: bye', '13900000000', to)
const nothing = () => undefined

const doors: Readonly<Record<string, Door>> = {
  'a call from the desk': { open: idle, wish: ({ desk }, to) => desk.makeCall(A, { to }) },
  'a consultation': { wish: ({ desk }, to, callId) => desk.consult(callId, A, { kind: 'sip', uri: to }) },
  'a consultation of an agent': { wish: ({ desk }, to, callId) => desk.consult(callId, A, { kind: 'agent', agentId: to }) },
  'a transfer': { wish: ({ desk }, to, callId) => desk.singleStepTransfer(callId, A, { kind: 'sip', uri: to }) },
  'a transfer to an agent': {
    wish: ({ desk }, to, callId) => desk.singleStepTransfer(callId, A, { kind: 'agent', agentId: to })
  },
  'a transfer to a number': {
    wish: ({ desk }, to, callId) => desk.singleStepTransfer(callId, A, { kind: 'number', number: to })
  },
  'a transfer out of a conference': {
    open: inConference,
    wish: ({ desk }, to, callId) => desk.singleStepTransfer(callId, A, { kind: 'sip', uri: to })
  },
  'the transfer key of a phone': {
    wish: (centre, to) => centre.phone('1001').events.publish({ type: 'transfer-asked', to, replaces: undefined })
  },
  'an offer sent on': { open: offered, wish: ({ desk }, to, callId) => desk.deflect(callId, A, { kind: 'sip', uri: to }) },
  'a flow that transfers to who the caller claims to be': {
    open: (to) => inFlow('transfer: { sip: "${call.caller}" }', to),
    wish: nothing
  },
  'an application that routes to an address': { open: (to) => routed({ kind: 'sip', uri: to }), wish: nothing },
  'an application that routes to a number': { open: (to) => routed({ kind: 'number', number: to }), wish: nothing },
  'a callback': { open: idle, wish: (centre, to) => centre.callbacks.add(draft(to)) }
}

const draft = (number: string) => ({
  ...({ number, queue: 'service', priority: 'normal', skills: {}, language: 'en', dialed: '', bookedBy: 'flow' } as const),
  ...{ contactId: 'contact' as ContactId, at: undefined, withinMs: undefined, enqueuedAt: undefined },
  data: { path: [], collected: {}, waited: { totalMs: 0, queues: [] }, language: 'en', priority: 'normal' } as const
})

/** What is dialled when somebody wishes for each of these, by that door. Where nothing came of a wish the next is made in the same centre. */
async function dialedBy(
  { open = inTalk, wish }: Door,
  wishes: readonly string[]
): Promise<readonly (readonly [string, string])[]> {
  const all: (readonly [string, string])[] = []
  let now: Watched | undefined
  for (const to of wishes) {
    const isFresh = now === undefined
    now ??= await open(to)
    const { centre, dialed, callId } = now
    const [before, facts] = [isFresh ? 0 : dialed.length, centre.facts.length]
    void wish(centre, to, callId)
    for (let round = 0; round < 3; round++) await answering(centre)
    all.push(...dialed.slice(before).map((dialString) => [to, dialString] as const))
    if (open.length > 0 || facts !== centre.facts.length) now = undefined
  }
  return all
}

async function answering(centre: TalkCentre): Promise<void> {
  await centre.pass(20)
  for (const one of [...centre.telephony.channels.values()]) if (one.rings && one.endpoint === '1001') one.pickUp()
}

t.test('no way in the house leads to a number that is not allowed, however it is written', async (t) => {
  for (const [name, door] of Object.entries(doors)) {
    const dialed = await dialedBy(door, [...odd, ...good])
    const wrong = dialed.filter(([, dialString]) => !isPermitted(dialString))
    t.same(wrong, [], name)
    const outside = dialed.some(([, dialString]) => dialString.startsWith('PJSIP/trunk/'))
    const inside = ['a consultation of an agent', 'a transfer to an agent', 'a transfer to a number']
    t.equal(outside, !inside.includes(name), `${name} and the outside`)
  }
})

t.test('calls outside leave by the endpoint that the centre names', async (t) => {
  const centre = new TalkCentre({ settings: { ...settings, dialRules: { ...dialRules, endpoint: 'carrier' } } })
  const { dialed } = watched(centre)
  const { callId } = await centre.talk()
  await centre.desk.consult(callId, A, { kind: 'sip', uri: 'sip:desk@pbx.test' })
  await centre.pass(100)
  t.same(
    dialed.filter((dialString) => dialString.includes('sip:')),
    ['PJSIP/carrier/sip:desk@pbx.test']
  )
})

t.test('calls outside are capped for a minute and for a destination, and a refusal is told', async (t) => {
  const outsideCaps = { perMinute: 4, perDestination: 2, withinMs: 3_600_000 }
  const centre = new TalkCentre({ settings: { ...settings, outsideCaps } })
  const { dialed } = watched(centre)
  const outside = () => dialed.filter((dialString) => dialString.startsWith('PJSIP/trunk/')).length
  const refusals = () => centre.told('call.dial-refused').map(({ device, why }) => `${why} ${device}`)
  const { callId } = await centre.talk()
  const consult = async (uri: string) => {
    await centre.desk.consult(callId, A, { kind: 'sip', uri })
    await centre.pass(100)
    if (centre.telephony.legTo(uri) !== undefined) centre.phone(uri).leave(17)
    await centre.pass(100)
  }
  for (const port of [5070, 5071, 5072]) await consult(`sip:phone@127.0.0.1:${port}`)
  t.same([outside(), refusals()], [2, ['per-destination sip:phone@127.0.0.1:5072']], 'the third, by whatever port')
  for (let times = 0; times < 2; times++) await consult('sip:desk@pbx.test')
  t.equal(outside(), 4, 'whom the configuration names whole is counted in the minute only')
  await consult('sip:branch@pbx.test')
  t.same(refusals().slice(1), ['per-minute sip:branch@pbx.test'])
  t.ok(centre.hearing()['1001'], 'the agent still talks')
  t.match(centre.log.lines.at(-1), { level: 'warn', message: 'A call to the outside was refused', fields: { why: 'per-minute' } })

  await centre.callbacks.add(draft('13800138000'))
  await centre.pass(100)
  const offers = () => centre.told('offer.made').length
  t.equal(offers(), 1, 'nobody is rung for a callback that cannot be made now')
  await centre.pass(90_000)
  t.ok(offers() > 1, 'and it is made a minute later')
  await centre.callbacks.close()
})

t.test('the tally forgets what is over, and knows a destination in any writing', (t) => {
  const caps = { perMinute: 2, perDestination: 3, withinMs: 600_000 }
  const tally = new OutsideTally()
  t.equal(tally.reached('x', caps, 0), undefined)
  for (const at of [0, 1_000]) tally.count('x', caps, at)
  t.equal(tally.reached('x', caps, 59_999), 'per-minute')
  t.equal(tally.reached('x', caps, 60_000), undefined, 'the first is a minute old')
  tally.count('x', caps, 200_000)
  t.equal(tally.reached('x', caps, 300_000), 'per-destination')
  t.equal(tally.reached('y', caps, 300_000), undefined)
  t.equal(tally.reached(undefined, caps, 300_000), undefined)
  t.equal(tally.reached('x', caps, 600_000), undefined)
  const same = ['sip:+8613800138000@GW.test', 'sips:008613800138000@gw.test:5061', 'sip:8613800138000@gw.test;transport=tls']
  t.same([...new Set(same.map(destinationOf))], ['8613800138000@gw.test'])
  t.end()
})
