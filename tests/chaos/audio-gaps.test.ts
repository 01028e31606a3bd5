import t from 'tap'
import { audioGaps, type CamePacket } from './audio-gaps.ts'
import { beyond, hardLimits } from './kill-limits.ts'
import { OwnPauses } from './own-pauses.ts'

const FROM = 1_000_000
const never = () => 0

/** Two seconds of sound, a packet each 20 ms; numbers and timestamps begin anew on the way. */
function sound(change: (packet: CamePacket, n: number) => CamePacket | undefined = (packet) => packet): readonly CamePacket[] {
  return Array.from({ length: 100 }, (_, n) => {
    const [sequence, timestamp] = [(65_500 + n) % 65_536, (2 ** 32 - 4_000 + n * 160) % 2 ** 32]
    return change({ at: FROM + n * 20, ssrc: 1, sequence, timestamp, isSound: true }, n)
  }).filter((packet) => packet !== undefined)
}

const gapsOf = (packets: readonly CamePacket[], more: Partial<Parameters<typeof audioGaps>[1]> = {}) =>
  audioGaps(packets, { from: FROM, to: FROM + 2_000, heldUp: never, ...more })

t.test('sound without a gap has none', async (t) => {
  t.same(gapsOf(sound()), { pauseMs: 20, unexplainedMs: 20, missingMs: 0, lost: 0 })
})

t.test('what was never sent is missing', async (t) => {
  const numbered = sound((packet, n) => (n >= 50 ? { ...packet, sequence: (packet.sequence - 15) & 0xffff } : packet))
  const packets = numbered.filter((_, n) => n < 35 || n >= 50)
  t.same(gapsOf(packets), { pauseMs: 320, unexplainedMs: 320, missingMs: 300, lost: 0 })
})

t.test('what was sent and did not come is missing, and counted', async (t) => {
  t.same(gapsOf(sound((packet, n) => (n >= 30 && n < 45 ? undefined : packet))), {
    ...{ pauseMs: 320, unexplainedMs: 320, missingMs: 300, lost: 15 }
  })
})

t.test('silence is no sound, unless anything counts', async (t) => {
  const packets = sound((packet, n) => ({ ...packet, isSound: n < 40 || n >= 60 }))
  t.match(gapsOf(packets), { missingMs: 400 })
  t.match(gapsOf(packets, { anything: true }), { pauseMs: 20, missingMs: 0 })
})

t.test('what came late is not missing; whether it was late on the way is told by who was held up', async (t) => {
  // All that came within 300 ms was heard at their end.
  const packets = sound((packet, n) => (n >= 40 && n < 55 ? { ...packet, at: FROM + 1_100 } : packet))
  t.same(gapsOf(packets), { pauseMs: 320, unexplainedMs: 320, missingMs: 0, lost: 0 })
  const heldUp = (from: number, to: number) => Math.max(0, Math.min(to, FROM + 1_100) - Math.max(from, FROM + 800))
  t.same(gapsOf(packets, { heldUp }), { pauseMs: 320, unexplainedMs: 20, missingMs: 0, lost: 0 })
})

t.test('a line that goes dead is found out, and so is one that was dead all the while', async (t) => {
  t.match(gapsOf(sound((packet, n) => (n < 50 ? packet : undefined))), { unexplainedMs: 1_020 })
  t.match(gapsOf([]), { unexplainedMs: 2_000 })
  const before = sound((packet) => ({ ...packet, at: packet.at - 5_000 }))
  t.match(gapsOf(before), { pauseMs: FROM + 2_000 - (before.at(-1)?.at ?? 0) })
})

t.test('another stream has numbers of its own', async (t) => {
  t.same(gapsOf(sound((packet, n) => (n < 50 ? packet : { ...packet, ssrc: 2, timestamp: 7 + n * 160 }))), {
    ...{ pauseMs: 20, unexplainedMs: 20, missingMs: 0, lost: 0 }
  })
})

t.test('a process that does nothing for a while knows it', async (t) => {
  const own = new OwnPauses()
  t.teardown(() => own.close())
  await new Promise((resolve) => setTimeout(resolve, 50))
  const from = Date.now()
  while (Date.now() - from < 100);
  const to = Date.now()
  t.ok(own.within(from, to) >= 95, `${own.within(from, to)} ms`)
  t.ok(own.longest(from) >= 100)
})

t.test('a start that takes too long, and a gap, are beyond the limits', async (t) => {
  const heard = (gaps: object) => [{ who: 'a caller', pauseMs: 20, unexplainedMs: 20, missingMs: 0, lost: 0, ...gaps }]
  const start = { readyMs: 2_900, waitedMs: 0 }
  t.same(beyond(hardLimits, start, heard({})), [])
  t.same(beyond(hardLimits, { readyMs: 3_900, waitedMs: 950 }, heard({})), [], 'the processors were with others')
  t.same(beyond(hardLimits, start, heard({ pauseMs: 900, unexplainedMs: 100 })), [], 'we were held up')
  for (const slow of [
    { readyMs: 3_100, waitedMs: 0 },
    { readyMs: 3_900, waitedMs: 800 },
    { readyMs: 4_100, waitedMs: 9_000 }
  ])
    t.match(beyond(hardLimits, slow, heard({})), [/^ready after/])
  t.match(beyond(hardLimits, start, heard({ pauseMs: 320, unexplainedMs: 300 })), [/heard nothing for 320 ms/])
  t.match(beyond(hardLimits, start, heard({ missingMs: 300 })), [/is without 300 ms of sound/])
})
