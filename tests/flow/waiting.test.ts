import t from 'tap'
import { nextLookMs, overflowOf } from '../../src/domain/overflow.ts'
import { noWaitingWords } from '../../src/domain/waiting.ts'
import { fixedParts } from '../../src/flow/fixed-parts.ts'
import { announcementOf, roundedUp, type Standing, type Told } from '../../src/flow/waiting/announcement.ts'
import { canSay, spokenSaying } from '../../src/flow/waiting/sentences.ts'
import { Timetable } from '../../src/flow/waiting/timetable.ts'
import { waitingWords } from '../../src/flow/waiting/waiting-words.ts'
import { flowCentre, flowsOf, walk } from '../helpers/flow/flow-walk.ts'

const smallQueue =
  flowCentre.queues.get('service') ??
  (() => {
    throw new Error('The small centre has lost a queue')
  })()

const flow = (steps: string, head = '') => flowsOf(`flow: test\nlanguages: [en]\nnumbers: ["1"]\n${head}\nsteps:\n${steps}`)
const answered = (afterMs: number) => () => ({ afterMs, exit: { exit: 'answered' } as const })

t.test('keys while waiting', async (t) => {
  const keyed = flow(
    `
  wait: { queue: service, keys: { 1: callback, 0: left }, callback: booked, left: gone, answered: served, on_error: fault }
  booked: { play: booked }
  gone: { play: gone }
  served: { play: served }
  fault: { play: fault }
  lost: { play: lost }`.slice(1),
    'shortcuts: [{ name: lost, keys: "*9", go: lost, urgent: false }]'
  )

  t.test('each takes its exit at once', async (t) => {
    const callback = await walk(keyed, { events: [[4_000, '1']], queue: answered(60_000) })
    t.same([callback.way, callback.tookMs], [['wait:callback', 'booked'], 5_000])
    const left = await walk(keyed, { events: [[4_000, '0']], queue: answered(60_000) })
    t.same(left.way, ['wait:left', 'gone'])
    t.equal(left.sleeping, 0)
  })

  t.test('others are forgotten, and those from before the wait mean nothing in it', async (t) => {
    const early = await walk(keyed, { events: [[0, '000']], queue: answered(10_000) })
    t.same(early.way, ['wait:answered', 'served'])
    const others = await walk(keyed, { events: [[2_000, '25#']], queue: answered(10_000) })
    t.same(others.way, ['wait:answered', 'served'], 'nothing is left that would cut the next prompt short')
    t.same(others.caller.texts, ['served'])
    const after = await walk(keyed, {
      events: [
        [2_000, '7'],
        [2_100, '1']
      ],
      queue: answered(10_000)
    })
    t.same(after.way, ['wait:callback', 'booked'])
  })

  t.test('a shortcut works at any moment, also when it begins late', async (t) => {
    const shortcut = await walk(keyed, {
      events: [
        [2_000, '*'],
        [2_500, '9']
      ],
      queue: answered(10_000)
    })
    t.same(shortcut.way, ['wait:shortcut', 'lost'])
    const half = await walk(keyed, {
      events: [
        [2_000, '*'],
        [2_500, '1']
      ],
      queue: answered(10_000)
    })
    t.same(half.way, ['wait:callback', 'booked'], 'a star alone is nothing')
  })

  t.test('without keys of its own a wait leaves them to the next step', async (t) => {
    const plain = flow(`
  wait: { queue: service, answered: ask, on_error: end }
  ask: { menu: { prompt: ask, choices: { 3: three }, no_input: { go: end }, no_match: { go: end } } }
  three: { hangup: true }
  end: { hangup: true }`)
    const result = await walk(plain, { events: [[2_000, '3']], queue: answered(10_000) })
    t.same(result.way, ['wait:answered', 'ask:3', 'three'])
    t.same(result.caller.texts, [])
  })
})

const minute = 60_000
const settings = { ...noWaitingWords.announce, position: true, estimate: true }
const saidOf = (standing: Standing, told: Told = {}, more: Partial<typeof settings> = {}) =>
  announcementOf({ ...settings, ...more }, standing, told)
