import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import type { App } from './app-type.ts'

/**
 * The package's own policy upgrades to https, which breaks the page on a plain http address that is not loopback, and lets images of
 * another host in. Swagger UI writes a style element into its page.
 */
const policy = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:'],
  'font-src': "'self'",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'"
}

/** OpenAPI 3.1 out of the routes' own schemas: `/docs` for people, `/docs/json` for machines. Register before the routes. */
export async function apiDocumentation(app: App, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Switchboard',
        description: 'Calls, agents and queues. Live events come over the CTI socket `/cti/v1`.',
        version
      },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } }
    },
    transform: jsonSchemaTransform,
    hideUntagged: true
  })
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: policy, uiConfig: { validatorUrl: null } })
}
