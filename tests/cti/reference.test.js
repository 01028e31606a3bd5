import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { eventSchemas, requestSchemas } from "../../src/cti/messages.js";
import { ctiReference } from "../../src/cti/reference.js";
import { sampleOf } from "../../src/cti/sample-of.js";
const page = join(import.meta.dirname, '../../CTI.md');
t.test('the page says what the schemas say', async (t) => {
    // UPDATE=1 writes the page instead.
    if (process.env.UPDATE === '1')
        await writeFile(page, ctiReference());
    t.equal(await readFile(page, 'utf8'), ctiReference(), 'run UPDATE=1 npx tsx tests/cti/reference.test.ts');
});
t.test('the examples are messages that could be', async (t) => {
    for (const [type, schema] of Object.entries(eventSchemas)) {
        t.equal(schema.safeParse(sampleOf(schema)).error?.message, undefined, type);
    }
    for (const [method, { params, result }] of Object.entries(requestSchemas)) {
        t.equal(params.safeParse(sampleOf(params)).error?.message, undefined, method);
        t.equal(result.safeParse(sampleOf(result)).error?.message, undefined, `${method} result`);
    }
});
//# sourceMappingURL=reference.test.js.map