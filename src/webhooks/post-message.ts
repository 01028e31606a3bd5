import type { Signal } from '../domain/abort.ts'
import type { Clock } from '../domain/ports/clock.ts'
import type { PostClient, PostOutcome } from '../domain/ports/http-post.ts'
import type { WebhookSettings } from '../domain/webhook.ts'
import { messageOf, type Waiting } from './entry.ts'
import { signatureOf } from './sign.ts'

export interface PostAround {
  readonly settings: Pick<WebhookSettings, 'url' | 'timeoutMs' | 'secretVariables'>
  readonly client: PostClient
  readonly secretOf: (variable: string) => string | undefined
  readonly clock: Pick<Clock, 'now'>
}

/** Sends one event, signed for this moment. Nothing is ever sent unsigned. */
export async function postMessage(
  event: Pick<Waiting, 'id' | 'seq' | 'type' | 'body' | 'attempts'>,
  { settings, client, secretOf, clock }: PostAround,
  signal: Signal
): Promise<PostOutcome> {
  const { url, timeoutMs, secretVariables } = settings
  const secrets = secretVariables.flatMap((variable) => secretOf(variable) ?? [])
  if (secrets.length === 0) return { kind: 'failed', problem: 'not-allowed' }
  const body = messageOf(event, event.attempts + 1)
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Switchboard',
    'switchboard-event': event.type,
    'switchboard-delivery': event.id,
    'switchboard-signature': signatureOf(body, secrets, clock.now())
  }
  return await client.send({ url, headers, body, timeoutMs }, signal)
}