const sentencesOf = ({ sayings }: ReturnType<typeof announcementOf>) => sayings.map(({ sentence }) => sentence)

t.test('what is said of a place and a time', async (t) => {
  t.test('places are counted out up to the limit, and the first is told so', async (t) => {
    t.same(sentencesOf(saidOf({ position: 1 })), ['next'])
    t.match(saidOf({ position: 3 }).sayings, [{ sentence: 'position', values: { position: { value: 3 }, ahead: { value: 2 } } }])
    t.same(sentencesOf(saidOf({ position: 11 })), ['position'])
    t.match(saidOf({ position: 12 }).sayings, [{ sentence: 'far', values: { limit: { value: 10, unit: 'people' } } }])
  })

  t.test('times are rounded up to what people plan by, and not promised beyond the limit', async (t) => {
    const rounded = [1, 59_000, minute, minute + 1, 9.5 * minute, 10 * minute + 1, 16 * minute, 31 * minute, 61 * minute]
    t.same(
      rounded.map((ms) => roundedUp(ms) / minute),
      [1, 1, 1, 2, 10, 15, 20, 45, 75]
    )
    t.match(saidOf({ estimateMs: 100_000 }).sayings, [{ sentence: 'wait', values: { wait: { kind: 'duration', ms: 120_000 } } }])
    t.match(saidOf({ estimateMs: 31 * minute }).sayings, [{ sentence: 'long', values: { limit: { ms: 30 * minute } } }])
  })

  t.test('only what is better than before, unless all is to be said', async (t) => {
    const first = saidOf({ position: 5, estimateMs: 5 * minute })
    t.same(sentencesOf(first), ['position', 'wait'])
    t.same(sentencesOf(saidOf({ position: 5, estimateMs: 4.5 * minute }, first.told)), [], 'the same minute, the same place')
    t.same(sentencesOf(saidOf({ position: 6, estimateMs: 6 * minute }, first.told)), [], 'worse')
    const half = saidOf({ position: 4, estimateMs: 9 * minute }, first.told)
    t.same(sentencesOf(half), ['position'], 'one of the two')
    t.same(sentencesOf(saidOf({ position: 4, estimateMs: 5 * minute }, half.told)), [], 'better than the last, not than the best')
    const all = saidOf({ position: 6, estimateMs: 6 * minute }, first.told, { onlyWhenBetter: false })
    t.same(sentencesOf(all), ['position', 'wait'])
    const far = saidOf({ position: 30 })
    t.same(sentencesOf(saidOf({ position: 20 }, far.told)), [], 'more than ten is more than ten')
    t.same(sentencesOf(saidOf({ position: 11 }, far.told)), ['position'])
    const long = saidOf({ estimateMs: 50 * minute })
    t.same(sentencesOf(saidOf({ estimateMs: 40 * minute }, long.told)), [])
    t.same(sentencesOf(saidOf({ estimateMs: 20 * minute }, long.told)), ['wait'])
  })

  t.test('nothing of what is not known or not wanted', async (t) => {
    t.same(sentencesOf(saidOf({})), [])
    t.same(sentencesOf(saidOf({ position: 2 })), ['position'])
    t.same(sentencesOf(saidOf({ position: 2, estimateMs: 1 }, {}, { position: false })), ['wait'])
  })
})

t.test('the timetable: everybody in their rhythm, with music between', async (t) => {
  const place = { firstMs: 10_000, everyMs: 30_000 }
  const once = { firstMs: 10_000 }
  const timetable = new Timetable([place, once], 5_000, 1_000)
  const next = () => timetable.next()
  t.same(next(), { item: place, at: 11_000 })
  timetable.done(place, 11_000, 14_000, true)
  t.same(next(), { item: once, at: 19_000 }, 'after the gap')
  timetable.done(once, 19_000, 20_000, true)
  t.same(next(), { item: place, at: 41_000 })
  timetable.done(place, 41_000, 41_000, false)
  t.same(next(), { item: place, at: 71_000 }, 'what was not said makes no gap')
  t.equal(new Timetable([], 0, 0).next(), undefined)
})

