import t from 'tap'
import { EventNumbers } from '../helpers/cti/event-numbers.ts'

// The reader with which whole centres look at what their desks are sent.

const opened = (sessionId: string, seq: number, snapshot: object | null) => ({ id: 1, result: { sessionId, seq, snapshot } })
const event = (seq: number, more: object = {}) => ({ method: 'event', params: { seq, type: 'queueChanged', ...more } })

t.test('what is missing, comes twice or in another order is found, over all connections of a session', (t) => {
  const wrongOf = (...messages: object[]) => {
    const numbers = new EventNumbers()
    for (const message of messages) numbers.read(JSON.stringify(message))
    return numbers.wrong.map(({ after, came }) => [after, came])
  }
  const begin = [opened('a', 4, {}), event(5), event(6)]
  t.same(wrongOf(...begin, event(7)), [])
  t.same(wrongOf(...begin, event(6)), [[6, 6]], 'twice')
  t.same(wrongOf(...begin, event(8)), [[6, 8]], 'one is missing')
  t.same(wrongOf(...begin, opened('a', 9, null), event(7), event(8)), [], 'it comes back, and gets what it missed')
  t.same(wrongOf(...begin, opened('a', 9, null), event(8)), [[6, 8]], 'not all of it')
  t.same(wrongOf(...begin, opened('a', 9, null), event(6)), [[6, 6]], 'or what it had')
  t.same(wrongOf(...begin, opened('b', 2, {}), event(3)), [], 'a new session counts anew')
  t.same(wrongOf(...begin, opened('b', 2, null), event(7)), [[6, 2]], 'and must begin with a snapshot')
  t.same(wrongOf(...begin, event(9, { snapshot: {} }), event(10)), [], 'a snapshot stands for what was left out')
  t.same(wrongOf(...begin, { id: 2, result: { seq: 8, snapshot: {} } }, event(9)), [], 'and so does that of another view')
  t.same(wrongOf(...begin, event(6, { type: 'session.health' }), event(7)), [], 'health has no number of its own')
  t.end()
})
