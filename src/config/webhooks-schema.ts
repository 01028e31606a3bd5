import { z } from 'zod'
import type { WebhookSettings } from '../domain/webhook.ts'
import { duration } from './duration.ts'
import { digits, name } from './names.ts'

// A word of its own, so that no other secret of the environment can be made to sign anything.
const variable = z
  .string()
  .regex(/^WEBHOOK_[A-Z0-9_]{1,56}$/, 'expected the name of a variable of the environment that begins with WEBHOOK_')

const webhook = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .describe('Where events are posted to: https on a public address, or whatever is below `allowed_requests`'),
  secret_env: z
    .union([variable, z.array(variable).min(1).max(2)])
    .describe(
      'Variable of the environment that holds the secret; while it is changed two, the new one first. Names begin with WEBHOOK_'
    ),
  events: z
    .array(z.string().regex(/^[a-zA-Z.]{1,64}$/, 'expected the name of an event'))
    .min(1)
    .optional()
    .describe('Names of CTI events, as CTI.md lists them. Left out: all'),
  queues: z.array(name).min(1).optional().describe('Only calls that touch one of these queues or `agents`. Left out: all'),
  agents: z.array(digits).min(1).optional().describe('Only calls that touch one of these agents or `queues`. Left out: all'),
  teams: z.array(name).default([]).describe('What it may see at all, as for users of the role crm. Default: none, which is all'),
  timeout: duration
    .prefault('10s')
    .refine((ms) => ms >= 100 && ms <= 30_000, 'expected 100ms to 30s')
    .describe('For one attempt, from connecting to the answer. Default: 10s'),
  attempts: z.int().min(1).max(100).default(20).describe('After so many an event is a dead letter. Default: 20'),
  max_age: duration.prefault('24h').describe('After so long an event is a dead letter. Default: 24h'),
  keep_delivered: duration.prefault('72h').describe('How long what was delivered can be listed and replayed. Default: 72h'),
  keep_dead: duration.prefault('30d').describe('How long dead letters can be listed and replayed. Default: 30d')
})

export const webhooks = z
  .record(name, webhook)
  .default({})
  .describe('Name → where events are sent to over HTTP. Default: nowhere')

/** The webhooks as the rooms know them. */
export function toWebhooks(file: z.output<typeof webhooks>): ReadonlyMap<string, WebhookSettings> {
  return new Map(
    Object.entries(file).map(([name, { url, secret_env: secrets, events, queues, agents, teams, ...times }]) => [
      name,
      {
        ...{ name, url, teams },
        secretVariables: typeof secrets === 'string' ? [secrets] : secrets,
        ...(events !== undefined && { events }),
        ...(queues !== undefined && { queues }),
        ...(agents !== undefined && { agents }),
        timeoutMs: times.timeout,
        attemptsMax: times.attempts,
        maxAgeMs: times.max_age,
        keepDeliveredMs: times.keep_delivered,
        keepDeadMs: times.keep_dead
      }
    ])
  )
}
