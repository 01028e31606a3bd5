import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { type StaffingOptions, simulateStaffing } from '../../src/commands/staffing/simulate-staffing.ts'
import { AppError } from '../../src/domain/errors.ts'
import type { Estimate } from '../../src/staffing/estimate.ts'
import { simulateCentre } from '../../src/staffing/simulate-centre.ts'
import { erlangCQueue } from '../../src/staffing/theory/erlang.ts'
import { proofSets } from '../helpers/routing/proof-sets.ts'

const folder = mkdtempSync(join(tmpdir(), 'switchboard-staffing-'))
t.teardown(() => rmSync(folder, { recursive: true }))
let files = 0

interface Report {
  readonly calls: Readonly<Record<string, Readonly<Record<string, Estimate>>>>
  readonly all: Readonly<Record<string, Estimate>>
  readonly groups: Readonly<Record<string, { readonly count: number; readonly occupancy: Estimate }>>
}

const nothing: StaffingOptions = { agents: [], arrivals: [] }

function write(yaml: string): string {
  const file = join(folder, `${++files}.yaml`)
  writeFileSync(file, yaml)
  return file
}

function simulate(yaml: string, options: Partial<StaffingOptions> = {}): Report {
  return JSON.parse(simulateStaffing(write(yaml), { ...nothing, ...options, json: true })) as Report
}

function problems(run: () => unknown): readonly string[] {
  try {
    run()
  } catch (error) {
    if (error instanceof AppError) return (error.details.problems as string[] | undefined) ?? [error.code]
    throw error
  }
  return []
}

const hotline = `
queues:
  hotline: { ring: 40s, wrap_up: 0s, max_wait: 24h, max_length: 10000 }
groups:
  team: { count: 10, queues: [hotline] }
calls:
  hotline: { per_hour: 160, handle: { exponential: 3m } }
replications: 12
length: 40h
warm_up: 4h
`

t.test('a what-if of a plain hotline is Erlang C', async (t) => {
  const { calls, groups } = simulate(hotline)
  const theory = erlangCQueue(8, 10, 180_000)
  const isNear = (estimate: Estimate | undefined, wanted: number, what: string) => {
    const { mean, halfWidth } = estimate ?? { mean: Number.NaN, halfWidth: 0 }
    // Twice the 95 % interval.
    t.ok(halfWidth > 0 && Math.abs(mean - wanted) < 2 * halfWidth, `${what}: ${mean} ± ${halfWidth} for ${wanted}`)
  }
  isNear(calls.hotline?.serviceLevel, theory.within(20_000), 'in time')
  isNear(calls.hotline?.answerMs, theory.meanWait, 'ASA')
  isNear(calls.hotline?.queueLength, theory.meanQueue, 'queue')
  isNear(groups.team?.occupancy, 0.8, 'occupancy')
})

t.test('messages beside calls: several at a time, and no line', async (t) => {
  const beside = (more: string, atOnce: number) =>
    simulate(`
queues: { hotline: { ring: 40s, wrap_up: 0s, max_wait: 24h, max_length: 10000 }, mail: { medium: message, wrap_up: 30s, max_wait: 24h } }
groups: { team: { count: 2, queues: [hotline, mail], capacity: { message: ${atOnce} } } }
calls: ${more}
replications: 4
length: 10h
warm_up: 1h
`)
  const mail = 'mail: { per_hour: 20, handle: { fixed: 270s } }'
  const [one, three] = [beside(`{ ${mail} }`, 1), beside(`{ ${mail} }`, 3)]
  const meanOf = (report: Report, figure: string) => report.calls.mail?.[figure]?.mean ?? Number.NaN
  t.ok(meanOf(three, 'waitMs') < meanOf(one, 'waitMs') / 10, `${meanOf(one, 'waitMs')} and ${meanOf(three, 'waitMs')} ms`)
  // 20 an hour of 5 minutes each for two agents: at least 1.67 / 2 with one at a time, less as they do several at once.
  const [alone, together] = [one, three].map(({ groups }) => groups.team?.occupancy.mean ?? Number.NaN)
  t.ok(Math.abs((alone ?? 0) - 20 / 12 / 2) < 0.1 && (together ?? 1) < (alone ?? 0), `occupancy ${alone} and ${together}`)

  const busy = beside(`{ ${mail}, hotline: { per_hour: 10, handle: { fixed: 3m } } }\nlines: 2`, 3)
  const blocked = busy.calls.hotline?.blocked?.mean ?? 1
  t.ok(blocked < 0.13, `messages in hand take no line: ${blocked} blocked, 0.077 by Erlang B of the calls alone`)
  t.equal(busy.calls.mail?.blocked?.mean, 0)
})

