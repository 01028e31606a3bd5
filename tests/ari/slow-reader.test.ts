import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { WebSocket } from 'ws'
import { startAsterisk } from '../helpers/asterisk/real-asterisk.ts'
import { until } from '../helpers/until.ts'

// Asterisk cuts off a reader whose socket takes nothing for `websocket_write_timeout` (100 ms by default): a pause of the
// garbage collector under load would end the connection. Ours is 2 s.

/** More than the socket buffers of both ends take: tcp_wmem goes up to 4 MB, and the window of who does not read stays small. Asterisk takes bodies up to 40 kB. */
const EVENTS = 300
const PADDING = 'x'.repeat(30_000)

t.test(
  'a reader who pauses for most of a second under a flood of events is not cut off and misses nothing',
  { timeout: 60_000 },
  async (t) => {
    const asterisk = await startAsterisk()
    t.teardown(() => asterisk.stop())
    const secret = Buffer.from(`${asterisk.user}:${asterisk.password}`).toString('base64')
    const reader = new WebSocket(`ws://${asterisk.ariAddress}/ari/events?app=slow`, {
      headers: { authorization: `Basic ${secret}` },
      maxPayload: 1_000_000
    })
    t.teardown(() => reader.terminate())
    let events = 0
    let closed = false
    reader.on('message', () => void events++)
    reader.on('close', () => {
      closed = true
    })
    await until(() => reader.readyState === WebSocket.OPEN, { what: 'the socket opens' })

    reader.pause()
    const sent = Array.from({ length: EVENTS }, () =>
      asterisk.ari('POST', 'events/user/Flood?application=slow', { variables: { padding: PADDING } })
    )
    await sleep(900)
    const heldBack = EVENTS - events
    reader.resume()

    const statuses = (await Promise.all(sent)).map(({ status }) => status)
    t.ok(
      statuses.every((status) => status === 204),
      'Asterisk took all events'
    )
    t.equal(heldBack, EVENTS, 'nothing was read during the pause')
    await until(() => events >= EVENTS || closed, { ms: 20_000, what: () => `all events (${events} of ${EVENTS})` })
    t.notOk(closed, 'the connection held')
    t.equal(events, EVENTS)
  }
)
