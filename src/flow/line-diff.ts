/** Beyond so many pairs of lines the search would be felt; what is between the equal ends is then told as replaced. */
const PAIRS_MAX = 4_000_000

/** Every line of both texts in order: those that are gone with `-`, new ones with `+`, the others with a space; shortest where that is affordable. */
export function lineDiff(before: string, after: string): readonly string[] {
  const [old, now] = [linesOf(before), linesOf(after)]
  let head = 0
  while (head < old.length && head < now.length && old[head] === now[head]) head++
  let tail = 0
  while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++

  const middle = changesBetween(old.slice(head, old.length - tail), now.slice(head, now.length - tail))
  const kept = (lines: readonly string[]) => lines.map((line) => ` ${line}`)
  return [...kept(old.slice(0, head)), ...middle, ...kept(old.slice(old.length - tail))]
}

/** A last line end begins no line. */
function linesOf(text: string): readonly string[] {
  const lines = text.split('\n')
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}

function changesBetween(old: readonly string[], now: readonly string[]): readonly string[] {
  if (old.length * now.length > PAIRS_MAX) return [...old.map((line) => `-${line}`), ...now.map((line) => `+${line}`)]

  const common = commonLengths(old, now)
  const at = (i: number, j: number) => common[i * (now.length + 1) + j] ?? 0
  const lines: string[] = []
  for (let i = 0, j = 0; i < old.length || j < now.length; ) {
    if (i < old.length && old[i] === now[j]) {
      lines.push(` ${old[i++]}`)
      j++
    } else if (i < old.length && (j === now.length || at(i + 1, j) >= at(i, j + 1))) {
      lines.push(`-${old[i++]}`)
    } else {
      lines.push(`+${now[j++]}`)
    }
  }
  return lines
}

/** For each pair of places, how many lines the rests have in common, as a table of `now.length + 1` columns. */
function commonLengths(old: readonly string[], now: readonly string[]): Uint32Array {
  const width = now.length + 1
  const common = new Uint32Array((old.length + 1) * width)
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      const [below, right, both] = [common[(i + 1) * width + j], common[i * width + j + 1], common[(i + 1) * width + j + 1]]
      common[i * width + j] = old[i] === now[j] ? (both ?? 0) + 1 : Math.max(below ?? 0, right ?? 0)
    }
  }
  return common
}
