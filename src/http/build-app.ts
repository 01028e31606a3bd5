import rateLimit from '@fastify/rate-limit'
import fastify, { type FastifyServerOptions, LogController } from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import { apiDocumentation } from './api-documentation.ts'
import type { App } from './app-type.ts'
import { registerTokens } from './auth.ts'
import { consolePages } from './console-pages.ts'
import { registerErrors } from './errors.ts'
import { healthRoutes } from './health.ts'
import type { HttpOptions } from './http-options.ts'
import { metricsRoute } from './metrics-route.ts'
import { agentRoutes } from './routes/agents.ts'
import { callbackRoutes } from './routes/callbacks.ts'
import { callRoutes } from './routes/calls.ts'
import { configurationRoutes } from './routes/configuration.ts'
import { configurationVersionRoutes } from './routes/configuration-versions.ts'
import { consoleFactsRoutes } from './routes/console-facts.ts'
import { customerRoutes } from './routes/customers.ts'
import { demoPhoneRoutes } from './routes/demo-phone.ts'
import { flowChangeRoutes } from './routes/flow-changes.ts'
import { flowVersionRoutes } from './routes/flow-versions.ts'
import { flowRoutes } from './routes/flows.ts'
import { phoneCredentialsRoutes } from './routes/phone-credentials.ts'
import { queueCallerRoutes } from './routes/queue-callers.ts'
import { queueRoutes } from './routes/queues.ts'
import { recordingAudioRoute } from './routes/recording-audio.ts'
import { recordingRoutes } from './routes/recordings.ts'
import { sessionRoutes } from './routes/session.ts'
import { userRoutes } from './routes/users.ts'
import { voicemailAudioRoute } from './routes/voicemail-audio.ts'
import { voicemailRoutes } from './routes/voicemails.ts'
import { webhookRoutes } from './routes/webhooks.ts'
import { serverOptions } from './secure-server.ts'
import { securityHeaders } from './security-headers.ts'
import { sipWebsocketProxy } from './sip-websocket-proxy.ts'
import { refuseUnstorable } from './storable.ts'
import { registerWebsockets } from './websockets.ts'

const BODY_BYTES_MAX = 64 * 1024
const REQUEST_LIMIT_MS = 30_000
/** A request whose head comes a letter at a time holds a connection for so long. */
const HEAD_LIMIT_MS = 10_000

/** Given to Fastify at once, instead of set later: it loads its own else, a tenth of a second of a start beside calls. Its types are those of JSON schemas; ours are zod's. */
const schemaController = {
  compilersFactory: {
    buildValidator: () => validatorCompiler,
    buildSerializer: () => serializerCompiler
  }
} as unknown as NonNullable<FastifyServerOptions['schemaController']>

/** The HTTP application, apart from the process: nothing listens until somebody calls `listen`. */
export async function buildApp(options: HttpOptions): Promise<App> {
  const app: App = fastify({
    loggerInstance: options.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_LIMIT_MS,
    schemaController,
    ...serverOptions({ headersTimeout: HEAD_LIMIT_MS, connectionsCheckingInterval: HEAD_LIMIT_MS / 2 }, options.tls),
    forceCloseConnections: true,
    // Whose word on the client's address is believed: nobody's, unless the centre names its proxies.
    trustProxy: options.trustProxy.length > 0 && [...options.trustProxy]
  }).withTypeProvider<ZodTypeProvider>()
  registerErrors(app)
  securityHeaders(app, options.embeddedIn)
  refuseUnstorable(app)

  await app.register(rateLimit, { max: options.requestsPerMinute, timeWindow: '1 minute' })
  await registerTokens(app, options.jwtSecret, options.signIns)
  await registerWebsockets(app)
  await apiDocumentation(app, options.version)

  healthRoutes(app, options)
  metricsRoute(app, options)
  sessionRoutes(app, options)
  userRoutes(app, options)
  callRoutes(app, options)
  callbackRoutes(app, options)
  agentRoutes(app, options)
  queueRoutes(app, options)
  queueCallerRoutes(app, options)
  voicemailRoutes(app, options)
  voicemailAudioRoute(app, options)
  webhookRoutes(app, options)
  recordingRoutes(app, options)
  recordingAudioRoute(app, options)
  flowRoutes(app, options)
  flowVersionRoutes(app, options)
  flowChangeRoutes(app, options)
  configurationRoutes(app, options)
  configurationVersionRoutes(app, options)
  phoneCredentialsRoutes(app, options)
  customerRoutes(app, options)
  demoPhoneRoutes(app, options)
  consoleFactsRoutes(app, options)
  sipWebsocketProxy(app, options)
  await consolePages(app, options.consoleFolder)
  return app
}
