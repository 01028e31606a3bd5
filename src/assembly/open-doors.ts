import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import type { CallTable } from '../calls/call-table.ts'
import type { CallbackBook } from '../calls/callbacks/callback-book.ts'
import type { CallDesk } from '../calls/desk/call-desk.ts'
import type { Distribution } from '../calls/offers/distribution.ts'
import { type Certificate, readCertificate, requireAuthorities } from '../config/certificate.ts'
import type { Config } from '../config/load-config.ts'
import { CallBoard } from '../cti/board/call-board.ts'
import { registerCti } from '../cti/cti-plugin.ts'
import type { CtiServer } from '../cti/cti-server.ts'
import type { CtiLimits } from '../cti/cti-world.ts'
import type { RouteBook } from '../cti/route-book.ts'
import { customersIn } from '../customers/find-customer.ts'
import type { Centre } from '../domain/centre.ts'
import type { EventBus } from '../domain/event-bus.ts'
import type { Clock } from '../domain/ports/clock.ts'
import type { LiveStore } from '../domain/ports/live-store.ts'
import type { Telephony } from '../domain/ports/telephony.ts'
import type { QueueStatus } from '../domain/queue.ts'
import type { FlowLibrary } from '../flow/library.ts'
import { readToken } from '../http/auth.ts'
import { buildApp } from '../http/build-app.ts'
import type { ConfigurationEditing } from '../http/configuration-editing.ts'
import { addEdgeMetrics, type EdgeFigures } from '../http/edge-metrics.ts'
import { KeptEndings } from '../http/kept-endings.ts'
import { Metrics } from '../http/metrics.ts'
import { renewCertificate } from '../http/secure-server.ts'
import { SignIns } from '../http/sign-ins.ts'
import { addTraceMetrics } from '../http/trace-metrics.ts'
import { seedUsers } from '../http/users.ts'
import { addWebhookMetrics } from '../http/webhook-metrics.ts'
import { newVoicemails } from '../recordings/read-recordings.ts'
import type { Talks } from '../recordings/talks.ts'
import type { Voicemails } from '../recordings/voicemails.ts'
import type { Recorder } from '../records/recorder.ts'
import type { ServerDatabase } from '../store/server-database.ts'
import { customerDesk } from './customer-desk.ts'
import type { LiveFlows } from './live-flows.ts'
import type { OpenTraces } from './open-traces.ts'
import type { OpenWebhooks } from './open-webhooks.ts'
import type { PhonePasswords } from './phone-passwords.ts'
import { phonesOf } from './phones.ts'

export interface Core {
  readonly config: Config
  readonly log: Logger
  readonly bus: EventBus
  readonly database: ServerDatabase
  readonly telephony: Telephony
  readonly distribution: Distribution
  readonly calls: Pick<CallTable, 'takesCalls'>
  readonly desk: CallDesk
  readonly callbacks: CallbackBook
  readonly flows: FlowLibrary
  readonly liveFlows: LiveFlows
  readonly configuration: ConfigurationEditing
  /** What phones register with. */
  readonly passwords: PhonePasswords
  /** As it is now. */
  readonly centre: Centre
  readonly recorder: Recorder
  readonly liveStore: LiveStore
  /** Undefined: calls are not traced. */
  readonly traces: Pick<OpenTraces, 'figures'> | undefined
  readonly voicemails: Voicemails
  readonly webhooks: OpenWebhooks
  readonly talks: Talks
  readonly routes: RouteBook
  /** Others than those that all servers have. */
  readonly ctiLimits?: Partial<CtiLimits>
  readonly clock: Clock
}

/** Who may sign in, and in the demo whom visitors may play. */
export type People = Pick<Config, 'users' | 'customers'>

export interface Doors {
  /** The centre has changed, and with it who may sign in and see what: that counts when it returns, and is written when it resolves. */
  follow(people: People): Promise<void>
  /** Every CTI client is told how things stand: there is something that no event told of. */
  showAgain(): void
  /** Who connects from now on is shown that certificate, when HTTP is encrypted at all. */
  renew(certificate: Certificate): void
  /** The figures of the SIP edge are read with the others. */
  addEdge(figures: () => EdgeFigures): void
  /** No message of a CTI client counts from the moment on in which this is called; requests that are under way are answered. */
  close(): Promise<void>
}

const consoleFolder = fileURLToPath(new URL('../../build/console', import.meta.url))

