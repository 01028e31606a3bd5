import { openPostClient } from '../../../src/connectors/post-client.ts'
import { openDatabase } from '../../../src/store/postgres.ts'
import { Webhooks } from '../../../src/webhooks/webhooks.ts'
import { quietLog } from '../quiet-log.ts'
import { realClock } from '../real-clock.ts'
import { someWebhook } from './some-webhook.ts'

/** A process that tells events to a webhook and says of each that it was told, until it is killed: `webhook-teller.ts DATABASE FOLDER URL`. */
const [url = '', folder = '', receiver = ''] = process.argv.slice(2)
const webhooks = await Webhooks.open(
  {
    database: openDatabase({ url, log: quietLog() }),
    clock: realClock,
    log: quietLog(),
    instance: 'killed',
    folder,
    secretOf: () => 'a secret that is long enough',
    openClient: (connectionsMax) => openPostClient({ allowed: () => [receiver], connectionsMax })
  },
  [someWebhook(receiver)]
)
await webhooks.restore()
let count = 0
for (;;) {
  const number = ++count
  webhooks.tell('crm', {
    type: 'queued',
    about: `call:${number % 20}`,
    at: Date.now(),
    body: `"type":"queued","number":${number}`
  })
  process.stdout.write(`${number}\n`)
  await new Promise((resolve) => setTimeout(resolve, 1))
}
