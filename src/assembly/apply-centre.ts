import type { Distribution } from '../calls/offers/distribution.ts'
import type { AgentProfile } from '../domain/agent.ts'
import type { Centre } from '../domain/centre.ts'
import type { Log } from '../domain/log.ts'
import type { Prompts } from '../domain/ports/prompts.ts'
import type { FlowLibrary } from '../flow/library.ts'
import type { AgentPhones } from './agent-phones.ts'
import type { LiveCentre } from './live-centre.ts'
import type { LiveFlows } from './live-flows.ts'
import type { Doors, People } from './open-doors.ts'
import type { OpenWebhooks } from './open-webhooks.ts'
import { prepareFlows } from './prepare-flows.ts'

/** The rooms that follow a changed centre. */
export interface RunningCentre {
  readonly live: LiveCentre
  readonly liveFlows: Pick<LiveFlows, 'recentre'>
  readonly distribution: Pick<Distribution, 'updateQueues' | 'updateAgents' | 'updateChoices'>
  readonly phones: Pick<AgentPhones, 'follow'>
  readonly doors: Pick<Doors, 'follow'>
  readonly webhooks: Pick<OpenWebhooks, 'follow'>
  readonly prompts: Prompts
  readonly flows: Pick<FlowLibrary, 'list'>
  readonly log: Log
}

/** Gives every room another centre, all at once, unless it breaks a live flow: the problems. Nobody loses a place, a ring or a talk. */
export async function applyCentre(wanted: Centre, people: People, running: RunningCentre): Promise<readonly string[]> {
  const { live, liveFlows, distribution, phones, doors, webhooks, prompts, flows, log } = running
  const next = { ...wanted, agents: keepUnchanged(wanted.agents, live.now.agents) }
  let followed: Promise<void> | undefined
  const findings = await liveFlows.recentre(next, () => {
    const before = live.now
    live.replace(next)
    // Agents leave a queue before it is gone, and come to one after it is there.
    distribution.updateQueues(new Map([...before.queues, ...next.queues]), next.order)
    distribution.updateAgents(next.agents)
    distribution.updateQueues(next.queues, next.order)
    distribution.updateChoices(next.choices ?? {})
    phones.follow()
    followed = doors
      .follow(people)
      .catch((err) => log.error({ err }, 'Who may sign in could not be written down; the next start does'))
    webhooks.follow()
  })
  if (findings.length > 0)
    return findings.map(({ code, file, line, column, message }) => `${file}:${line}:${column} ${code} ${message}`)

  await followed
  void prepareFlows(flows.list(), { prompts, centre: next, log }).catch((err) =>
    log.warn({ err }, 'Prompts of a changed configuration could not be made ahead of time')
  )
  return []
}

/** With the very profiles of before for those in whom nothing has changed, who are then left alone. */
function keepUnchanged(
  next: ReadonlyMap<string, AgentProfile>,
  before: ReadonlyMap<string, AgentProfile>
): ReadonlyMap<string, AgentProfile> {
  return new Map(
    [...next].map(([id, profile]) => {
      const known = before.get(id)
      return [id, known !== undefined && JSON.stringify(known) === JSON.stringify(profile) ? known : profile]
    })
  )
}
