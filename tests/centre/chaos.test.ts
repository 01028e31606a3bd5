import t from 'tap'
import type { ChaosEvidence } from '../chaos/chaos-evidence.ts'
import { checkChaos } from '../chaos/check-chaos.ts'
import { runChaos } from '../chaos/run-chaos.ts'
import { storyOf } from '../chaos/story-of.ts'
import { SeededRandom } from '../helpers/seeded-random.ts'
import { type Sample, trendOf } from '../soak/trend.ts'

t.setTimeout(280_000)

t.test(
  'the wire, phones, Asterisk and the server go away under calls: nobody is lost in the books',
  { timeout: 270_000 },
  async (t) => {
    const script = ['asterisk-killed', 'ari-cut', 'phones-killed', 'server-killed'] as const
    // Few get through while things go away one after the other; all of the last five do.
    const pace = { durationMs: 0, callsPerSecond: 1.5, calmMs: 700, callsAfter: 5 }
    const { evidence, violations } = await runChaos({ seed: 2026, ...pace, script })
    for (const { callId } of violations) if (callId !== undefined) t.comment(storyOf(callId, evidence))
    t.same(violations, [])
    const reasons = new Set(evidence.rows.map(({ reason }) => reason))
    t.ok(evidence.rows.length >= 5, `${evidence.rows.length} calls, ${[...reasons]}`)
    t.same(
      evidence.injuries.map(({ name, wellAt }) => [name, wellAt !== undefined]),
      script.map((name) => [name, true])
    )

    t.test('and books that do not add up are found out', async (t) => {
      const calm: ChaosEvidence = { ...evidence, injuries: [] }
      const found = (change: Partial<ChaosEvidence>) => new Set(checkChaos({ ...calm, ...change }).map(({ what }) => what))
      const { rows, written, facts, log, left, figures, cleared } = evidence
      t.ok(found({ rows: [] }).has('A caller has no record'))
      t.ok(found({ rows: [...rows, ...rows] }).has('A caller has more than one record'))
      t.ok(found({ seen: [] }).has('A record has no caller'))
      t.ok(found({ rows: rows.map((row) => ({ ...row, result: null })) }).has('A record has no end'))
      const fault = { result: 'failed', reason: 'fault' }
      t.ok(found({ rows: rows.map((row) => ({ ...row, ...fault })) }).has('A call failed by a fault'))
      const lost = { result: 'failed', reason: 'asterisk-lost' }
      t.ok(found({ rows: rows.map((row) => ({ ...row, ...lost })) }).has('A call was lost with an Asterisk that was there'))
      const restarted = { result: 'failed', reason: 'server-restarted' }
      const killed = { name: 'server-killed' as const, beganAt: 0 }
      t.ok(
        found({ injuries: [killed], rows: rows.map((row) => ({ ...row, ...restarted })) }).has(
          'A call that had been written down was lost with its server'
        )
      )
      t.ok(found({ written: [...written, ...written] }).has('A call is not recorded to have ended once'))
      t.ok(found({ written: [] }).has('What was told is not in the records'))
      const offers = facts.filter(({ type }) => type !== 'offer.ended')
      t.ok(found({ facts: offers, runs: evidence.runs.map((run) => ({ ...run, end: 'stopped' })) }).has('An offer did not end'))
      t.ok(found({ cleared: [...cleared, ...cleared] }).has('The desks were not told once, and the same, that a call is over'))
      t.ok(found({ wanted: ['clock-jump'] }).has('An injury was not done'))
      const twice = new Map([['1001', [{ session: 's', after: 4, came: 4 }]]])
      t.ok(found({ deskNumbers: twice }).has('A desk missed an event, or was told one twice'))
      t.ok(found({ left: { ...left, bridges: ['b'] } }).has('Asterisk is not empty'))
      t.ok(found({ figures: figures && { ...figures, offers: 1 } }).has('The server is not empty'))
      const gone = figures && { ...figures, agents: figures.agents.map((agent) => ({ ...agent, state: 'notReady' as const })) }
      t.ok(found({ figures: gone }).has('Agents are not ready in the end'))
      t.ok(found({ log: [...log, { level: 50, msg: 'Call failed', time: '' }] }).has('An error in the log'))
      t.ok(found({ runs: evidence.runs.map((run) => ({ ...run, end: 'died' })) }).has('The server died'))
    })
  }
)

t.test('what grows is told from what goes up and down', async (t) => {
  const chance = new SeededRandom(7)
  const noise = (share: number) => (chance.next() - 0.5) * share
  const series = (of: (minute: number) => number): Sample[] =>
    Array.from({ length: 360 }, (_, index) => ({ at: index * 5_000, value: of(index / 12) }))
  const grows = (of: (minute: number) => number, least = 3) => trendOf(series(of), least)?.grows
  t.equal(
    grows(() => 60),
    false,
    'still'
  )
  t.equal(
    grows(() => 60 + noise(30)),
    false,
    'noise'
  )
  t.equal(
    grows((minute) => 60 + 20 * ((minute * 1.7) % 1)),
    false,
    'the saw-tooth of garbage'
  )
  t.equal(
    grows((minute) => 60 + 40 * (1 - Math.exp(-minute / 2))),
    false,
    'caches that fill at first'
  )
  t.equal(
    grows((minute) => 90 - minute),
    false,
    'what shrinks'
  )
  t.equal(
    grows((minute) => 60 + 0.05 * minute),
    false,
    'less than anybody minds'
  )
  t.equal(
    grows((minute) => 60 + 0.5 * minute),
    true,
    'half a piece a minute'
  )
  t.equal(
    grows((minute) => 60 + 0.5 * minute + noise(6)),
    true,
    'in noise'
  )
  t.equal(
    grows((minute) => 60 + minute + 20 * ((minute * 1.7) % 1)),
    true,
    'under a saw-tooth'
  )
  t.equal(
    grows((minute) => 60 + 5 * Math.floor(minute / 4)),
    true,
    'in steps'
  )
  t.equal(
    grows((minute) => 20 + minute, 4),
    true,
    'files, one by one'
  )
  t.equal(trendOf(series(() => 1).slice(0, 20), 1), undefined, 'too short to say')
  const fills = series((minute) => Math.min(minute, 20))
  t.same(
    [trendOf(fills, 1)?.grows, trendOf(fills, 1, 21 * 60_000)?.grows],
    [true, false],
    'what fills for so long, and then is full'
  )
})