t.test('the words for places and times', async (t) => {
  const values = { position: { kind: 'ordinal', value: 3 } } as const
  t.same(spokenSaying({ sentence: 'position', values }, 'en', settings), [
    { kind: 'text', text: 'You are' },
    { kind: 'ordinal', value: 3 },
    { kind: 'text', text: 'in line.' }
  ])
  t.same(spokenSaying({ sentence: 'position', values }, 'zh-TW', settings)[0], { kind: 'text', text: '您目前排在' })
  const own = { sentences: { de: { next: 'Sie sind die Nächsten.', position: 'Platz {position}.' } } }
  t.same(spokenSaying({ sentence: 'position', values }, 'de', own)[0], { kind: 'text', text: 'Platz' })
  t.notOk(canSay('de', own), 'half of the sentences are not enough')
  t.ok(canSay('en-GB', own))
})

const waiting = (more: string, answered = '') =>
  flow(
    `  wait:
    queue: service
    keys: { 0: left }
    left: gone
    on_error: gone
${more.replace(/^/gm, '    ')}
    ${answered}
  gone: { play: gone }`,
    'shortcuts: [{ name: lost, keys: "*9", go: gone, urgent: false }]'
  )

t.test('a wait with words', async (t) => {
  const told = waiting(`
announce: { position: true, estimate: true, first: 10s, every: 30s }
messages: [{ first: 20s, every: 40s, say: thanks }]
gap: 5s`)

  t.test('tells how it stands as it gets better, and comforts in between', async (t) => {
    const stay = { afterMs: 120_000, exit: { exit: 'answered' }, positions: [3, 2, 2, 1], estimateMs: 170_000 } as const
    const { caller, sleeping, announced } = await walk(told, { queue: () => stay })
    t.same(
      caller.heard.map(({ text, from }) => [text, from]),
      [
        ['You are ordinal:3 in line. The wait is about duration:180000', 10_000],
        ['thanks', 20_000],
        ['You are ordinal:2 in line.', 40_000],
        ['thanks', 60_000],
        ['The wait is about duration:120000', 70_000],
        ['You are next.', 100_000],
        ['thanks', 106_000]
      ]
    )
    t.equal(sleeping, 0)
    t.match(announced, [
      { queue: 'service', position: 3, estimateMs: 160_000, whole: true },
      { message: 1 },
      { position: 2 },
      { message: 1 },
      { estimateMs: 100_000 },
      { position: 1 },
      { message: 1 }
    ])
  })

  t.test('an answer, a hang-up and a key cut short what is said', async (t) => {
    const stay = (afterMs: number) => () => ({ afterMs, exit: { exit: 'answered' } as const, positions: [2] })
    const cut = await walk(told, { queue: stay(11_500) })
    t.same([cut.caller.texts, cut.tookMs], [['You are ordinal:2 in line.…'], 11_500])
    t.match(cut.announced, [{ position: 2, whole: false }])
    const gone = await walk(told, { queue: stay(60_000), events: [[11_000, 'hangup']] })
    t.same([gone.caller.texts, gone.tookMs, gone.sleeping], [['You are ordinal:2 in line.…'], 11_000, 0])
    const left = await walk(told, { queue: stay(60_000), events: [[11_000, '0']] })
    t.same(
      [left.way, left.caller.texts],
      [
        ['wait:left', 'gone'],
        ['You are ordinal:2 in line.…', 'gone']
      ]
    )
    const shortcut = await walk(told, { queue: stay(60_000), events: [[11_000, '*9']] })
    t.same(shortcut.way, ['wait:shortcut', 'gone'])
    const other = await walk(told, { queue: stay(30_000), events: [[11_000, '5']] })
    t.same(other.caller.texts[0], 'You are ordinal:2 in line.', 'a key without a meaning cuts nothing')
  })

  t.test('what cannot be said is told in the trace, and the wait goes on', async (t) => {
    const stay = { afterMs: 35_000, exit: { exit: 'answered' }, positions: [2] } as const
    const { way, announced, caller } = await walk(told, { queue: () => stay, broken: ['You are'] })
    t.same([way, caller.texts], [['wait:answered'], ['thanks']])
    t.match(announced, [
      { whole: false, problem: 'INTERNAL' },
      { message: 1, whole: true }
    ])
  })

  t.test('several texts take turns, or come by chance, in the language of the caller', async (t) => {
    const many = (order: string) =>
      flowsOf(`flow: test
languages: [en, zh-CN]
numbers: ["1"]
steps:
  wait:
    queue: service
    on_error: end
    messages: [{ first: 5s, every: 10s, order: ${order}, say_one_of: [{ en: a, zh-CN: 甲 }, { en: b, zh-CN: 乙 }, { en: c, zh-CN: 丙 }] }]
    gap: 1s
  end: { hangup: true }`)
    const stay = { afterMs: 40_000, exit: { exit: 'answered' } } as const
    t.same((await walk(many('in_turn'), { queue: () => stay })).caller.texts, ['a', 'b', 'c', 'a'])
    t.same((await walk(many('random'), { queue: () => stay })).caller.texts, ['b', 'b', 'b', 'b'])
  })

  t.test("a queue's own words, and a step's in place of them", async (t) => {
    const queue = {
      ...noWaitingWords,
      announce: { ...noWaitingWords.announce, position: true, firstMs: 5_000 },
      messages: [
        { firstMs: 8_000, order: 'in-turn', say: [new Map([['en', [{ kind: 'text', text: 'ours' } as const]]])] } as const
      ]
    }
    t.match(waitingWords(undefined, queue), {
      gapMs: 10_000,
      announce: { position: true, firstMs: 5_000 },
      messages: [{ firstMs: 8_000 }]
    })
    t.match(waitingWords({ announce: { estimate: true }, messages: [] }, queue), {
      announce: { position: true, estimate: true, firstMs: 5_000 },
      messages: []
    })
    const [plain] = flow('  wait: { queue: service, on_error: end }\n  end: { hangup: true }')
    if (plain === undefined) throw new Error('The flow is gone')
    const parts = fixedParts(plain, new Map([['service', { ...smallQueue, waiting: queue }]])).get('en')
    t.match(parts?.[0], { text: 'ours' }, 'all of it is made into audio beforehand')
    t.ok(parts?.some((part) => part.kind === 'text' && part.text === 'You are next.'))
  })
})

