import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import type { App } from './app-type.ts'

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
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true })
}
