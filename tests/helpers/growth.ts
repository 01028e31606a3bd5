const ROUNDS = 5

/**
 * How many times the CPU time of `beside(many)` is that of `beside(few)`, each the least of some rounds in turns, as what disturbs only makes it
 * longer. `beside` gives the work that is measured.
 */
export function growth(beside: (calls: number) => () => void, few: number, many: number): number {
  const works = [beside(few), beside(many)]
  for (const work of works) work()
  const least = works.map(() => Number.POSITIVE_INFINITY)
  for (let round = 0; round < ROUNDS; round++)
    for (const [index, work] of works.entries()) least[index] = Math.min(least[index] ?? 0, cpuUs(work))
  return (least[1] ?? 0) / Math.max(1, least[0] ?? 0)
}

function cpuUs(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return user + system
}
