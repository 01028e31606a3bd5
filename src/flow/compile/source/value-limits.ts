import { type Saying, say } from '../../../domain/saying.ts'

/** Values in a file, aliases followed. A flow of a thousand steps has some ten thousand. */
const VALUES_MAX = 100_000

/** Why a value cannot be worked with, though YAML can say it; undefined for one that can. */
export function valueProblem(value: unknown): Saying | undefined {
  const above = new Set<object>()
  let left = VALUES_MAX
  const visit = (one: unknown): Saying | undefined => {
    if (--left < 0) return say`there are more than ${VALUES_MAX} values, aliases followed`
    if (typeof one !== 'object' || one === null) return undefined
    if (above.has(one)) return say`an alias leads back to where it stands in`
    above.add(one)
    for (const inner of Object.values(one)) {
      const problem = visit(inner)
      if (problem !== undefined) return problem
    }
    above.delete(one)
    return undefined
  }
  return visit(value)
}
