/** Items by key, each group in their order. (`Map.groupBy` is not in Node 20.) */
export function grouped(items, keyOf) {
    const groups = new Map();
    for (const item of items) {
        const group = groups.get(keyOf(item));
        if (group === undefined)
            groups.set(keyOf(item), [item]);
        else
            group.push(item);
    }
    return groups;
}
/** How often each name comes. */
export function counted(names) {
    return new Map([...grouped(names, (name) => name)].map(([name, group]) => [name, group.length]));
}
//# sourceMappingURL=grouped.js.map