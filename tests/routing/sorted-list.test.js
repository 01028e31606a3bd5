import fc from 'fast-check';
import t from 'tap';
import { SortedList } from "../../src/routing/sorted-list.js";
const order = (one, other) => one.key - other.key || one.id - other.id;
function itemsOf(list) {
    const items = [];
    list.find((item) => {
        items.push(item);
        return false;
    });
    if (items.length !== list.items().length || list.items().some((item, index) => item !== items[index]))
        throw new Error('Two orders');
    return items;
}
t.test('a sorted list is a sorted array, also when it is long', async (t) => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat({ max: 400 }), fc.boolean()), { minLength: 100, maxLength: 3_000, size: 'max' }), (steps) => {
        const list = new SortedList(order);
        let plain = [];
        steps.forEach(([key, adds], id) => {
            const item = adds || id % 3 === 0 ? { key, id } : plain[key % (plain.length || 1)];
            if (item === undefined)
                return;
            if (item.id === id) {
                list.add(item);
                plain.push(item);
            }
            else {
                if (!list.delete(item) || list.delete(item))
                    throw new Error('An item is deleted once');
                plain = plain.filter((each) => each !== item);
            }
        });
        plain.sort(order);
        const found = itemsOf(list);
        if (found.length !== plain.length || found.some((item, index) => item !== plain[index]))
            throw new Error('Another order');
        if (list.size !== plain.length || list.first !== plain[0])
            throw new Error('Another size or head');
        if (plain.some((item, index) => list.rank(item) !== index))
            throw new Error('Another rank');
        for (const key of [-1, 0, 100, 250, 401]) {
            const probe = { key, id: -1 };
            if (list.rank(probe) !== plain.filter((item) => order(item, probe) < 0).length)
                throw new Error('Another rank of a key');
        }
    }), { numRuns: 60, seed: 7 });
    t.pass('sixty random lists of up to 3,000 steps agree');
});
t.test('a list that was emptied can be filled again', async (t) => {
    const list = new SortedList(order);
    t.equal(list.first, undefined);
    const items = Array.from({ length: 2_000 }, (_, id) => ({ key: 2_000 - id, id }));
    for (let round = 0; round < 2; round++) {
        for (const item of items)
            list.add(item);
        t.equal(list.size, 2_000);
        t.same(itemsOf(list).slice(0, 3), items.slice(-3).reverse());
        // From the tail in the first round, from the head in the second.
        const leaving = round === 0 ? items : items.toReversed();
        t.ok(leaving.every((item) => list.delete(item) && (round === 0 || list.first === leaving[leaving.indexOf(item) + 1])), 'everybody is found, and the next is the head');
        t.equal(list.size, 0);
        t.same(itemsOf(list), []);
    }
});
//# sourceMappingURL=sorted-list.test.js.map