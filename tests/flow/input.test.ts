import fc from 'fast-check'
import t from 'tap'
import { KeyBuffer } from '../../src/flow/key-buffer.ts'
import { readChoice, readDigits } from '../../src/flow/read-keys.ts'
import { flowsOf, walk } from '../helpers/flow/flow-walk.ts'
import { ScriptedCaller } from '../helpers/flow/scripted-caller.ts'
import { VirtualClock } from '../helpers/virtual-clock.ts'

/** A flow with one step to ask, whose exits all end in a step of their own name. */
function asking(step: string, head = ''): readonly ReturnType<typeof flowsOf>[number][] {
  return flowsOf(`
flow: test
languages: [en]
numbers: ["1"]
${head}
steps:
  ask:
${step.replace(/^/gm, '    ')}
  one: { hangup: true }
  twelve: { hangup: true }
  got: { hangup: true }
  silent: { hangup: true }
  wrong: { hangup: true }
`)
}

const exits = 'no_input: { tries: 1, go: silent }\n  no_match: { tries: 1, go: wrong }'
const menu = (more = '') => asking(`menu:\n  prompt: question\n  choices: { 1: one, 12: twelve }\n  ${exits}${more}`)
const collect = (digits: string, more = '', then = '\nthen: got') =>
  asking(`collect:\n  prompt: question\n  into: digits\n  digits: ${digits}\n  ${exits}${more}${then}`)

t.test('silence after the prompt is no input, counted from the end of the prompt', async (t) => {
  const { way, tookMs, caller } = await walk(menu('\n  first_digit: 5s'))
  t.same(way, ['ask:no_input', 'silent'])
  t.same(caller.texts, ['question'])
  t.equal(tookMs, 6000)
})

t.test('a digit during the prompt stops it, and the time between digits runs', async (t) => {
  const { way, caller, tookMs } = await walk(menu(), { events: [[300, '1']] })
  t.same(caller.heard, [{ text: 'question', from: 0, to: 300, whole: false }])
  t.same(way, ['ask:1', 'one'])
  t.equal(tookMs, 2300, 'the shorter choice wins only after the time between digits')
})

t.test('a longer choice with the same beginning is taken at once', async (t) => {
  const { way, tookMs } = await walk(menu(), {
    events: [
      [300, '1'],
      [1200, '2']
    ]
  })
  t.same(way, ['ask:12', 'twelve'])
  t.equal(tookMs, 1200)
})

t.test('without barge-in the prompt is heard to its end and the keys count after it', async (t) => {
  const { way, caller, tookMs } = await walk(menu('\n  barge_in: false'), { events: [[300, '12']] })
  t.same(caller.texts, ['question'])
  t.same(way, ['ask:12', 'twelve'])
  t.equal(tookMs, 1000)
})

t.test('without barge-in a digit during the prompt does not stop the timers for ever', async (t) => {
  const { way, tookMs } = await walk(collect('{ exactly: 4 }', '\n  barge_in: false'), { events: [[900, '1']] })
  t.same(way, ['ask:no_match', 'wrong'])
  t.equal(tookMs, 2900)
})

t.test('an input without a prompt hears keys from the first moment', async (t) => {
  const flows = asking(`collect:\n  into: digits\n  digits: { exactly: 2 }\n  ${exits}\nthen: got`)
  t.same((await walk(flows, { events: [[10, '42']] })).way, ['ask:answer', 'got'])
})

t.test('an expired time between digits with enough of them is an answer', async (t) => {
  const { path, tookMs } = await walk(collect('{ min: 2, max: 6 }'), {
    events: [
      [100, '12'],
      [1500, '3']
    ]
  })
  t.match(path[0], { exit: 'answer', detail: '123' })
  t.equal(tookMs, 3500)
})

t.test('an expired time between digits with too few is a no match that carries them', async (t) => {
  const { path } = await walk(collect('{ exactly: 4 }'), { events: [[100, '123']] })
  t.match(path[0], { exit: 'no_match', detail: '123' })
})

t.test('the finish key ends the input early, and too early it is a no match', async (t) => {
  const early = await walk(collect('{ min: 2, max: 6 }'), { events: [[100, '123#']] })
  t.match(early.path[0], { exit: 'answer', detail: '123' })
  t.equal(early.tookMs, 100)
  t.match((await walk(collect('{ min: 2, max: 6 }'), { events: [[100, '1#']] })).path[0], { exit: 'no_match' })
  t.match((await walk(collect('{ exactly: 4 }'), { events: [[100, '12*']] })).path[0], { exit: 'no_match', detail: '12*' })
})

