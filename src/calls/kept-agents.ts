import type { AgentStatus } from '../domain/agent.ts'
import type { Publish } from '../domain/event-bus.ts'
import type { DomainEvent } from '../domain/events.ts'
import type { AgentId } from '../domain/ids.ts'
import { KEPT_FORM, type KeptAgent, type KeptCall } from '../domain/kept-call.ts'
import type { Shelf } from '../domain/ports/live-store.ts'
import type { Distribution } from './offers/distribution.ts'

/** What agents are doing, written down for the next process. Put `listener` on the event bus. */
export class KeptAgents {
  readonly #shelf: Shelf<AgentId, KeptAgent>
  readonly #statuses = new Map<AgentId, AgentStatus>()
  /** Who has had a desk since they logged on. */
  readonly #withDesk = new Set<AgentId>()

  constructor(shelf: Shelf<AgentId, KeptAgent>) {
    this.#shelf = shelf
  }

  readonly listener = (event: DomainEvent): void => {
    if (event.type === 'agent.changed') this.#moved(event.status)
    if (event.type === 'desk.changed' && event.connected) {
      this.#withDesk.add(event.agentId)
      this.#keep(event.agentId)
    }
  }

  /**
   * Agents are what they were when an earlier process died: `calls` are those that go on, and say who talks. Who was rung is free again, who was
   * in a call that is no more has had it. A desk that was connected counts as lost until it is back.
   */
  restore(
    left: readonly KeptAgent[],
    calls: readonly KeptCall[],
    distribution: Pick<Distribution, 'restore' | 'talkOver'>,
    publish: Publish
  ): void {
    const talking = new Map(calls.flatMap((call) => agentsIn(call).map((one) => [one.agentId, one] as const)))
    for (const kept of left) {
      if (kept?.form !== KEPT_FORM) continue
      const { status, hasDesk } = kept
      const { agentId, callId, queue } = status
      const isFree = status.state !== 'workingAfterCall' && status.state !== 'loggedOff'
      const call = talking.get(agentId)
      const is = call !== undefined && isFree ? { ...status, ...call, state: 'busy' as const } : status
      if (!distribution.restore(is)) {
        this.#shelf.delete(agentId)
        continue
      }
      if (is.state === 'busy' && call === undefined && callId !== undefined) distribution.talkOver(agentId, callId, queue)
      if (hasDesk) {
        this.#withDesk.add(agentId)
        publish({ type: 'desk.changed', agentId, connected: false })
      }
    }
  }

  #moved(status: AgentStatus): void {
    const { agentId, state } = status
    this.#statuses.set(agentId, status)
    if (state !== 'loggedOff') {
      this.#keep(agentId)
      return
    }
    this.#withDesk.delete(agentId)
    this.#shelf.delete(agentId)
  }

  #keep(agentId: AgentId): void {
    const status = this.#statuses.get(agentId)
    if (status === undefined || status.state === 'loggedOff') return
    this.#shelf.put(agentId, () => ({
      form: KEPT_FORM,
      status: this.#statuses.get(agentId) ?? status,
      hasDesk: this.#withDesk.has(agentId)
    }))
  }
}

/** Who is in that call, in the words of an agent's status. */
export function agentsIn({ callId, contactId, phase, talk, callingAgent }: KeptCall) {
  const parties = phase === 'talking' ? (talk?.parties ?? []) : []
  const called = parties.flatMap(({ agentId, queue }) =>
    agentId === undefined ? [] : [{ agentId, callId, contactId, ...(queue !== undefined && { queue }) }]
  )
  const consulted = (phase === 'talking' ? (talk?.consultations ?? []) : []).flatMap(({ id, party: { agentId } }) =>
    agentId === undefined ? [] : [{ agentId, callId: id, contactId }]
  )
  called.push(...consulted)
  return callingAgent === undefined ? called : [...called, { agentId: callingAgent, callId, contactId }]
}
