import t from 'tap'
import type { HttpLane } from '../../src/ari/http-lane.ts'
import { type Command, Lanes } from '../../src/ari/lanes.ts'
import type { Reply } from '../../src/ari/reply.ts'
import type { SocketRequests } from '../../src/ari/socket-requests.ts'

const answered: Reply = { status: 204, body: '' }

t.test('commands of one channel take effect in the order given, whichever way each goes', async (t) => {
  const order: string[] = []
  let answerHttp: (reply: Reply) => void = () => {}
  const socket: Pick<SocketRequests, 'open' | 'pending' | 'stalledMs' | 'request'> = {
    open: true,
    pending: 0,
    stalledMs: () => 0,
    request: async ({ uri }) => {
      order.push(uri)
      return answered
    }
  }
  const http: Pick<HttpLane, 'pending' | 'request'> = {
    pending: 0,
    request: ({ uri }) => {
      order.push(uri)
      return new Promise((resolve) => {
        answerHttp = resolve
      })
    }
  }
  const lanes = new Lanes(socket as SocketRequests, http as HttpLane)
  const command = (uri: string, mayWait = false): Command => ({ method: 'POST', uri, channels: ['one'], mayWait })

  const sent = [lanes.send(command('waits', true)), lanes.send(command('second')), lanes.send(command('third'))]
  t.same(order, ['waits'])
  answerHttp(answered)
  await Promise.all(sent)
  t.same(order, ['waits', 'second', 'third'])
})
