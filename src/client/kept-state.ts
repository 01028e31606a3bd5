import type { AgentView, CallView, Choices, CtiEvent, PhoneView, QueueView, Snapshot, SupervisionView } from './protocol.ts'

/** All that the client may see, as it stands after the last event. The maps change in place. */
export interface State {
  readonly me: Snapshot['me']
  readonly choices: Choices
  readonly calls: ReadonlyMap<string, CallView>
  readonly agents: ReadonlyMap<string, AgentView>
  readonly phones: ReadonlyMap<string, PhoneView>
  readonly queues: ReadonlyMap<string, QueueView>
  /** Who listens to whom, by supervisor. */
  readonly supervisions: ReadonlyMap<string, SupervisionView>
}

/** A state that events are written into and snapshots replace. */
export class KeptState implements State {
  me: Snapshot['me']
  choices: Choices
  readonly calls = new Map<string, CallView>()
  readonly agents = new Map<string, AgentView>()
  readonly phones = new Map<string, PhoneView>()
  readonly queues = new Map<string, QueueView>()
  readonly supervisions = new Map<string, SupervisionView>()

  constructor(me: Snapshot['me'], choices: Choices) {
    this.me = me
    this.choices = choices
  }

  replace({ me, calls, agents, phones, queues, supervisions }: Snapshot): void {
    this.me = me
    for (const map of [this.calls, this.agents, this.phones, this.queues, this.supervisions]) map.clear()
    for (const call of calls) this.calls.set(call.callId, call)
    for (const agent of agents) this.agents.set(agent.agentId, agent)
    for (const phone of phones) this.phones.set(phone.deviceId, phone)
    for (const queue of queues) this.queues.set(queue.queue, queue)
    for (const one of supervisions) this.supervisions.set(one.supervisor, one)
  }

  apply(event: CtiEvent): void {
    if ('connections' in event) this.#setCall(event)
    else if ('team' in event) this.#setAgent(event)
    else if ('inService' in event) this.phones.set(event.deviceId, event)
    else if (event.type === 'queueChanged') this.queues.set(event.queue, event)
    else if (event.type === 'supervisionChanged') this.supervisions.set(event.supervisor, event)
    else if (event.type === 'supervisionEnded') this.#endSupervision(event.supervisor, event.callId)
    else if (event.type === 'voicemailLeft' || event.type === 'voicemailChanged') {
      const queue = this.queues.get(event.queue)
      if (queue !== undefined) this.queues.set(event.queue, { ...queue, newMessages: event.newMessages })
    }
  }

  /** They may listen to another talk by now. */
  #endSupervision(supervisor: string, callId: string): void {
    if (this.supervisions.get(supervisor)?.callId === callId) this.supervisions.delete(supervisor)
  }

  #setCall(call: CallView): void {
    // Data that has not changed is left out of an event.
    const data = call.data ?? this.calls.get(call.callId)?.data
    this.calls.set(call.callId, { ...call, ...(data && { data }) })
    this.#forgetUnlessWrappedUp(call.callId)
  }

  #setAgent(agent: AgentView): void {
    const before = this.agents.get(agent.agentId)?.callId
    this.agents.set(agent.agentId, agent)
    if (before !== undefined && before !== agent.callId) this.#forgetUnlessWrappedUp(before)
  }

  /** A call that is over stays as long as an agent wraps it up. */
  #forgetUnlessWrappedUp(callId: string): void {
    if (this.calls.get(callId)?.endedAt === undefined) return
    for (const agent of this.agents.values()) if (agent.callId === callId) return
    this.calls.delete(callId)
  }
}