t.test('the same seed is the same answer; other agents meet the same callers', async (t) => {
  const one = simulate(hotline)
  t.same(simulate(hotline), one)
  t.not(simulate(hotline, { seed: 2 }).calls.hotline?.waitMs?.mean, one.calls.hotline?.waitMs?.mean)
  const more = simulate(hotline, { agents: ['team=12'] })
  t.equal(more.groups.team?.count, 12)
  t.equal(more.calls.hotline?.offered?.mean, one.calls.hotline?.offered?.mean)
  t.ok((more.calls.hotline?.waitMs?.mean ?? 1e9) < (one.calls.hotline?.waitMs?.mean ?? 0))
  const busier = simulate(hotline, { arrivals: ['hotline*1.1'] })
  const ratio = (busier.calls.hotline?.offered?.mean ?? 0) / (one.calls.hotline?.offered?.mean ?? 1)
  t.ok(ratio > 1.08 && ratio < 1.12, `1.1 times the calls: ${ratio}`)
})

t.test('the fewest agents for a goal reach it, and one fewer does not', async (t) => {
  const found = simulate(hotline, { find: 'team', goal: 'hotline=80', replications: 5 })
  const count = found.groups.team?.count ?? 0
  t.ok((found.calls.hotline?.serviceLevel?.mean ?? 0) >= 0.8)
  const fewer = simulate(hotline, { agents: [`team=${count - 1}`], replications: 5 })
  t.ok((fewer.calls.hotline?.serviceLevel?.mean ?? 1) < 0.8, `${count} agents`)
  t.match(
    simulateStaffing(write(hotline), { ...nothing, find: 'team', goal: 'hotline=80', replications: 5 }),
    `The goal hotline=80 needs ${count} agents of team.`
  )
  t.same(
    problems(() => simulate(hotline, { find: 'team' })),
    ['expected --find GROUP and --goal CALLS=PERCENT together, such as --find cards --goal cards=80']
  )
})

t.test('a day is counted whole, interval by interval', async (t) => {
  const day = (priority: string) => `
queues: { hotline: { wrap_up: 30s } }
groups: { team: { count: 8, queues: [hotline] } }
interval: 30m
calls:
  card: { queue: hotline, priority: ${priority}, per_interval: [10, 60, 20, 0], handle: { lognormal: 3m, sd: 2m }, patience: { exponential: 2m } }
  other: { queue: hotline, per_hour: 30, handle: { list: [1m, 2m, 6m] }, patience: { fixed: 90s } }
replications: 40
`
  const { calls, all } = simulate(day('emergency'))
  const isNear = (estimate: Estimate | undefined, wanted: number) =>
    Math.abs((estimate?.mean ?? 0) - wanted) < 2 * (estimate?.halfWidth ?? 0)
  t.ok(isNear(calls.card?.offered, 90), 'the sum of the profile')
  t.ok(isNear(calls.other?.offered, 60), 'two hours of 30')
  t.ok(Math.abs((all.offered?.mean ?? 0) - (calls.card?.offered?.mean ?? 0) - (calls.other?.offered?.mean ?? 0)) < 1e-9)
  const later = simulate(day('low')).calls
  const [first, last] = [calls, later].map(({ card }) => Math.round(card?.waitMs?.mean ?? Number.NaN))
  t.ok((first ?? 0) < 0.8 * (last ?? 0), `emergencies go first: ${first} and ${last} ms`)
})