/** Opens the two doors, HTTP and CTI, on one address. */
export async function openDoors(core: Core): Promise<Doors> {
  const { config, centre, log, bus, database, telephony, distribution, desk, flows, clock } = core
  const { environment } = config
  const password = config.demo ? environment.DEMO_PASSWORD : undefined
  if (config.demo && password === undefined)
    log.warn({}, 'DEMO_PASSWORD is not set: demo logins and phones keep the password they had')

  const kept = new KeptEndings(join(environment.DATA_DIR, 'ended-sign-ins.json'), log)
  const signIns = SignIns.fromDisk({ database, clock, log, users: config.users, kept })
  await database.first('sign-ins', () => signIns.restore())
  let people: People = config
  await database.first('users', () => seedUsers(database, people.users, password))
  const queues = () =>
    [...centre.queues.keys()].flatMap((name): readonly QueueStatus[] => [distribution.queueStatus(name) ?? []].flat())
  let cti: CtiServer | undefined
  const board = new CallBoard(centre, { agents: distribution.list(), queues: queues(), phones: [], newMessages: [] })
  await database.first('new messages', async () => {
    board.addMessages(await newVoicemails(database))
    cti?.follow({ all: true })
  })
  const metrics = new Metrics({
    clock,
    ariConnected: () => telephony.status().connected,
    records: () => core.recorder.stats(),
    unwritten: () => core.liveStore.unwritten(),
    damaged: () => core.liveStore.damaged(),
    ctiClients: () => cti?.size.connections ?? 0,
    stuck: () => distribution.stuck(),
    newMessages: () => [...board.queues.values()].map((queue) => [queue.queue, queue.newMessages]),
    queues,
    agents: () => distribution.list()
  })
  const { webhooks } = core.webhooks
  addWebhookMetrics(metrics.registry, { clock, figures: () => webhooks.figures(), journal: () => webhooks.journal() })
  const { traces } = core
  if (traces !== undefined) addTraceMetrics(metrics.registry, () => traces.figures())
  const clientAuthorities = requireAuthorities('HTTP_CLIENT_AUTHORITIES', environment)
  const app = await buildApp({
    log,
    version: config.version,
    clock,
    publish: bus.publish,
    database,
    telephony,
    agents: distribution,
    calls: desk,
    callbacks: core.callbacks,
    centre,
    metrics,
    queues,
    newMessages: (queue) => board.queues.get(queue)?.newMessages ?? 0,
    voicemails: core.voicemails,
    webhooks,
    talks: core.talks,
    flows: () => flows.list(),
    flowsProblem: () => core.liveFlows.problems().join('\n') || undefined,
    takesCalls: () => core.calls.takesCalls,
    flowEditing: core.liveFlows,
    configuration: core.configuration,
    phonePassword: (device) => {
      const phone = phonesOf(centre, core.passwords).find(({ user }) => user === device)
      return phone && { password: phone.password, lasting: core.passwords.lasting }
    },
    jwtSecret: config.secrets.jwtSecret,
    metricsToken: environment.METRICS_TOKEN,
    signIns,
    sessionMs: config.http.sessionMs,
    renewForMs: config.http.renewForMs,
    signInsPerMinute: config.http.signInsPerMinute,
    requestsPerMinute: config.http.requestsPerMinute,
    tls: environment.HTTP_TLS === 'on' ? { ...readCertificate(environment), clientAuthorities } : undefined,
    phonesPerAddress: config.http.phonesPerAddress,
    trustProxy: config.http.trustProxy,
    embeddedIn: config.http.embeddedIn,
    ariAddress: environment.ARI_ADDRESS,
    consoleFolder,
    demo: config.demo ? { customers: () => people.customers } : undefined
  })
  const desks = registerCti(app, {
    ...(core.ctiLimits && { limits: core.ctiLimits }),
    board,
    centre,
    agents: distribution,
    calls: desk,
    callbacks: core.callbacks,
    customers: customerDesk(customersIn(database), database, bus.publish),
    routes: core.routes,
    onDesk: (agentId, connected) => bus.publish({ type: 'desk.changed', agentId, connected }),
    verifyToken: async (token) => readToken(app, token),
    standing: (signIn) => signIns.standing(signIn),
    clock,
    log,
    version: config.version
  })
  cti = desks
  let choices = JSON.stringify(centre.choices)
  let all = false
  signIns.listen(() => desks.follow({ all }))
  core.webhooks.watch(desks)
  bus.listen(desks.listener)
  bus.listen(metrics.listener)

  await app.listen({ host: environment.HTTP_ADDRESS.host, port: environment.HTTP_ADDRESS.port })
  return {
    follow: async (next) => {
      people = next
      const now = JSON.stringify(centre.choices)
      all = board.follow() || now !== choices
      choices = now
      const written = signIns.follow(next.users)
      all = false
      await written
      await seedUsers(database, next.users, password)
    },
    showAgain: () => desks.follow({ all: true }),
    renew: (certificate) => renewCertificate(app, { ...certificate, clientAuthorities }),
    addEdge: (figures) => addEdgeMetrics(metrics.registry, figures),
    async close() {
      signIns.close()
      desks.close()
      await app.close()
    }
  }
}
