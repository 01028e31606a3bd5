import t from 'tap'
import { RememberedAnswers } from '../../src/cti/session/remembered-answers.ts'

t.test('the same request gets the same answer, another of that id a new one', async (t) => {
  const answers = new RememberedAnswers()
  answers.set(1, 'a', Promise.resolve('one'))
  t.equal(await answers.get(1, 'a'), 'one')
  t.equal(answers.get(1, 'b'), undefined)
  t.equal(answers.get('1', 'a'), undefined)
  answers.set(1, 'b', Promise.resolve('two'))
  t.equal(answers.get(1, 'a'), undefined)
  t.equal(await answers.get(1, 'b'), 'two')
  answers.clear()
  t.equal(answers.get(1, 'b'), undefined)
})

t.test('a thousand are kept, and of long ones no more than half a million characters', async (t) => {
  const answers = new RememberedAnswers()
  answers.set('command', 'x', Promise.resolve('done'))
  for (let id = 0; id < 900; id++) {
    answers.set(id, 'callers', Promise.resolve('c'.repeat(20_000)))
    await null
  }
  await null
  const kept = Array.from({ length: 900 }, (_, id) => id).filter((id) => answers.get(id, 'callers') !== undefined)
  t.same(
    kept,
    Array.from({ length: 24 }, (_, at) => 876 + at),
    'the latest of them'
  )
  t.equal(await answers.get('command', 'x'), 'done', 'what a command answered is not given up for them')

  for (let id = 0; id < 1000; id++) answers.set(`short ${id}`, 'x', Promise.resolve('done'))
  t.equal(answers.get('command', 'x'), undefined)
  t.ok(answers.get('short 0', 'x'))
})

t.test('an answer under way is kept for who asks again', async (t) => {
  const answers = new RememberedAnswers()
  const never = new Promise<string>(() => undefined)
  answers.set('command', 'x', never)
  for (let id = 0; id < 100; id++) answers.set(id, 'callers', Promise.resolve('c'.repeat(20_000)))
  await new Promise(setImmediate)
  t.equal(answers.get('command', 'x'), never)
})
