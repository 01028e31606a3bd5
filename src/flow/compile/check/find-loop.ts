/** The first loop that `next` leads into from one of these, as its names, the first one again at the end. Without recursion: there may be thousands. */
export function findLoop(starts: Iterable<string>, next: (name: string) => readonly string[]): readonly string[] | undefined {
  const done = new Set<string>()
  for (const start of starts) {
    const way: { name: string; next: string[] }[] = []
    const onWay = new Set<string>()
    const enter = (name: string) => {
      way.push({ name, next: [...next(name)] })
      onWay.add(name)
    }
    if (!done.has(start)) enter(start)
    for (let last = way.at(-1); last !== undefined; last = way.at(-1)) {
      const name = last.next.pop()
      if (name === undefined) {
        done.add(last.name)
        onWay.delete(last.name)
        way.pop()
        continue
      }
      if (onWay.has(name)) return [...way.slice(way.findIndex((entry) => entry.name === name)).map((entry) => entry.name), name]
      if (!done.has(name)) enter(name)
    }
  }
  return undefined
}
