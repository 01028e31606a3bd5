import { join } from 'node:path'
import { openPostClient } from '../connectors/post-client.ts'
import type { CtiServer } from '../cti/cti-server.ts'
import { viewerOf } from '../cti/view/viewer.ts'
import type { Centre, User } from '../domain/centre.ts'
import type { Log } from '../domain/log.ts'
import type { Clock } from '../domain/ports/clock.ts'
import type { WebhookSettings } from '../domain/webhook.ts'
import type { ServerDatabase } from '../store/server-database.ts'
import { membersOf, Webhooks } from '../webhooks/webhooks.ts'
import type { OpenTraces } from './open-traces.ts'

export interface WebhooksAround {
  readonly database: ServerDatabase
  readonly clock: Clock
  readonly log: Log
  readonly instance: string
  readonly dataDir: string
  readonly secretOf: (variable: string) => string | undefined
  /** As it is now. */
  readonly centre: Centre
  /** Undefined: calls are not traced. */
  readonly traces: Pick<OpenTraces, 'overPosts'> | undefined
}

export interface OpenWebhooks {
  readonly webhooks: Webhooks
  /** Tells the webhooks of what clients of the socket are told, from now on. */
  watch(cti: Pick<CtiServer, 'watch'>): void
  /** The centre has changed, and with it the webhooks and what each may see. */
  follow(): void
  close(): Promise<void>
}

/** Opens the webhooks of the centre. Each sees what a client of the role crm with its filter and teams would see: who sees what is one question. */
export async function openWebhooks(around: WebhooksAround): Promise<OpenWebhooks> {
  const { database, clock, log, instance, dataDir, secretOf, centre, traces } = around
  const settings = () => centre.webhooks?.values() ?? []
  const webhooks = await Webhooks.open(
    {
      ...{ database, clock, log, instance, secretOf, folder: join(dataDir, 'webhooks') },
      openClient: (connectionsMax) => {
        const client = openPostClient({ allowed: () => centre.allowedRequests, connectionsMax })
        return traces?.overPosts(client) ?? client
      }
    },
    settings()
  )
  await database.first('webhooks', () => webhooks.restore())
  let source: Pick<CtiServer, 'watch'> | undefined
  let watching: Disposable[] = []
  const watchAll = () => {
    for (const one of watching) one[Symbol.dispose]()
    watching = [...settings()].flatMap((one) => {
      const viewer = viewerOf(userOf(one), monitorOf(one), centre)
      return source?.watch({ viewer, tell: (event) => webhooks.tell(one.name, event) }) ?? []
    })
  }
  return {
    webhooks,
    watch(cti) {
      source = cti
      watchAll()
      for (const one of settings()) tellStarted(webhooks, one, clock.now())
    },
    follow() {
      webhooks.follow(settings())
      watchAll()
    },
    close: () => webhooks.close()
  }
}

/** Calls of a process that died are told of by nobody: a receiver that counts calls begins anew. */
function tellStarted(webhooks: Webhooks, { name, events }: WebhookSettings, at: number): void {
  const type = 'webhook.started'
  if (events !== undefined && !events.includes(type)) return
  webhooks.tell(name, { type, about: 'server', at, body: membersOf({ type, time: new Date(at).toISOString(), webhook: name }) })
}

function userOf({ name, teams }: WebhookSettings): User {
  return { username: `webhook:${name}`, name, role: 'crm', teams }
}

function monitorOf({ events, queues, agents }: WebhookSettings) {
  return {
    ...(events !== undefined && { events: [...events] }),
    ...(queues !== undefined && { queues: [...queues] }),
    ...(agents !== undefined && { agents: [...agents] })
  }
}
