import type { WebhookDesk } from '../../../src/domain/ports/webhooks.ts'

/** A centre that tells nobody anything over HTTP. */
export const noWebhooks: WebhookDesk = {
  list: async () => [],
  deliveries: async () => undefined,
  delivery: async () => undefined,
  replay: async () => undefined,
  ping: async () => undefined,
  stop: async () => false,
  resume: async () => false
}
