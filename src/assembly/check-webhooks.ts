import { isAllowed } from '../connectors/is-allowed.ts'
import { isPublic } from '../connectors/post-client.ts'
import { eventSchemas } from '../cti/messages.ts'
import type { Centre } from '../domain/centre.ts'
import { AppError } from '../domain/errors.ts'
import type { AgentId } from '../domain/ids.ts'

/** Events that only webhooks have. */
export const webhookEvents: readonly string[] = ['webhook.ping', 'webhook.started']

const SECRET_LENGTH_MIN = 16

/** What the schema cannot say of webhooks, as it takes the rooms beside the configuration: throws an AppError whose `details.problems` say what is wrong. */
export function checkWebhooks(centre: Centre, secretOf: (variable: string) => string | undefined): void {
  const prefixes = centre.allowedRequests.map((prefix) => new URL(prefix))
  const known = new Set([...Object.keys(eventSchemas).filter((type) => !/^(session\.|route)/.test(type)), ...webhookEvents])
  const problems = [...(centre.webhooks?.values() ?? [])].flatMap(({ name, url, events = [], agents = [], secretVariables }) => [
    ...(isAllowed(url, prefixes) || isPublic(url)
      ? []
      : [`webhooks.${name}.url: expected https:// and no private address, or one below \`allowed_requests\``]),
    ...events.filter((event) => !known.has(event)).map((event) => `webhooks.${name}.events: unknown event "${event}"`),
    ...agents.filter((id) => !centre.agents.has(id as AgentId)).map((id) => `webhooks.${name}.agents: unknown agent "${id}"`),
    ...secretVariables
      .filter((variable) => (secretOf(variable)?.length ?? 0) < SECRET_LENGTH_MIN)
      .map(
        (variable) =>
          `webhooks.${name}.secret_env: the variable ${variable} is not set to at least ${SECRET_LENGTH_MIN} characters in the environment of the server`
      )
  ])
  if (problems.length > 0)
    throw new AppError('CONFIG_INVALID', 'client', 'The webhooks of the configuration are wrong', { details: { problems } })
}
