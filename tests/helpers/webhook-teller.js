import { openPostClient } from "../../src/connectors/post-client.js";
import { openDatabase } from "../../src/store/postgres.js";
import { Webhooks } from "../../src/webhooks/webhooks.js";
import { quietLog } from "./quiet-log.js";
import { realClock } from "./real-clock.js";
import { someWebhook } from "./some-webhook.js";
/** A process that tells events to a webhook and says of each that it was told, until it is killed: `webhook-teller.ts DATABASE FOLDER URL`. */
const [url = '', folder = '', receiver = ''] = process.argv.slice(2);
const webhooks = await Webhooks.open({
    database: openDatabase({ url, log: quietLog() }),
    clock: realClock,
    log: quietLog(),
    instance: 'killed',
    folder,
    secretOf: () => 'a secret that is long enough',
    openClient: (connectionsMax) => openPostClient({ allowed: [receiver], connectionsMax })
}, [someWebhook(receiver)]);
let count = 0;
for (;;) {
    const number = ++count;
    webhooks.tell('crm', {
        type: 'queued',
        about: `call:${number % 20}`,
        at: Date.now(),
        body: `"type":"queued","number":${number}`
    });
    process.stdout.write(`${number}\n`);
    await new Promise((resolve) => setTimeout(resolve, 1));
}
//# sourceMappingURL=webhook-teller.js.map