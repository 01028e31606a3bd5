import { Counter, Gauge, type Registry } from 'prom-client'
import type { Clock } from '../domain/ports/clock.ts'

/** How one webhook stands, for whoever looks. */
export interface WebhookFigures {
  readonly webhook: string
  readonly delivered: number
  readonly failed: number
  readonly waiting: number
  readonly dead: number
  readonly oldestAt: number | undefined
}

export interface WebhookSources {
  readonly clock: Pick<Clock, 'now'>
  figures(): readonly WebhookFigures[]
  journal(): { readonly bytes: number; readonly lost: number }
}

/** Adds the figures of webhooks to those that Prometheus reads. */
export function addWebhookMetrics(registry: Registry, { clock, figures, journal }: WebhookSources): void {
  const registers = [registry]
  const labelNames = ['webhook']
  const counted = (name: string, help: string, read: (one: WebhookFigures) => number) => {
    const counter: Counter = new Counter({
      ...{ name, help, labelNames, registers },
      collect() {
        counter.reset()
        for (const one of figures()) counter.inc({ webhook: one.webhook }, read(one))
      }
    })
  }
  const shown = (name: string, help: string, read: (one: WebhookFigures) => number) => {
    const gauge: Gauge = new Gauge({
      ...{ name, help, labelNames, registers },
      collect() {
        gauge.reset()
        for (const one of figures()) gauge.set({ webhook: one.webhook }, read(one))
      }
    })
  }
  counted('switchboard_webhook_delivered_total', 'Events that a webhook took', ({ delivered }) => delivered)
  counted('switchboard_webhook_failed_total', 'Attempts of a webhook that came to nothing', ({ failed }) => failed)
  shown('switchboard_webhook_waiting', 'Events that wait for a webhook', ({ waiting }) => waiting)
  shown('switchboard_webhook_dead', 'Dead letters of a webhook', ({ dead }) => dead)
  shown('switchboard_webhook_oldest_seconds', 'Age of the oldest event that waits for a webhook', ({ oldestAt }) =>
    oldestAt === undefined ? 0 : (clock.now() - oldestAt) / 1000
  )
  const bytes: Gauge = new Gauge({
    ...{
      name: 'switchboard_webhooks_journal_bytes',
      help: 'Events of webhooks on disk that are not in the database yet',
      registers
    },
    collect: () => bytes.set(journal().bytes)
  })
  const lost: Gauge = new Gauge({
    ...{ name: 'switchboard_webhooks_lost', help: 'Events of webhooks that neither disk nor memory took', registers },
    collect: () => lost.set(journal().lost)
  })
}