t.test('ringing takes time, and a phone that nobody answers is a missed offer', async (t) => {
  const ringing = (delay: string) => `
queues: { hotline: { ring: 15s, wrap_up: 1m, max_wait: 5m } }
groups: { team: { count: 6, queues: [hotline] } }
calls: { hotline: { per_hour: 30, handle: { fixed: 3m }, patience: { exponential: 2m } } }
answer_delay: ${delay}
replications: 4
length: 20h
warm_up: 1h
`
  const quick = simulate(ringing('{ fixed: 6s }'))
  t.ok((quick.calls.hotline?.answerMs?.mean ?? 0) >= 6000)
  // 30 calls an hour of 6 s ringing, 3 min of talk and 1 min of wrap-up by 6 agents; who gives up while it rings costs less.
  const share = quick.groups.team?.occupancy.mean ?? 0
  t.ok(share > 0.3 && share < 0.345, `occupancy ${share}`)

  const { calls } = simulate(ringing('{ fixed: 15s }'))
  t.equal(calls.hotline?.serviceLevel?.mean, 0)
  t.equal(calls.hotline?.answerMs, undefined, 'nobody was answered')
  const gone = (calls.hotline?.abandoned?.mean ?? 0) + (calls.hotline?.timedOut?.mean ?? 0)
  t.ok(Math.abs(gone - 1) < 1e-9, 'everybody gave up or was sent on')
  t.ok((calls.hotline?.timedOut?.mean ?? 0) > 0.02, 'e^-2.5 of them at the end of the longest wait')
})

t.test('skills give way in virtual time as they do on the telephone', async (t) => {
  const centre = (relax: string) => `
queues: { hotline: { skills: { french: 2 }, wrap_up: 0s, max_wait: 5m${relax} } }
groups:
  french: { count: 1, queues: [hotline], skills: { french: 3 } }
  others: { count: 20, queues: [hotline] }
calls: { hotline: { per_hour: 60, handle: { fixed: 3m } } }
replications: 4
length: 20h
warm_up: 1h
`
  const strict = simulate(centre(''))
  t.equal(strict.groups.others?.occupancy.mean, 0, 'nobody else may take them')
  t.ok((strict.calls.hotline?.timedOut?.mean ?? 0) > 0.5)
  const { calls, groups } = simulate(centre(', relax: [{ after: 30s, anyone: true }]'))
  t.ok((groups.others?.occupancy.mean ?? 0) > 0.05)
  t.equal(calls.hotline?.timedOut?.mean, 0)
  // Whoever finds the French agent busy waits for the step and not longer: there is always somebody else.
  const [wait, delayed] = [calls.hotline?.waitMs?.mean ?? 0, calls.hotline?.delayed?.mean ?? 0]
  t.ok(wait <= 30_000 * delayed + 1e-6 && wait > 25_000 * delayed, `${wait} ms of ${delayed} who waited`)
})

