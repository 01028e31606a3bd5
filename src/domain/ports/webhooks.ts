import type { Delivery, DeliveryProblem, DeliveryState, WebhookStatus } from '../webhook.ts'

/** Which deliveries of a webhook are to be listed: the newest first. */
export interface DeliveryFilter {
  readonly state?: DeliveryState | undefined
  /** Only those before this one: the next page. */
  readonly beforeSeq?: number | undefined
  readonly limit: number
}

/** What is to be sent again: one event, or those told since then. Those that were delivered only when `delivered` says so. */
export interface ReplayWish {
  readonly id?: string | undefined
  /** Milliseconds since 1970; unset: however old. */
  readonly since?: number | undefined
  readonly delivered: boolean
}

/** What came of one attempt. */
export interface Attempted {
  readonly tookMs: number
  readonly status?: number
  readonly problem?: DeliveryProblem
}

/** Webhooks, for those who look after them. Undefined: there is no such webhook. */
export interface WebhookDesk {
  list(): Promise<readonly WebhookStatus[]>
  deliveries(webhook: string, filter: DeliveryFilter): Promise<readonly Delivery[] | undefined>
  /** With the JSON that is sent. */
  delivery(webhook: string, id: string): Promise<(Delivery & { readonly body: string }) | undefined>
  /** How many will be sent again. */
  replay(webhook: string, wish: ReplayWish): Promise<number | undefined>
  /** Sends a sign of life at once, and once. */
  ping(webhook: string): Promise<Attempted | undefined>
  /** Nothing is sent from now on; what is told meanwhile waits. */
  stop(webhook: string, by: string): Promise<boolean>
  resume(webhook: string): Promise<boolean>
}
