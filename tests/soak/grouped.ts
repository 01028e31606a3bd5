/** Items by key, each group in their order. (`Map.groupBy` is not in Node 20.) */
export function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return groups
}

/** How often each name comes. */
export function counted(names: readonly string[]): Map<string, number> {
  return new Map([...grouped(names, (name) => name)].map(([name, group]) => [name, group.length]))
}