t.test('the finish key behind a number of fixed length is not taken for a choice', async (t) => {
  const flows = flowsOf(`
flow: test
languages: [en]
numbers: ["1"]
defaults: { no_input: { tries: 1, go: end }, no_match: { tries: 1, go: wrong } }
steps:
  card: { collect: { into: card, digits: { exactly: 4 } }, then: main }
  main: { menu: { prompt: menu, choices: { 1: end } } }
  wrong: { hangup: true }
  end: { hangup: true }
`)
  t.same((await walk(flows, { events: [[0, '1234#1']] })).way, ['card:answer', 'main:1', 'end'])
  t.same(
    (
      await walk(flows, {
        events: [
          [0, '1234'],
          [400, '#'],
          [700, '1']
        ]
      })
    ).way,
    ['card:answer', 'main:1', 'end']
  )
})

t.test('a failing check is a no match, and the refused value is not kept', async (t) => {
  const flows = flowsOf(`
flow: test
languages: [en]
numbers: ["1"]
vars: { card: none }
steps:
  ask:
    collect:
      prompt: card
      into: card
      digits: { exactly: 4 }
      check: luhn(card)
      no_input: { tries: 1, go: tell }
      no_match: { prompts: [no such card, still no such card], tries: 3, go: tell }
    then: tell
  tell: { play: "card \${card}" }
`)
  const wrong = await walk(flows, {
    events: [
      [100, '1234'],
      [3000, '1234'],
      [6000, '1234']
    ]
  })
  t.same(wrong.caller.texts, ['card…', 'no such card card', 'still no such card card', 'card none'])
  const right = await walk(flows, {
    events: [
      [100, '1234'],
      [3000, '1230']
    ]
  })
  t.same(right.caller.texts, ['card…', 'no such card card', 'card 1230'])
})

t.test('silence and wrong keys are counted apart, with prompts that escalate and the last repeating', async (t) => {
  const flows = asking(`menu:
  prompt: question
  choices: { 1: one }
  first_digit: 3s
  no_input: { prompts: [hello, are you there], tries: 4, go: silent }
  no_match: { prompts: [not a choice], repeat: false, tries: 2, go: wrong }`)
  const { caller, way } = await walk(flows, { events: [[5000, '7']] })
  t.same(caller.texts, ['question', 'hello question…', 'not a choice', 'are you there question', 'are you there question'])
  t.same(way, ['ask:no_input', 'silent'])

  const wrong = await walk(flows, {
    events: [
      [100, '7'],
      [5000, '8']
    ]
  })
  t.same(wrong.way, ['ask:no_match', 'wrong'])
})

t.test('callers type ahead over several steps and hear no prompt whose answer is there', async (t) => {
  const flows = flowsOf(`
flow: test
languages: [en]
numbers: ["1"]
defaults: { no_input: { tries: 1, go: end }, no_match: { tries: 1, go: end } }
steps:
  welcome: { play: welcome, then: main }
  main: { menu: { prompt: menu, choices: { 1: pin } } }
  pin: { collect: { prompt: pin, into: pin, digits: { exactly: 4 } }, then: confirm }
  confirm: { menu: { prompt: confirm, choices: { 1: end } } }
  end: { play: "pin \${pin}" }
`)
  const quick = await walk(flows, { events: [[0, '112341']] })
  t.same(quick.caller.texts, ['pin 1234'])
  const during = await walk(flows, {
    events: [
      [500, '11'],
      [700, '234']
    ]
  })
  t.same(during.caller.texts, ['welcome…', 'confirm', 'pin 1234'])
})

t.test('`flush` forgets what was typed ahead', async (t) => {
  const flows = flowsOf(`
flow: test
languages: [en]
numbers: ["1"]
steps:
  welcome: { play: welcome, barge_in: false, then: main }
  main:
    flush: true
    menu: { prompt: menu, choices: { 1: end }, no_input: { tries: 1, go: silent }, no_match: { go: end } }
  silent: { hangup: true }
  end: { hangup: true }
`)
  const { way, caller } = await walk(flows, { events: [[100, '1']] })
  t.same(way, ['welcome', 'main:no_input', 'silent'])
  t.same(caller.texts, ['welcome', 'menu'])
})

