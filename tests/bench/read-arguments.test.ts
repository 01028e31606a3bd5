import t from 'tap'
import { helpOf, readArguments } from './read-arguments.ts'

const usual = { minutes: 10, 'calls-per-second': 1.5, only: '', json: false } as const

t.test('what is not given is as usual', async (t) => {
  t.same(readArguments(usual, []), usual)
  t.same(readArguments(usual, ['--minutes', '0', '--calls-per-second=2.5', '--only', 'a,b', '--json']), {
    minutes: 0,
    'calls-per-second': 2.5,
    only: 'a,b',
    json: true
  })
})

t.test('a run is not begun with what nobody meant', async (t) => {
  t.throws(() => readArguments(usual, ['--minute', '3']), /'--minute'/)
  t.throws(() => readArguments(usual, ['--minutes', 'three']), /--minutes: expected a number, got "three"/)
  t.throws(() => readArguments(usual, ['--minutes=']), /--minutes: expected a number, got ""/)
  t.throws(() => readArguments(usual, ['--minutes', '-1']), { code: 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE' })
  t.throws(() => readArguments(usual, ['--minutes']), { code: 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE' })
  t.throws(() => readArguments(usual, ['10']), { code: 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL' })
})

t.test('a count is whole and not 0', async (t) => {
  t.match(readArguments(usual, ['--minutes', '3'], ['minutes']), { minutes: 3 })
  for (const bad of ['0', '1.5', 'x'])
    t.throws(() => readArguments(usual, ['--minutes', bad], ['minutes']), /--minutes: expected/)
})

t.test('help names all of it', async (t) => {
  t.equal(helpOf(usual), 'Options: --minutes 10, --calls-per-second 1.5, --only …, --json')
})
