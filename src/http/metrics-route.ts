import type { App } from './app-type.ts'
import { problem } from './errors.ts'
import { hasBearer } from './has-bearer.ts'
import type { HttpOptions } from './http-options.ts'

/** What Prometheus reads, with the token where one is asked for. */
export function metricsRoute(app: App, { metrics, metricsToken }: Pick<HttpOptions, 'metrics' | 'metricsToken'>): void {
  app.get('/metrics', { config: { rateLimit: false }, schema: { hide: true } }, async (request, reply) => {
    if (metricsToken !== undefined && !hasBearer(request, metricsToken))
      return reply
        .code(401)
        .header('www-authenticate', 'Bearer')
        .send(problem('NOT_AUTHENTICATED', 'The metrics need their token'))
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics())
  })
}
