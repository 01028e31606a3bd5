import type { WebhookSettings } from '../../../src/domain/webhook.ts'

/** A webhook as tests want it. */
export function someWebhook(url: string, changes: Partial<WebhookSettings> = {}): WebhookSettings {
  const day = 24 * 3_600_000
  return {
    ...{ name: 'crm', url, secretVariables: ['WEBHOOK_CRM'], teams: [], timeoutMs: 10_000, attemptsMax: 5 },
    ...{ maxAgeMs: day, keepDeliveredMs: day, keepDeadMs: day },
    ...changes
  }
}
