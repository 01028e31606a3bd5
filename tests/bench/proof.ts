// The routing core in virtual time beside queueing theory, and the study of Wallace and Whitt: `npm run proof`, `npm run proof -- --json`.
// `--calls 50000` and `--replications 20` say how much of each is simulated, `--seed 1` by which chance.

import { textTable } from '../../src/commands/text-table.ts'
import type { Estimate } from '../../src/staffing/estimate.ts'
import { simulateCentre } from '../../src/staffing/simulate-centre.ts'
import { finiteQueue } from '../../src/staffing/theory/finite-queue.ts'
import { type Comparison, compare, each, proofSets } from '../helpers/routing/proof-sets.ts'
import { AGENTS, LINES, LOAD, MEAN_MS, WITHIN_MS, wallaceWhitt } from '../helpers/routing/wallace-whitt.ts'
import { commandArguments } from './read-arguments.ts'

const { json, ...effort } = commandArguments({ replications: 20, calls: 50_000, seed: 1, json: false }, ['replications', 'calls'])
// An estimate has a spread only of two.
if (effort.replications < 2 || effort.calls < 2) throw new Error('--replications, --calls: expected 2 or more')
const FIGURES = ['blocked', 'waitMs', 'serviceLevel'] as const
type Pooling = Readonly<Record<(typeof FIGURES)[number], Estimate>>

const started = performance.now()
const theory = proveTheory()
const pooling = provePooling()
const tookS = Math.round((performance.now() - started) / 1000)
console.log(`${effort.replications} replications of ${effort.calls} calls each, seed ${effort.seed}: ${tookS} s`)
if (json) console.log(JSON.stringify({ effort, tookS, theory, pooling }))
if (theory.some(({ isInside }) => !isInside)) process.exitCode = 1

function proveTheory(): Comparison[] {
  const sets = proofSets(effort)
  const confidence = each(0.99, sets)
  const found = sets.flatMap((set) => compare(set, simulateCentre(set.scenario), confidence))
  const rows = found.map(({ model, calls, figure, theory, simulated, halfWidth, isInside }) => [
    model,
    calls,
    figure,
    theory.toPrecision(5),
    simulated.toPrecision(5),
    `± ${halfWidth.toPrecision(2)}`,
    isInside ? 'inside' : 'OUTSIDE'
  ])
  console.log(textTable(['model', 'calls', 'figure', 'theory', 'simulated', '99 % of all', ''], rows))
  return found
}

function provePooling() {
  const figures = finiteQueue(LOAD, AGENTS, LINES, MEAN_MS)
  const exact = { blocked: figures.blocked, waitMs: figures.meanWait, serviceLevel: figures.within(WITHIN_MS) }
  const bySkills = [1, 2, 3, 4, 5, 6].map((skills) => pooled(skills))
  const [one, six] = [bySkills[0], bySkills[5]]
  const way = (at: Pooling, figure: (typeof FIGURES)[number]) =>
    one === undefined || six === undefined
      ? Number.NaN
      : (at[figure].mean - one[figure].mean) / (six[figure].mean - one[figure].mean)
  const rows = bySkills.map((at, index) => [
    `${index + 1}`,
    withInterval(at.blocked, 100, 3),
    withInterval(at.waitMs, 1 / 60_000, 3),
    withInterval(at.serviceLevel, 1, 4),
    ...FIGURES.map((figure) => `${Math.round(100 * way(at, figure))} %`)
  ])
  const exactly = [
    'M/M/90/120',
    (100 * exact.blocked).toFixed(3),
    (exact.waitMs / 60_000).toFixed(3),
    exact.serviceLevel.toFixed(4),
    '',
    '',
    ''
  ]
  const heading = ['skills', 'blocked %', 'mean wait, min', 'P(wait ≤ 30 s)', 'way: blocked', 'wait', 'P']
  console.log(textTable(heading, [...rows, exactly]))
  return { exact, bySkills, wayOfTwo: FIGURES.map((figure) => [figure, bySkills[1] && way(bySkills[1], figure)]) }
}

function pooled(skills: number): Pooling {
  const { blocked, waitMs, serviceLevel } = simulateCentre(wallaceWhitt(skills, effort)).all
  if (blocked === undefined || waitMs === undefined || serviceLevel === undefined) throw new Error('No call came')
  return { blocked, waitMs, serviceLevel }
}

function withInterval({ mean, halfWidth }: Estimate, scale: number, digits: number): string {
  return `${(mean * scale).toFixed(digits)} ± ${(halfWidth * scale).toFixed(digits)}`
}
