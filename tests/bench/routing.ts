// What one decision of the routing core costs, for more and more callers: `npm run bench:routing`, `npm run bench:routing -- --json`.
import { RoutingLoad } from '../helpers/routing/routing-load.ts'
import { commandArguments } from './read-arguments.ts'

const agents = 5_000
const { plain, json } = commandArguments({ plain: false, json: false })

const row = (waiting: number) => {
  const options = { agents, waiting, decisions: 100_000, plain }
  const { costUs, meanWaiting, meanFree } = new RoutingLoad(options).run(options)
  return { waiting: meanWaiting, free: meanFree, microseconds: costUs, decisionsPerSecond: Math.round(1e6 / costUs) }
}

row(1_000)
const curve = [100, 1_000, 10_000, 100_000].map(row)
const idle = row(0)

console.log(`${agents} agents with 5 of 50 skills in 3 of 20 queues, 400 needs${plain ? ', plain' : ''}; CPU time on one core\n`)
console.log('waiting callers | free agents | µs per decision | decisions per second')
for (const { waiting, free, microseconds, decisionsPerSecond } of [...curve, idle]) {
  const cells = [waiting, free, microseconds.toFixed(1), decisionsPerSecond].map(String)
  console.log(cells.map((cell, index) => cell.padStart([15, 11, 15, 20][index] ?? 0)).join(' | '))
}

// 1 would be a cost that grows as the number of callers does.
const exponents = curve.slice(1).map(({ microseconds, waiting }, index) => {
  const before = curve[index]
  return before === undefined ? Number.NaN : Math.log(microseconds / before.microseconds) / Math.log(waiting / before.waiting)
})
console.log(`\nThe cost grows with the callers to the power of ${exponents.map((exponent) => exponent.toFixed(2)).join(', ')}.`)
if (json) console.log(JSON.stringify({ bench: 'routing', agents, skills: 50, curve, idle, exponents }))
