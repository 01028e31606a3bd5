import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { App } from './app-type.ts'
import { readToken } from './auth.ts'
import { hasBearer } from './has-bearer.ts'
import type { HttpOptions } from './http-options.ts'

const PING_LIMIT_MS = 2_000

const check = z.object({ ok: z.boolean(), why: z.string().optional() })
const readiness = z.object({
  ready: z.boolean(),
  version: z.string().optional(),
  checks: z.object({
    database: check,
    asterisk: check.extend({ version: z.string().optional() }),
    flows: check.extend({ count: z.number().optional() }),
    configuration: check,
    calls: check
  })
})

type Check = z.infer<typeof check>

/**
 * Whether the process lives, and whether it can take calls. What is missing is told to everybody; why (paths, addresses, versions) to
 * administrators, to whoever may read the metrics, and in the demo.
 */
export function healthRoutes(app: App, options: HttpOptions): void {
  const { database, telephony, flows, flowsProblem, configuration, takesCalls, version } = options
  const unlimited = { rateLimit: false as const }

  app.get(
    '/health/live',
    {
      config: unlimited,
      schema: { tags: ['health'], summary: 'The process lives', response: { 200: z.object({ live: z.boolean() }) } }
    },
    async () => ({ live: true })
  )

  app.get(
    '/health/ready',
    {
      config: unlimited,
      schema: {
        tags: ['health'],
        summary: 'Calls can be taken; why not is told to administrators and with the token of the metrics',
        response: { 200: readiness, 503: readiness }
      }
    },
    async (request, reply) => {
      const { connected, version: asteriskVersion, problem } = telephony.status()
      const checks = {
        database: await checkDatabase(database),
        asterisk: { ...judge(connected ? undefined : (problem ?? 'not connected')), version: asteriskVersion },
        flows: { ...judge(flowsProblem() ?? (flows().length === 0 ? 'no flow is live' : undefined)), count: flows().length },
        configuration: judge(configuration.now().problems.join('\n') || undefined),
        calls: judge(takesCalls() ? undefined : 'the server stops: it waits for the calls in progress and takes no more')
      }
      const ready = Object.values(checks).every(({ ok }) => ok)
      return reply
        .code(ready ? 200 : 503)
        .send(mayKnow(request, options) ? { ready, version, checks } : { ready, checks: bare(checks) })
    }
  )
}

function mayKnow(request: FastifyRequest, { demo, metricsToken }: HttpOptions): boolean {
  if (demo !== undefined || (metricsToken !== undefined && hasBearer(request, metricsToken))) return true
  const token = /^bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  return token !== undefined && readToken(request.server, token)?.user.role === 'admin'
}

function bare<Checks extends Readonly<Record<string, Check>>>(checks: Checks): { [Name in keyof Checks]: { ok: boolean } } {
  return Object.fromEntries(Object.entries(checks).map(([name, { ok }]) => [name, { ok }])) as {
    [Name in keyof Checks]: { ok: boolean }
  }
}

async function checkDatabase(database: HttpOptions['database']): Promise<Check> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PING_LIMIT_MS} ms`)), PING_LIMIT_MS)
  })
  try {
    await Promise.race([database.ping(), late])
    return { ok: true }
  } catch (error) {
    // The fault is the answer: the body says why the database is not there.
    return judge(error instanceof Error ? error.message : String(error))
  } finally {
    clearTimeout(timer)
  }
}

function judge(why: string | undefined): Check {
  return why === undefined ? { ok: true } : { ok: false, why }
}
