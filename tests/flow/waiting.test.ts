import t from 'tap'
import { flowsOf, walk } from '../helpers/flow-walk.ts'

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
