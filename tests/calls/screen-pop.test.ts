import t from 'tap'
import { LiveCentre } from '../../src/assembly/live-centre.ts'
import { withValues } from '../../src/domain/attached-values.ts'
import type { CustomerId } from '../../src/domain/ids.ts'
import { OPEN_CASES_MAX, openCasesOf } from '../../src/domain/open-case.ts'
import { SUGGESTIONS_MAX, type SuggestionFacts, type SuggestionRule, suggestionsFor } from '../../src/domain/suggestion.ts'
import { attached, callScript } from '../helpers/centre/call-script.ts'
import { smallCentre } from '../helpers/centre/small-centre.ts'
import { TalkCentre, talkCentreSettings } from '../helpers/centre/talk-centre.ts'
import { startCtiApp } from '../helpers/cti/cti-app.ts'
import { CtiClient } from '../helpers/cti/cti-client.ts'

const rule = (id: string, when: SuggestionRule['when'] = {}, more: Partial<SuggestionRule> = {}): SuggestionRule => ({
  ...{ id, title: { en: id }, when },
  ...more
})
const idsOf = (suggestions: readonly { readonly id: string }[] = []) => suggestions.map(({ id }) => id)

t.test('what is suggested goes by what is known of the call: all that a rule names, of a list one', (t) => {
  const facts: SuggestionFacts = {
    ...attached,
    collected: { amount: 5, card: '7', none: null, deep: { card: '7' } },
    waited: { queues: ['sales', 'service'] },
    tags: ['complaint']
  }
  const table: [when: SuggestionRule['when'], holds: boolean][] = [
    [{}, true],
    [{ intents: ['balance', 'lost-card'] }, true],
    [{ intents: ['balance'] }, false],
    [{ segments: ['gold'], flags: ['card-lost'], languages: ['en'], priorities: ['high'], fastPaths: ['lost-card'] }, true],
    [{ segments: ['gold'], flags: ['vip'] }, false],
    [{ queues: ['service'] }, true],
    [{ queues: ['sales'] }, false],
    [{ tags: ['praise', 'complaint'] }, true],
    [{ collected: { amount: ['5'], card: [7, 8] } }, true],
    [{ collected: { amount: [5], card: [8] } }, false],
    [{ collected: { none: ['null'] } }, false],
    [{ collected: { deep: ['[object Object]'] } }, false],
    [{ collected: { toString: ['x'] } }, false]
  ]
  for (const [when, holds] of table) t.equal(suggestionsFor([rule('a', when)], facts) !== undefined, holds, JSON.stringify(when))
  const nobody: SuggestionFacts = { collected: {}, waited: { queues: [] }, language: 'en', priority: 'normal' }
  t.equal(suggestionsFor([rule('a', { segments: ['gold'] }), rule('b', { queues: ['service'] })], nobody), undefined)
  const many = Array.from({ length: 20 }, (_, at) => rule(`r${at}`))
  t.same(idsOf(suggestionsFor(many, nobody)), idsOf(many.slice(0, SUGGESTIONS_MAX)), 'the first ones')

  const linked = rule('card', {}, { url: 'https://crm.test/{customer}?of={customer}', text: { en: 'Ask first' } })
  const odd = { ...facts, customer: { id: 'c/1 &2', segment: 'gold', flags: [] } }
  t.same(suggestionsFor([linked], odd), [
    { id: 'card', title: { en: 'card' }, text: { en: 'Ask first' }, url: 'https://crm.test/c%2F1%20%262?of=c%2F1%20%262' }
  ])
  t.same(
    suggestionsFor([linked], nobody),
    [{ id: 'card', title: { en: 'card' }, text: { en: 'Ask first' } }],
    'no link to nobody'
  )
  t.end()
})