t.test('overflow: the first rule of which all holds, at the time it may hold', async (t) => {
  const rule = (queue: string, conditions: object) => ({ queue, skills: {}, ...conditions })
  const rules = [
    rule('night', { fewerAgentsThan: 1 }),
    rule('experts', { afterMs: 60_000, longerThan: 3 }),
    rule('everybody', { afterMs: 120_000 })
  ]
  const goesTo = (waitedMs: number, ahead: number, loggedOn: number, closed: string[] = []) =>
    overflowOf(rules, { waitedMs, ahead, loggedOn }, (queue) => !closed.includes(queue))?.queue
  t.equal(goesTo(0, 9, 2), undefined)
  t.equal(goesTo(0, 0, 0), 'night')
  t.equal(goesTo(60_000, 3, 2), undefined)
  t.equal(goesTo(60_000, 4, 2), 'experts')
  t.equal(goesTo(120_000, 4, 2, ['experts']), 'everybody', 'nobody goes where nobody is taken')
  t.equal(goesTo(130_000, 0, 0, ['night', 'experts', 'everybody']), undefined)
  t.same(
    [0, 59_999, 60_000, 120_000].map((ms) => nextLookMs(rules, ms)),
    [60_000, 60_000, 120_000, undefined]
  )

  const sent = flow(`  wait:
    queue: service
    priority: high
    max_wait: 90s
    overflow: [{ after: 1m, queue: sales, skills: { english: 2 } }]
    timeout: late
    full: late
  late: { play: late }`)
  const [wait] = sent
  t.match(wait?.steps.get('wait'), { overflow: [{ queue: 'sales', afterMs: 60_000, skills: { english: 2 } }] })
})