t.test('the beginning of a shortcut is no wrong choice until the time between digits has passed', async (t) => {
  const flows = asking(
    `menu:\n  prompt: question\n  choices: { 1: one }\n  ${exits}`,
    'shortcuts: [{ name: help, keys: "*9", go: got }]'
  )
  const pressed = await walk(flows, {
    events: [
      [100, '*'],
      [1900, '9']
    ]
  })
  t.same(pressed.way, ['ask:shortcut', 'got'])
  const given = await walk(flows, { events: [[100, '*']] })
  t.same(given.way, ['ask:no_match', 'wrong'])
  t.equal(given.tookMs, 2100)
})

t.test('a card number typed into a menu is not told in full', async (t) => {
  const flows = asking(`menu:\n  prompt: question\n  choices: { 1: one, 12: twelve }\n  ${exits}`)
  const { path } = await walk(flows, { events: [[0, '4111111111111111']] })
  t.match(path[0], { exit: 'no_match', detail: '41' })
})

t.test('settings of one input do not leak into the next', async (t) => {
  const flows = flowsOf(`
flow: test
languages: [en]
numbers: ["1"]
steps:
  first:
    menu:
      prompt: first
      barge_in: false
      first_digit: 1s
      between_digits: 1s
      choices: { 1: second }
      no_input: { tries: 1, go: second }
      no_match: { go: second }
  second:
    menu:
      prompt: second
      choices: { 1: end }
      no_input: { tries: 1, go: end }
      no_match: { go: end }
  end: { hangup: true }
`)
  const { caller, tookMs } = await walk(flows, { events: [[2100, '9']] })
  t.same(caller.texts.slice(0, 2), ['first', 'second…'], 'the second one can be interrupted')
  t.ok(tookMs > 7000, 'and waits as long as by default')
})

const key = fc.constantFrom(...'0123456789*#')
const keys = fc.array(key, { maxLength: 12 }).map((list) => list.join(''))

t.test('whatever is pressed, late input is never left waiting, and a reading uses up what it says', (t) => {
  fc.assert(
    fc.property(
      keys,
      fc.uniqueArray(
        keys.filter((text) => text !== ''),
        { minLength: 1, maxLength: 5 }
      ),
      (pressed, choices) => {
        const reading = readChoice(pressed, choices, ['*9'], true)
        if (pressed !== '' && reading.kind === 'wait') return false
        return reading.kind !== 'answer' || (choices.includes(reading.value) && pressed.startsWith(reading.value))
      }
    )
  )
  fc.assert(
    fc.property(keys, fc.integer({ min: 0, max: 6 }), fc.integer({ min: 1, max: 6 }), (pressed, min, more) => {
      const rule = { min, max: min + more, finishKey: '#' }
      const reading = readDigits(pressed, rule, ['*9'], true)
      if (pressed !== '' && reading.kind === 'wait') return false
      if (reading.kind !== 'answer') return true
      const { length } = reading.value
      return length >= min && length <= rule.max && pressed.startsWith(reading.value) && reading.length <= length + 1
    })
  )
  t.end()
})

t.test('more keys never turn a taken answer into another one of the same length or shorter', (t) => {
  fc.assert(
    fc.property(keys, keys, (pressed, more) => {
      const rule = { min: 1, max: 4, finishKey: '#' }
      const now = readDigits(pressed, rule, [], false)
      const later = readDigits(pressed + more, rule, [], false)
      return now.kind === 'wait' || JSON.stringify(now) === JSON.stringify(later)
    })
  )
  t.end()
})

const fewKeys = fc.array(fc.constantFrom('1', '*', '9'), { maxLength: 12 }).map((list) => list.join(''))

t.test('the buffer keeps every key in order and gives a shortcut its keys wherever they come', (t) => {
  const shortcut = { name: 'help', keys: '*9', go: { kind: 'step', step: 'x' }, urgent: true } as const
  fc.assert(
    fc.property(fewKeys, fc.integer({ min: 0, max: 12 }), (pressed, early) => {
      const caller = new ScriptedCaller(new VirtualClock())
      caller.press(pressed.slice(0, early))
      using buffer = new KeyBuffer(caller, new VirtualClock())
      using watch = buffer.watch([shortcut])
      caller.press(pressed.slice(early))
      const at = pressed.lastIndexOf('*9')
      return (watch.pressed() === shortcut) === (at !== -1) && buffer.keys === (at === -1 ? pressed : pressed.slice(at + 2))
    })
  )
  t.end()
})
