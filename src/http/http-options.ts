import type { FastifyBaseLogger } from 'fastify'
import type { Centre } from '../domain/centre.ts'
import type { Customer } from '../domain/customer.ts'
import type { Publish } from '../domain/event-bus.ts'
import type { CallbackCommands } from '../domain/ports/callbacks.ts'
import type { Clock } from '../domain/ports/clock.ts'
import type { Database } from '../domain/ports/database.ts'
import type { AgentCommands, CallCommands } from '../domain/ports/desk.ts'
import type { Telephony } from '../domain/ports/telephony.ts'
import type { WebhookDesk } from '../domain/ports/webhooks.ts'
import type { QueueStatus } from '../domain/queue.ts'
import type { Flow } from '../flow/flow.ts'
import type { Talks } from '../recordings/talks.ts'
import type { Voicemails } from '../recordings/voicemails.ts'
import type { ConfigurationEditing } from './configuration-editing.ts'
import type { FlowEditing } from './flow-editing.ts'
import type { Metrics } from './metrics.ts'
import type { Tls } from './secure-server.ts'
import type { SignIns } from './sign-ins.ts'

/** What the HTTP server is given by whoever builds it. */
export interface HttpOptions {
  readonly log: FastifyBaseLogger
  readonly version: string
  readonly clock: Clock
  readonly publish: Publish
  readonly database: Database
  readonly telephony: Pick<Telephony, 'putPhone' | 'removePhone' | 'status'>
  readonly agents: Pick<AgentCommands, 'list' | 'logOn' | 'setState'>
  readonly calls: Pick<CallCommands, 'waitingIn' | 'withdraw'>
  readonly callbacks: Pick<CallbackCommands, 'book' | 'cancel' | 'get' | 'list'>
  readonly centre: Centre
  readonly metrics: Metrics
  queues(): readonly QueueStatus[]
  /** Messages of a queue that nobody has listened to. */
  newMessages(queue: string): number
  readonly webhooks: WebhookDesk
  readonly voicemails: Pick<Voicemails, 'setState' | 'remove' | 'played' | 'open'>
  readonly talks: Pick<Talks, 'protect' | 'remove' | 'played' | 'open'>
  /** The live flows. */
  flows(): readonly Pick<Flow, 'name' | 'describe' | 'version' | 'file' | 'numbers' | 'languages'>[]
  /** Why the flows on disk are not the live ones, for people; undefined when all is well. */
  flowsProblem(): string | undefined
  /** Whether callers who come in are served; not while the server waits for its last calls. */
  takesCalls(): boolean
  readonly flowEditing: FlowEditing
  readonly configuration: ConfigurationEditing
  /** What that phone registers with, and whether it is the same after the next start; undefined when there is no such phone. */
  phonePassword(device: string): { readonly password: string; readonly lasting: boolean } | undefined
  readonly jwtSecret: string
  /** What whoever reads the metrics must show. Undefined: nothing. */
  readonly metricsToken: string | undefined
  readonly signIns: SignIns
  /** How long a token lasts. */
  readonly sessionMs: number
  /** How long a sign-in may be renewed, from its beginning. */
  readonly renewForMs: number
  readonly signInsPerMinute: number
  readonly requestsPerMinute: number
  /** Set when this server speaks https by itself. */
  readonly tls: Tls | undefined
  /** Browser phones of one address at the same time. */
  readonly phonesPerAddress: number
  /** Addresses and networks whose X-Forwarded-For is believed. */
  readonly trustProxy: readonly string[]
  /** Origins of applications that may show the console in a frame: `https://crm.example`. */
  readonly embeddedIn: readonly string[]
  /** Host and port of Asterisk's HTTP server, for the SIP socket of browser phones. */
  readonly ariAddress: { readonly host: string; readonly port: number }
  /** The built console. */
  readonly consoleFolder: string
  /** Set with the demo configuration only: whom visitors may play. */
  readonly demo: { readonly customers: () => readonly Customer[] } | undefined
}
