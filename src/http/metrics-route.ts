import { createHash, timingSafeEqual } from 'node:crypto'
import type { App } from './app-type.ts'
import { problem } from './errors.ts'
import type { HttpOptions } from './http-options.ts'

/** What Prometheus reads, with the token where one is asked for. */
export function metricsRoute(app: App, { metrics, metricsToken }: Pick<HttpOptions, 'metrics' | 'metricsToken'>): void {
  app.get('/metrics', { config: { rateLimit: false }, schema: { hide: true } }, async (request, reply) => {
    if (metricsToken !== undefined && !isSame(request.headers.authorization ?? '', `Bearer ${metricsToken}`))
      return reply
        .code(401)
        .header('www-authenticate', 'Bearer')
        .send(problem('NOT_AUTHENTICATED', 'The metrics need their token'))
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics())
  })
}

/** Compares what has one length, so that the time it takes tells nothing. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}
