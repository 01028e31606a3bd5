import t from 'tap'
import type { NewCore } from '../../src/staffing/new-core.ts'
import { simulateCentre } from '../../src/staffing/simulate-centre.ts'
import { finiteQueue } from '../../src/staffing/theory/finite-queue.ts'
import { compare, each, type ProofSet, proofSets } from '../helpers/routing/proof-sets.ts'
import { AGENTS, LINES, LOAD, MEAN_MS, WITHIN_MS, wallaceWhitt } from '../helpers/routing/wallace-whitt.ts'
import { allAlike, lastComeFirst } from '../helpers/routing/wrong-cores.ts'

// `npm run proof` does the same with ten times the calls and prints the tables.
const effort = { replications: 20, calls: 6000, seed: 2026 }
const sets = proofSets(effort)
const alone = each(0.99, sets)

/** What theory says that is not within the interval. */
function outside(set: ProofSet, newCore?: NewCore) {
  return compare(set, simulateCentre(set.scenario, newCore), alone).filter(({ isInside }) => !isInside)
}

t.test('the routing core does what queueing theory says, on every set', async (t) => {
  t.ok(sets.length >= 12, `${sets.length} sets`)
  let missed = 0
  for (const set of sets) {
    const estimates = simulateCentre(set.scenario)
    // All intervals together hold with 99 %: Bonferroni. A figure outside is an error, not bad luck.
    t.same(
      compare(set, estimates, alone).filter(({ isInside }) => !isInside),
      [],
      set.model
    )
    if (compare(set, estimates, 0.95).some(({ isInside }) => !isInside)) missed++
  }
  // Those intervals are wide. Of plain 95 % intervals about one set in ten has one that misses: more than four of 17 are no chance.
  t.ok(missed <= 4, `${missed} of ${sets.length} sets have a claim outside its own 95 % interval`)
})

t.test('a core that is wrong is caught', async (t) => {
  const setOf = (model: string) => {
    const set = sets.find((each) => each.model.startsWith(model))
    if (set === undefined) throw new Error(`There is no set ${model}`)
    return set
  }
  const caught = (set: ProofSet, newCore?: NewCore) =>
    outside(set, newCore).map(({ calls, figure }) => `${calls} ${figure}`.trim())
  const waiting = setOf('M/M/10,')
  t.same(
    caught(waiting, lastComeFirst),
    ['normal serviceLevel'],
    'last come, first served: the mean stays, the share in time does not'
  )
  const [group] = waiting.scenario.groups
  if (group === undefined) throw new Error('The set has no agents')
  const oneFewer = { ...waiting, scenario: { ...waiting.scenario, groups: [{ ...group, count: group.count - 1 }] } }
  t.ok(caught(oneFewer).includes('occupancy'), 'nine agents for ten')
  t.ok(caught(setOf('M/M/10, high'), allAlike).includes('high waitMs'), 'no priorities')
  const impatient = setOf('M/M/20+M')
  const calls = impatient.scenario.calls.map(({ patience: _, ...kind }) => kind)
  t.ok(caught({ ...impatient, scenario: { ...impatient.scenario, calls } }).includes('normal abandoned'), 'nobody gives up')
})

t.test('two skills are almost as good as all: Wallace and Whitt', async (t) => {
  const exact = finiteQueue(LOAD, AGENTS, LINES, MEAN_MS)
  const found = [1, 2, 6].map((skills) => simulateCentre(wallaceWhitt(skills, { ...effort, calls: 10_000 })).all)
  const [one, two, six] = found.map(({ blocked, waitMs, serviceLevel }) => {
    if (blocked === undefined || waitMs === undefined || serviceLevel === undefined) throw new Error('No call came')
    return { blocked, waitMs, serviceLevel }
  })
  if (one === undefined || two === undefined || six === undefined) throw new Error('A centre is missing')

  for (const [figure, theory, least] of [
    ['blocked', exact.blocked, 0.93],
    ['waitMs', exact.meanWait, 0.93],
    ['serviceLevel', exact.within(WITHIN_MS), 0.7]
  ] as const) {
    const { mean, halfWidth } = six[figure]
    t.ok(Math.abs(mean - theory) <= halfWidth, `six skills are M/M/90/120: ${figure} ${mean} ± ${halfWidth}, exactly ${theory}`)
    // Where two stand on the way from one skill (0) to six (1).
    const way = (two[figure].mean - one[figure].mean) / (mean - one[figure].mean)
    t.ok(way > least && way < 1.02, `two skills are ${Math.round(way * 100)} % of the way in ${figure}`)
  }
})
