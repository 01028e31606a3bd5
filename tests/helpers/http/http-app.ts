import { openLog } from '../../../src/assembly/open-log.ts'
import type { Customer } from '../../../src/domain/customer.ts'
import { EventBus } from '../../../src/domain/event-bus.ts'
import type { DomainEvent } from '../../../src/domain/events.ts'
import type { CustomerId } from '../../../src/domain/ids.ts'
import type { Database } from '../../../src/domain/ports/database.ts'
import type { PhoneAccount, TelephonyStatus } from '../../../src/domain/ports/telephony.ts'
import type { QueueStatus } from '../../../src/domain/queue.ts'
import type { App } from '../../../src/http/app-type.ts'
import { buildApp } from '../../../src/http/build-app.ts'
import { addEdgeMetrics } from '../../../src/http/edge-metrics.ts'
import type { HttpOptions } from '../../../src/http/http-options.ts'
import { Metrics } from '../../../src/http/metrics.ts'
import { SignIns } from '../../../src/http/sign-ins.ts'
import { addWebhookMetrics } from '../../../src/http/webhook-metrics.ts'
import { Talks } from '../../../src/recordings/talks.ts'
import { Voicemails } from '../../../src/recordings/voicemails.ts'
import { smallCentre, smallUsers } from '../centre/small-centre.ts'
import { FakeAgents, FakeCallbacks, FakeCalls } from '../cti/fake-desk.ts'
import { FakeConfiguration } from './fake-configuration.ts'
import { noWebhooks } from './no-webhooks.ts'

export const demoCustomer: Customer = {
  id: 'c-1' as CustomerId,
  name: 'Mei Lin',
  numbers: ['13800000001', '+8613800000001'],
  segment: 'gold',
  flags: ['vip'],
  profile: { city: 'Shanghai' }
}

export interface HttpApp {
  readonly app: App
  readonly bus: EventBus
  readonly metrics: Metrics
  readonly agents: FakeAgents
  readonly callbacks: FakeCallbacks
  readonly calls: FakeCalls
  readonly configuration: FakeConfiguration
  readonly published: DomainEvent[]
  readonly phones: Map<string, PhoneAccount>
  readonly logged: string[]
  readonly signIns: SignIns
  telephony: TelephonyStatus
  flowsProblem: string | undefined
  queues: readonly QueueStatus[]
}

/** The HTTP app with that database and the rest of the server as the test says. */
export async function buildHttpApp(database: Database, changes: Partial<HttpOptions> = {}): Promise<HttpApp> {
  const clock = { now: () => Date.now(), sleep: () => Promise.reject(new Error('Nobody sleeps here')) }
  const bus = new EventBus(clock, (error) => {
    throw error
  })
  const agents = new FakeAgents(smallCentre.agents.keys(), bus.publish)
  const callbacks = new FakeCallbacks()
  const calls = new FakeCalls()
  const configuration = new FakeConfiguration()
  const phones = new Map<string, PhoneAccount>()
  const published: DomainEvent[] = []
  const logged: string[] = []
  const log = openLog('warn', { write: (line) => void logged.push(line) })
  const signIns = changes.signIns ?? SignIns.fromDisk({ database, clock, log, users: smallUsers })
  await signIns.restore()
  const files = { pathOf: ({ file }: { file: string }) => `/nowhere/${file}`, open: async () => undefined }
  const voicemails = new Voicemails({ database, clock, publish: bus.publish, files })
  const talks = new Talks({ database, clock, publish: bus.publish, files })
  const done = { ok: true, value: undefined } as const
  const metrics = new Metrics({
    clock,
    ariConnected: () => world.telephony.connected,
    records: () => ({ pending: 3, spilledBytes: 0, lost: 0 }),
    unwritten: () => 1,
    damaged: () => 2,
    ctiClients: () => 2,
    stuck: () => 0,
    newMessages: () => [['service', 3]],
    queues: () => world.queues,
    agents: () => agents.list()
  })
  addWebhookMetrics(metrics.registry, { clock, figures: () => [], journal: () => ({ bytes: 0, lost: 0 }) })
  addEdgeMetrics(metrics.registry, () => ({ connected: true, forwarded: 5, refused: { overload: 4, 'unknown-number': 0 } }))
  bus.listen((event) => void published.push(event))
  bus.listen(metrics.listener)

  const world: Omit<HttpApp, 'app'> = {
    ...{ bus, metrics, agents, configuration, calls, callbacks, published, phones, logged, signIns },
    telephony: { connected: true, version: '22.10.1', problem: undefined },
    flowsProblem: undefined,
    queues: [{ queue: 'service', waiting: 1, callbacks: 0, oldestSince: 1000, loggedOn: 2, ready: 1, talking: 0 }]
  }
  const app = await buildApp({
    log,
    version: '1.2.3',
    clock,
    publish: bus.publish,
    database,
    telephony: {
      status: () => world.telephony,
      putPhone: async (phone) => {
        phones.set(phone.user, phone)
        return done
      },
      removePhone: async (user) => {
        phones.delete(user)
        return done
      }
    },
    agents,
    calls,
    configuration,
    callbacks,
    phonePassword: (device) => (device === '1001' ? { password: 'password of the phone', lasting: true } : undefined),
    centre: smallCentre,
    metrics,
    newMessages: () => 3,
    voicemails,
    webhooks: noWebhooks,
    queues: () => world.queues,
    talks,
    flows: () => [
      {
        name: 'bank',
        describe: 'The bank',
        version: 'abc',
        file: '/flows/bank.yaml',
        numbers: ['95588', '9*'],
        languages: ['en']
      }
    ],
    flowsProblem: () => world.flowsProblem,
    takesCalls: () => true,
    flowEditing: {
      since: () => 1000,
      findings: () => [],
      put: () => Promise.reject(new Error('Nobody edits flows here'))
    },
    jwtSecret: 'a secret of at least thirty-two bytes',
    metricsToken: undefined,
    signIns,
    sessionMs: 8 * 3_600_000,
    renewForMs: 30 * 24 * 3_600_000,
    signInsPerMinute: 1000,
    requestsPerMinute: 10_000,
    tls: undefined,
    phonesPerAddress: 200,
    trustProxy: [],
    embeddedIn: [],
    ariAddress: { host: '127.0.0.1', port: 1 },
    consoleFolder: '/nowhere',
    demo: { customers: () => [demoCustomer] },
    ...changes
  })
  if (changes.signIns === undefined) app.addHook('onClose', async () => signIns.close())
  return Object.assign(world, { app })
}
