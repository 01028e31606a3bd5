import { quoted, type Saying, say } from '../../../domain/saying.ts'

/** Whoever writes more letters than that has not mistyped a name. */
const LETTERS_MAX = 100
/** Nobody keeps more names apart. */
const NAMES_MAX = 2000

/** The name that was probably meant, if one is near enough. */
export function closest(wanted: string, names: Iterable<string>): string | undefined {
  if (wanted.length > LETTERS_MAX) return undefined
  const near = Math.max(1, Math.floor(wanted.length / 3))
  let best: { name: string; distance: number } | undefined
  let left = NAMES_MAX
  for (const name of names) {
    if (--left < 0) break
    // Each letter more or less is a difference.
    if (Math.abs(name.length - wanted.length) > near) continue
    const distance = editDistance(wanted.toLowerCase(), name.toLowerCase())
    if (best === undefined || distance < best.distance) best = { name, distance }
  }
  return best !== undefined && best.distance <= near ? best.name : undefined
}

/** "Did you mean …?", or the list of what there is when that is short. */
export function didYouMean(wanted: string, names: Iterable<string>): Saying | undefined {
  const all = [...names]
  const meant = closest(wanted, all)
  if (meant !== undefined) return say`did you mean "${meant}"?`
  return all.length > 0 && all.length <= 12 ? say`there is ${quoted(all)}` : undefined
}

/** Letters to change, add, drop or swap with their neighbour (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let older: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min((row[j - 1] ?? 0) + 1, (previous[j] ?? 0) + 1, (previous[j - 1] ?? 0) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (older[j - 2] ?? 0) + 1)
      row.push(cost)
    }
    older = previous
    previous = row
  }
  return previous[b.length] ?? 0
}
