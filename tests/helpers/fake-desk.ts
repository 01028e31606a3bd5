import type { AgentState, AgentStatus, PendingState } from '../../src/domain/agent.ts'
import type { TransferTarget } from '../../src/domain/caller.ts'
import type { Publish } from '../../src/domain/event-bus.ts'
import type { AgentId, CallId, ContactId, DeviceId } from '../../src/domain/ids.ts'
import type { AgentCommands, CallCommands, DeskResult } from '../../src/domain/ports/desk.ts'

/** Agents without calls: states change as asked and are published. */
export class FakeAgents implements AgentCommands {
  readonly orders: unknown[][] = []
  readonly #statuses = new Map<string, AgentStatus>()
  readonly #publish: Publish

  constructor(ids: Iterable<string>, publish: Publish) {
    for (const id of ids) this.#statuses.set(id, { agentId: id as AgentId, state: 'loggedOff', since: 0 })
    this.#publish = publish
  }

  logOn(agentId: AgentId): DeskResult<AgentStatus> {
    this.orders.push(['logOn', agentId])
    return this.#move(agentId, 'notReady', 'logged-on')
  }

  logOff(agentId: AgentId): DeskResult<AgentStatus> {
    this.orders.push(['logOff', agentId])
    return this.#move(agentId, 'loggedOff')
  }

  setState(agentId: AgentId, wanted: PendingState): DeskResult<AgentStatus> {
    this.orders.push(['setState', agentId, wanted])
    if (this.status(agentId)?.state === 'loggedOff') return { ok: false, code: 'AGENT_LOGGED_OFF' }
    return this.#move(agentId, wanted.state, wanted.reason)
  }

  wrapUp(agentId: AgentId, result: { readonly disposition?: string; readonly notes?: string }): DeskResult<AgentStatus> {
    this.orders.push(['wrapUp', agentId, result])
    if (this.status(agentId)?.state !== 'workingAfterCall') return { ok: false, code: 'AGENT_NOT_IN_WRAP_UP' }
    return this.#move(agentId, 'ready')
  }

  status(agentId: AgentId): AgentStatus | undefined {
    return this.#statuses.get(agentId)
  }

  list(): readonly AgentStatus[] {
    return [...this.#statuses.values()]
  }

  #move(agentId: AgentId, state: AgentState, reason?: string): DeskResult<AgentStatus> {
    const before = this.#statuses.get(agentId)
    if (before === undefined) return { ok: false, code: 'AGENT_UNKNOWN' }
    const status = { agentId, state, since: before.since + 1, ...(reason !== undefined && { reason }) }
    this.#statuses.set(agentId, status)
    this.#publish({ type: 'agent.changed', status, previous: before.state })
    return { ok: true, value: status }
  }
}

/** Keeps what was ordered and answers as told. */
export class FakeCalls implements CallCommands {
  readonly orders: unknown[][] = []
  answerWith: DeskResult = { ok: true, value: undefined }

  answer(callId: CallId, agentId: AgentId): DeskResult {
    return this.#take('answer', callId, agentId)
  }

  async clearConnection(callId: CallId, device: DeviceId): Promise<DeskResult> {
    return this.#take('clearConnection', callId, device)
  }

  async hold(callId: CallId, agentId: AgentId): Promise<DeskResult> {
    return this.#take('hold', callId, agentId)
  }

  async retrieve(callId: CallId, agentId: AgentId): Promise<DeskResult> {
    return this.#take('retrieve', callId, agentId)
  }

  async singleStepTransfer(callId: CallId, agentId: AgentId, to: TransferTarget): Promise<DeskResult> {
    return this.#take('singleStepTransfer', callId, agentId, to)
  }

  associateData(callId: CallId, by: AgentId, values: Readonly<Record<string, unknown>>): DeskResult {
    return this.#take('associateData', callId, by, values)
  }

  contactOf(): ContactId | undefined {
    return undefined
  }

  #take(...order: unknown[]): DeskResult {
    this.orders.push(order)
    return this.answerWith
  }
}