t.test('open cases have a place of their own, whatever another system answers', async (t) => {
  const whole = { id: 'C-7', title: 'Lost card', status: 'open', openedAt: '2026-11-20', url: 'https://crm.test/C-7' }
  t.same(openCasesOf([whole, { ...whole, id: 7, title: '', url: 'javascript:alert(1)', owner: 'Li' }]), [
    whole,
    { id: '7', status: 'open', openedAt: '2026-11-20' }
  ])
  for (const odd of [undefined, null, 'C-7', { id: 'C-7' }, [null, 3, 'C-7', {}, { id: '' }, { id: { x: 1 } }]])
    t.same(openCasesOf(odd), [], JSON.stringify(odd))
  const many = openCasesOf(Array.from({ length: 50 }, (_, at) => ({ id: at, title: 'x'.repeat(5000) })))
  t.same([many.length, many.at(-1)?.title?.length], [OPEN_CASES_MAX, 200])

  const centre = new TalkCentre({})
  const { callId, caller } = await centre.talk()
  const attach = (values: Readonly<Record<string, unknown>>) => {
    t.ok(centre.desk.associateData(callId, '1001' as never, values).ok)
    return centre.told('call.data-changed').at(-1)?.data
  }
  t.match(attach({ openCases: [whole], note: 'x' }), { openCases: [whole], collected: { note: 'x', openCases: undefined } })
  t.match(attach({ note: null }), { openCases: [whole], collected: { note: undefined } }, 'they stay')
  t.notOk('openCases' in (attach({ openCases: null }) ?? {}))
  const crowd = Array.from({ length: 500 }, (_, at) => ({ id: at, title: 'A letter', letter: 'x'.repeat(1000) }))
  t.equal(attach({ openCases: crowd, note: 'y' })?.openCases?.length, OPEN_CASES_MAX, 'only what is shown counts')
  t.notOk(centre.desk.associateData(callId, '1001' as never, { note: 'x'.repeat(70_000) }).ok, 'too much')
  t.same(withValues({ collected: {} }, JSON.parse('{"__proto__": 1, "intent": 5}')).intent, '5')
  caller.leave()
  await centre.pass(60_000)
  t.same(centre.left(), {})
})

t.test('suggestions are with the offer, follow what is attached, and the rules of the moment', async (t) => {
  const suggestions = [rule('serve', { queues: ['service'] }), rule('block', { intents: ['lost-card'] })]
  const live = new LiveCentre({ ...talkCentreSettings, suggestions })
  const centre = new TalkCentre({ settings: live.centre })
  const { callId, caller } = await centre.talk()
  t.same(idsOf(centre.told('offer.made').at(-1)?.data.suggestions), ['serve'])
  t.ok(centre.desk.associateData(callId, '1001' as never, { intent: 'lost-card' }).ok)
  t.same(idsOf(centre.told('call.data-changed').at(-1)?.data.suggestions), ['serve', 'block'])

  live.replace({ ...talkCentreSettings, suggestions: [rule('other')] })
  t.ok(centre.desk.associateData(callId, '1001' as never, { note: 'x' }).ok)
  t.same(idsOf(centre.told('call.data-changed').at(-1)?.data.suggestions), ['other'], 'without a restart')
  live.replace(talkCentreSettings)
  t.ok(centre.desk.associateData(callId, '1001' as never, { note: 'y' }).ok)
  t.notOk('suggestions' in (centre.told('call.data-changed').at(-1)?.data ?? {}), 'a centre without any')
  caller.leave()
  await centre.pass(60_000)
  t.same(centre.left(), {})
})

t.test('who sees a call asks what is suggested for it now; for others there is no such call', async (t) => {
  const suggestions = [rule('block', { intents: ['lost-card'] }), rule('big', { collected: { amount: [5] } })]
  const live = new LiveCentre({ ...smallCentre, suggestions: [...suggestions, rule('gold', { segments: ['gold'] })] })
  const { app, url, bus } = await startCtiApp({}, live.centre)
  t.teardown(() => app.close())
  const [agent, lead, other] = await Promise.all(['1001', '2001', '1003'].map((name) => CtiClient.open(url, name)))
  const asked = async (client = agent) =>
    idsOf((await client?.result<{ suggestions: [] }>('suggestion.list', { callId: 'a' }))?.suggestions)
  const hidden = { error: { data: { code: 'CALL_UNKNOWN' } } }
  const call = callScript('a')
  bus.publish(call.started)
  t.match(await agent?.request('suggestion.list', { callId: 'a' }), hidden, 'not theirs yet')
  bus.publish(call.queued)
  t.same(await asked(lead), ['block', 'gold'], 'who leads the queue')
  bus.publish(call.offered('1001'))
  t.same(await asked(), ['block', 'gold'])
  t.match(await other?.request('suggestion.list', { callId: 'a' }), hidden, 'another team')
  t.match(await agent?.request('suggestion.list', { callId: 'nothing' }), hidden)

  bus.publish(call.dataChanged)
  t.same(await asked(), ['block', 'big', 'gold'], 'after data were attached')
  const { callId, contactId } = call.started
  const customer = { ...attached.customer, id: 'c1' as CustomerId, segment: 'standard' } as NonNullable<typeof attached.customer>
  bus.publish({ type: 'call.identified', customer, callId, contactId })
  bus.publish({ type: 'customer.changed', customer, by: 'admin' })
  t.same(await asked(), ['block', 'big'], 'after the customer was changed')
  live.replace({ ...smallCentre, suggestions: [rule('new', { flags: ['card-lost'] })] })
  t.same(await asked(), ['new'], 'by rules of which there were others before')
  live.replace(smallCentre)
  t.same(await asked(), [])
})
