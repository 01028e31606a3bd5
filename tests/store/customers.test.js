import t from 'tap';
import { customersIn, readCustomer } from "../../src/customers/find-customer.js";
import { seedCustomers } from "../../src/customers/seed-customers.js";
import { setFlags } from "../../src/customers/set-flags.js";
import { interruptedCallsIn } from "../../src/store/interrupted-calls.js";
import { contractCustomers, customersContract } from "../helpers/customers-contract.js";
import { startTestPostgres } from "../helpers/postgres.js";
const wang = {
    id: 'c-1',
    name: 'Wang Fang',
    numbers: ['+8613800138000', '13800138000'],
    segment: 'gold',
    flags: [],
    language: 'zh-CN',
    profile: { since: 2014 }
};
const jack = {
    id: 'c-2',
    name: 'Jack',
    numbers: ['1'],
    segment: 'standard',
    flags: ['card-lost'],
    profile: {}
};
const signal = new AbortController().signal;
t.test('customers', async (t) => {
    const postgres = await startTestPostgres();
    t.teardown(() => postgres.close());
    const { database } = postgres;
    const customers = customersIn(database);
    await seedCustomers(database, [wang, jack]);
    await t.test('are found by each of their numbers', async (t) => {
        t.same(await customers.findByNumber('13800138000', signal), wang);
        t.same(await customers.findByNumber('+8613800138000', signal), wang);
        t.same(await customers.findByNumber('1', signal), jack);
        t.equal(await customers.findByNumber('999', signal), undefined);
    });
    await t.test('have a flag in the moment after it was set', async (t) => {
        t.match(await setFlags(database, 'c-1', ['card-lost', 'card-lost']), { flags: ['card-lost'] });
        t.match(await customers.findByNumber('13800138000', signal), { flags: ['card-lost'] });
        t.equal(await setFlags(database, 'nobody', ['x']), undefined);
    });
    await t.test('keep what other systems changed when the server starts again', async (t) => {
        await seedCustomers(database, [wang, jack]);
        t.match(await readCustomer(database, 'c-1'), { flags: ['card-lost'], numbers: wang.numbers });
    });
    await t.test('are found, created and changed as every store of customers does it', async (t) => {
        await seedCustomers(database, contractCustomers);
        await customersContract(t, customers);
    });
    await t.test('who were cut off are kept until they call again, or until it is too late', async (t) => {
        const interrupted = interruptedCallsIn(database);
        const place = (at, step) => ({
            at,
            positions: [{ flow: 'bank', step, vars: { n: 1 } }],
            language: 'en'
        });
        await interrupted.keep('+861', place(10_000, 'early'), 0);
        await interrupted.keep('+861', place(20_000, 'late'), 0);
        await interrupted.keep('+861', place(15_000, 'told late'), 0);
        await interrupted.keep('2', place(21_000, 'other'), 0);
        t.same(await interrupted.take('+861', 20_000), place(20_000, 'late'), 'the last place counts');
        t.equal(await interrupted.take('+861', 0), undefined, 'it is offered once');
        t.equal(await interrupted.take('2', 21_001), undefined, 'too late');
        t.equal(await interrupted.take('2', 0), undefined);
        await interrupted.keep('3', place(30_000, 'old'), 0);
        await interrupted.keep('4', place(90_000, 'new'), 60_000);
        t.same(await database.query('select caller from interrupted_calls'), [{ caller: '4' }], 'what is too old is removed');
    });
    await t.test('are unknown, not awaited, when the database is slow', async (t) => {
        const slow = {
            ...database,
            query: (text, values) => database.query('select pg_sleep(1)').then(() => database.query(text, values))
        };
        const before = Date.now();
        await t.rejects(customersIn(slow).findByNumber('1', signal), { code: 'CUSTOMER_LOOKUP_TIMEOUT' });
        t.ok(Date.now() - before < 900);
    });
    await t.test('are no longer looked for when the caller has hung up', async (t) => {
        const call = new AbortController();
        const found = customersIn(database).findByNumber('1', call.signal);
        call.abort(new Error('hung up'));
        await t.rejects(found, { message: 'hung up' });
    });
});
//# sourceMappingURL=customers.test.js.map