t.test("the example goes by the centre's own queues and agents", async (t) => {
  const text = simulateStaffing('config/staffing.yaml', { ...nothing, replications: 2 })
  t.match(text, /^calls +offered +target +in time %/)
  t.match(text, /^card-loss +\d+ ± \d+ +20 s/m)
  t.match(text, /^hotline-2 +5 +\d/m)
  t.match(text, /2 independent replications of 100 h after 10 h to warm up, seed 1;\n± is Student's interval of 95 %/)
})

t.test('what is wrong in a what-if is said, and where', async (t) => {
  const calls = 'calls: { hotline: { per_hour: 10, handle: { fixed: 3m } } }'
  const cases: [string, RegExp][] = [
    [
      `queues: { hotline: { rong: 5s } }\ngroups: { a: { count: 1, queues: [hotline] } }\n${calls}`,
      /^.*yaml:1:\d+ queues.hotline.rong: unknown key$/
    ],
    [
      `queues: { hotline: { ring: soon } }\ngroups: { a: { count: 1, queues: [hotline] } }\n${calls}`,
      /yaml:1:28 queues.hotline.ring: expected a time span/
    ],
    [
      `queues: { hotline: {} }\ngroups: { a: { count: 1, queues: [hotlin] } }\n${calls}`,
      /yaml:2:35 groups.a.queues.0: unknown queue "hotlin"/
    ],
    [
      'queues: { hotline: {} }\ngroups: { a: { count: 1, queues: [hotline] } }\ncalls: { hot: { per_hour: 10, handle: { fixed: 3m } } }',
      /yaml:3:10 calls.hot: unknown queue "hot"/
    ],
    [
      'queues: { hotline: {} }\ngroups: { a: { count: 1, queues: [hotline] } }\ncalls: { hotline: { handle: { fixed: 3m } } }',
      /yaml:3:10 calls.hotline: expected either per_hour or per_interval/
    ],
    [
      `queues: { hotline: {} }\ngroups: { a: { count: 1, queues: [hotline] } }\n${calls.replace('fixed', 'normal')}`,
      /yaml:3:35 calls.hotline.handle: expected one of \{ exponential: 3m \}/
    ],
    [
      `queues: { hotline: { skills: { french: 2 } } }\ngroups: { a: { count: 1, queues: [hotline] } }\n${calls}`,
      /yaml:1:40 queues.hotline.skills.french: unknown skill "french"/
    ],
    [
      `queues: { hotline: {} }\ngroups: { a: { count: 1, queues: [hotline] } }\ncalls: { hotline: { per_interval: [5], handle: { fixed: 3m } } }`,
      /per_interval: expected an interval that they are counted in/
    ],
    [
      `queues: { hotline: {} }\ngroups: { a: { count: 1, queues: [hotline], capacity: { voice: 2 } } }\n${calls}`,
      /yaml:2:\d+ groups.a.capacity.voice: unknown key|groups.a.capacity/
    ],
    [
      `queues: { hotline: { overflow: [{ queue: mail, after: 5s }] }, mail: { medium: message } }\ngroups: { a: { count: 1, queues: [hotline] } }\n${calls}`,
      /overflow.0.queue: expected a queue of the same medium/
    ],
    [`queues: { hotline: {} }\n${calls}`, /expected groups of agents, or a centre that has some/],
    [`centre: nowhere.yaml\n${calls}`, /nowhere.yaml: Error: ENOENT/],
    ['calls: [', /yaml:1:\d+ /]
  ]
  for (const [yaml, wanted] of cases) {
    const found = problems(() => simulate(yaml))
    t.ok(
      found.some((problem) => wanted.test(problem)),
      `${wanted} in ${found.join(' | ')}`
    )
  }
  t.same(
    problems(() => simulate(hotline, { agents: ['crew=3'] })),
    ['there is no group "crew"; there are team']
  )
  t.same(
    problems(() => simulate(hotline, { arrivals: ['hotline+3'] })),
    ['expected CALLS*FACTOR, such as cards*1.2, found "hotline+3"']
  )
  t.same(
    problems(() => simulate(hotline.replace('per_hour: 160', 'per_hour: 1000000').replace('40h', '9000h'))),
    ['SIMULATION_TOO_LONG']
  )
  t.same(
    problems(() => simulate(`${hotline}answer_delay: { fixed: 25s }`, { find: 'team', goal: 'hotline=80', replications: 2 })),
    ['GOAL_OUT_OF_REACH'],
    'whoever rings longer than the target'
  )

  const [set] = proofSets({ replications: 2, calls: 10, seed: 1 })
  if (set === undefined) throw new Error('There is no set')
  t.same(
    problems(() => simulateCentre({ ...set.scenario, groups: [] })),
    ['CALLS_UNSERVABLE'],
    'callers who would wait for ever'
  )
})

t.test('the command says it with its exit code', async (t) => {
  const run = spawnSync(process.execPath, ['--import=tsx', 'src/cli.ts', 'simulate', write('calls: {}'), '--seed', '4'], {
    encoding: 'utf8'
  })
  t.equal(run.status, 1)
  t.match(run.stderr, /^switchboard: The configuration is wrong \(CONFIG_INVALID\)\n.*calls: expected at least one kind of calls/)
  t.equal(run.stdout, '')
})
