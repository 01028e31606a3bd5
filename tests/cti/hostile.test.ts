import t, { type Test } from 'tap'
import type { CtiLimits } from '../../src/cti/cti-world.ts'
import { startCtiApp } from '../helpers/cti/cti-app.ts'
import { CtiClient } from '../helpers/cti/cti-client.ts'
import { fuzzCti } from '../helpers/cti/cti-fuzz.ts'
import { runCtiLoad } from '../helpers/cti/cti-load.ts'
import { frame, RawWebsocket } from '../helpers/cti/raw-websocket.ts'
import { until } from '../helpers/until.ts'

async function start(t: Test, limits: Partial<CtiLimits> = {}) {
  const world = await startCtiApp(limits)
  t.teardown(() => world.app.close())
  return world
}

t.test('what no client may send ends its connection, with the code that says why', async (t) => {
  const { url } = await start(t)
  const cases: [name: string, sent: Buffer, code: number][] = [
    ['a binary message', frame(2, '{}'), 1003],
    ['text that is no UTF-8', frame(1, Buffer.from([0xc0, 0xaf])), 1007],
    ['a message that is too long', frame(1, 'x', { length: 70_000 }), 1009],
    ['a frame that is not masked', frame(1, '{}', { masked: false }), 1002],
    ['a compressed frame, which nobody has agreed on', frame(1, '{}', { reserved: 4 }), 1002],
    ['an unknown kind of frame', frame(3, ''), 1002],
    ['a continuation of nothing', frame(0, '{}'), 1002]
  ]
  for (const [name, sent, code] of cases) {
    const peer = await RawWebsocket.upgrade(url)
    peer.write(sent)
    await until(() => peer.closeCode === code, { what: () => `${name}: ${code}, not ${peer.closeCode}` })
    peer.leave()
  }
  t.pass(cases.map(([name]) => name).join())
})

t.test('pings are answered, and too many of them are too many messages', async (t) => {
  const { url } = await start(t, { messagesBurst: 10, messagesPerSecond: 1 })
  const peer = await RawWebsocket.upgrade(url)
  for (let at = 0; at < 10; at++) {
    peer.write(frame(9, `ping-${at}`))
    await until(() => peer.text.includes(`ping-${at}`), { what: 'a pong' })
  }
  for (let at = 0; at < 5; at++) peer.write(frame(9, 'one more'))
  t.equal(await until(() => peer.closeCode, { what: 'to be sent away' }), 4429)
  peer.leave()
})

t.test('an address may have so many connections without a session, and try so many tokens', async (t) => {
  const { url, pass, server } = await start(t, { freshPerAddress: 3, refusedPerMinute: 2 })
  const inside = await Promise.all(['1001', '1002', '1003', '2001'].map((name) => CtiClient.open(url, name)))
  const silent = await Promise.all([1, 2, 3].map(() => CtiClient.connect(url)))
  const oneMore = await CtiClient.connect(url)
  t.match(await oneMore.closed(), { code: 4429, reason: /without a session/ })
  silent[0]?.socket.close()
  await until(() => server.size.connections === 6, { what: 'one to leave' })
  await CtiClient.open(url, 'admin')

  for (const client of silent) client.socket.close()
  await until(() => server.size.connections === 5, { what: 'the others to leave' })
  const tried = async (token: string) => {
    const client = await CtiClient.connect(url)
    if (client.socket.readyState === client.socket.OPEN)
      client.socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'session.open', params: { token } }))
    return (await client.closed()).code
  }
  t.same([await tried('nobody'), await tried('somebody'), await tried('anybody')], [4401, 4401, 4429])
  pass(61_000)
  t.equal(await tried('nobody'), 4401)
  for (const client of inside) t.equal(client.closedWith, undefined)
})

t.test('hostile clients crash nothing, leak nothing, and are not noticed by others', async (t) => {
  const made: string[] = []
  const report = await fuzzCti(
    20_261_122,
    (rounds) => rounds === 15,
    (what) => void made.push(what)
  )
  t.match(report, { rounds: 15, faults: [], connectionsLeft: 0, heard: report.told })
  t.ok(report.handlesLeft <= 0, `handles: ${report.handlesLeft}`)
  t.ok(report.grownBytes < 10_000_000, `bytes: ${report.grownBytes}`)
  t.ok(report.slowestMs < 2_000, `the slowest event took ${report.slowestMs.toFixed()} ms`)
  t.ok(new Set(made.map((what) => what.replace(/ \(.*/, ''))).size >= 15, 'many kinds of attacks')
})

t.test(
  'hundreds of clients hear of a call at once; one that flaps misses nothing, one that does not read delays nobody',
  async (t) => {
    const load = { clients: 300, eventsPerSecond: 100, seconds: 2, flaps: 30 }
    const report = await runCtiLoad(load)
    const { smooth, stalled, flapping, byRole } = report
    t.match(flapping, { reconnects: 30, lost: 0, twice: 0, snapshots: 0 })
    t.ok(flapping.events > 0)
    for (const [role, { frames }] of Object.entries(byRole)) t.ok(frames > 100, `${role}: ${frames} frames`)
    t.equal(
      byRole.admin?.frames,
      // Of the two phases: while the flapping client is not through, facts go on beyond them.
      3 * 2 * load.seconds * load.eventsPerSecond,
      'each of the three who see everything has it, also while one did not read'
    )
    t.ok(stalled.p50 < 5 * smooth.p50 + 20, `p50 ${smooth.p50.toFixed(1)} ms, then ${stalled.p50.toFixed(1)} ms`)
    t.comment(JSON.stringify(report))
  }
)
