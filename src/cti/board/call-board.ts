import type { AgentProfile, AgentStatus } from '../../domain/agent.ts'
import type { Centre } from '../../domain/centre.ts'
import type { DomainEvent, DomainEventOf } from '../../domain/events.ts'
import { type PastContact, withPromise } from '../../domain/past-contact.ts'
import type { GivenPromise } from '../../domain/promise.ts'
import type { QueueStatus } from '../../domain/queue.ts'
import type { AgentView, PhoneView, QueueView } from '../messages.ts'
import type { CallDomainEvent, CallRecord } from './call-record.ts'
import { firstConsultation, withConsultation } from './consultation-record.ts'
import { firstCall, nextCall, subjectOf } from './next-call.ts'
import { redirectedFrom } from './redirected-from.ts'
import { restoredCall, restoredConsultations } from './restored-record.ts'

/** How things stood when the board began to listen. */
export interface BoardStart {
  readonly agents: readonly AgentStatus[]
  readonly queues: readonly QueueStatus[]
  readonly phones: readonly PhoneView[]
  /** Messages that nobody has listened to. */
  readonly newMessages: readonly { readonly id: string; readonly queue: string }[]
}

/** One call before and after an event; both unset when the event is about none, or about one that began before we listened. */
export interface CallChange {
  readonly before: CallRecord | undefined
  readonly after: CallRecord | undefined
}

const noCall: CallChange = { before: undefined, after: undefined }

/**
 * What is going on, projected from the events: calls with their connections, agents, phones and queues.
 * A snapshot is a view of the board and the CTI events carry the same types, so the two cannot disagree.
 */
export class CallBoard {
  readonly calls = new Map<string, CallRecord>()
  readonly agents = new Map<string, AgentView>()
  readonly phones = new Map<string, PhoneView>()
  readonly queues = new Map<string, QueueView>()
  readonly #centre: Centre
  /** By queue; ids, since a message may be told twice. */
  readonly #newMessages = new Map<string, Set<string>>()

  constructor(centre: Centre, start: BoardStart) {
    this.#centre = centre
    for (const profile of centre.agents.values()) this.#setAgent({ agentId: profile.id, state: 'loggedOff', since: 0 })
    for (const status of start.agents) this.#setAgent(status)
    this.addMessages(start.newMessages)
    for (const { name } of centre.queues.values())
      this.#setQueue({ queue: name, waiting: 0, callbacks: 0, loggedOn: 0, ready: 0, talking: 0 })
    for (const status of start.queues) this.#setQueue(status)
    for (const phone of start.phones) this.phones.set(phone.deviceId, phone)
  }

  /** The centre has changed: other names, teams and queues. Who is gone is kept as long as they are in a call. Returns whether anything looks different. */
  follow(): boolean {
    const shown = () => JSON.stringify([...this.agents.values()].map(nameplate).concat([...this.queues.values()].map(nameplate)))
    const before = shown()
    for (const [id, view] of this.agents) {
      const profile = this.#centre.agents.get(id)
      const { levels: _, ...rest } = view
      if (profile !== undefined) this.agents.set(id, { ...rest, ...plateOf(profile) })
      else if (view.callId === undefined) this.agents.delete(id)
    }
    for (const { id } of this.#centre.agents.values())
      if (!this.agents.has(id)) this.#setAgent({ agentId: id, state: 'loggedOff', since: 0 })
    for (const [name, view] of this.queues) {
      const title = this.#centre.queues.get(name)?.title
      if (title !== undefined) this.queues.set(name, { ...view, title })
      else if (view.waiting === 0 && view.callbacks === 0) this.queues.delete(name)
    }
    for (const { name } of this.#centre.queues.values())
      if (!this.queues.has(name)) this.#setQueue({ queue: name, waiting: 0, callbacks: 0, loggedOn: 0, ready: 0, talking: 0 })
    return shown() !== before
  }

  /** Takes one event in. */
  apply(event: DomainEvent): CallChange {
    switch (event.type) {
      case 'agent.changed':
        this.#setAgent(event.status)
        return noCall
      case 'phone.changed': {
        const { device, agentId, inService } = event
        this.phones.set(device, { deviceId: device, inService, ...(agentId !== undefined && { agentId }) })
        return noCall
      }
      case 'queue.changed':
        this.#setQueue(event.status)
        return noCall
      case 'customer.changed':
        this.#setCustomer(event)
        return noCall
      case 'voicemail.left':
        this.#setMessage(event.recording.queue, event.recording.id, true)
        return noCall
      case 'voicemail.changed':
        this.#setMessage(event.queue, event.recordingId, event.state === 'new')
        return noCall
      case 'promise.changed':
        this.#setPromise(event.promise)
        return noCall
      case 'callback.booked':
      case 'callback.changed':
      case 'callback.ended':
      case 'agent.wrapped-up':
      case 'flow.reloaded':
      case 'desk.changed':
      case 'user.signed-in':
        return noCall
      case 'call.restored': {
        const of = restoredCall(event, this.agentOf)
        this.calls.set(event.callId, of)
        for (const consultation of restoredConsultations(event, of)) {
          this.calls.set(consultation.view.callId, consultation)
          this.#setConsulted(consultation, true)
        }
        const after = this.calls.get(event.callId)
        return { before: undefined, after }
      }
      case 'call.started': {
        const after = firstCall(event, this.agentOf)
        this.calls.set(event.callId, after)
        return { before: undefined, after }
      }
      default:
        return this.#applyToCall(event)
    }
  }

  #applyToCall(event: Exclude<CallDomainEvent, { type: 'call.started' | 'call.restored' }>): CallChange {
    const callId = subjectOf(event)
    const begun = event.type === 'consultation.started' ? this.#beginConsultation(event) : undefined
    const before = begun ?? this.calls.get(callId)
    if (before === undefined) return noCall
    const joining = 'consultation' in event ? this.calls.get(event.consultation ?? '') : undefined
    const changed = nextCall(before, event, this.agentOf, joining === before ? undefined : joining)
    const from = redirectedFrom(event)
    const after = from === undefined ? changed : { ...changed, view: { ...changed.view, lastRedirectionDevice: from } }
    this.calls.set(callId, after)
    if (event.type === 'leg.connected') this.#setConsulted(after, true)
    if (event.type === 'consultation.ended') {
      this.#setConsulted(before, undefined)
      this.calls.delete(callId)
    }
    if (event.type === 'call.ended') this.#forgetUnlessWrappedUp(callId)
    return { before: begun === undefined ? before : undefined, after }
  }

  #beginConsultation(event: DomainEventOf<'consultation.started'>): CallRecord | undefined {
    const of = this.calls.get(event.callId)
    if (of === undefined) return undefined
    const consultation = firstConsultation(event, of)
    this.#setConsulted(consultation, false)
    return consultation
  }

  /** How the consultation stands, kept with the caller's call; undefined once it is over. */
  #setConsulted({ view }: CallRecord, answered: boolean | undefined): void {
    const { consultationOf = '', callId, callingDevice } = view
    const of = this.calls.get(consultationOf)
    if (of === undefined) return
    const consulted = answered === undefined ? undefined : { callId, answered }
    const agentId = this.agentOf(callingDevice) ?? callingDevice
    this.calls.set(consultationOf, withConsultation(of, agentId, consulted))
  }

  /** What is known of the customer's contacts before this one; the call with it, unless it is over. */
  recall(callId: string, past: readonly PastContact[]): CallRecord | undefined {
    const call = this.calls.get(callId)
    if (call === undefined || call.view.endedAt !== undefined) return undefined
    const after = { ...call, past }
    this.calls.set(callId, after)
    return after
  }

  /** Whose phone that is. Login, SIP user and extension of an agent are the same string. */
  readonly agentOf = (device: string): string | undefined => (this.#centre.agents.has(device) ? device : undefined)

  #setAgent(status: AgentStatus): void {
    const profile = this.#centre.agents.get(status.agentId)
    const previous = this.agents.get(status.agentId)?.callId
    const { agentId, ...rest } = status
    const plate = profile === undefined ? { name: agentId, team: '', queues: [] } : plateOf(profile)
    this.agents.set(agentId, { agentId, ...plate, ...rest })
    if (previous !== undefined && previous !== status.callId) this.#forgetUnlessWrappedUp(previous)
  }

  /** The calls of a customer that go on, or are being wrapped up. */
  callsOf(customer: string): readonly CallRecord[] {
    return [...this.calls.values()].filter(({ view }) => view.customer?.id === customer)
  }

  #setCustomer({ customer, merged }: DomainEventOf<'customer.changed'>): void {
    const { id, name, segment } = customer
    for (const call of [...this.callsOf(id), ...(merged === undefined ? [] : this.callsOf(merged))]) {
      const { data } = call.view
      const view = { ...call.view, customer: { id, name, segment }, ...(data !== undefined && { data: { ...data, customer } }) }
      this.calls.set(view.callId, { ...call, view })
    }
  }

  /** The calls that show it. */
  callsShowing(promise: string): readonly CallRecord[] {
    const shows = (past: PastContact) => past.kind === 'call' && past.promises?.some(({ id }) => id === promise) === true
    return [...this.calls.values()].filter(({ past = [] }) => past.some(shows))
  }

  #setPromise(promise: GivenPromise): void {
    for (const call of this.callsShowing(promise.id))
      this.calls.set(call.view.callId, { ...call, past: withPromise(call.past ?? [], promise) })
  }

  #setQueue(status: QueueStatus): void {
    const title = this.#centre.queues.get(status.queue)?.title ?? status.queue
    this.queues.set(status.queue, { title, ...status, newMessages: this.#newMessages.get(status.queue)?.size ?? 0 })
  }

  /** Messages that nobody has listened to, of before we began to listen. */
  addMessages(messages: BoardStart['newMessages']): void {
    for (const { id, queue } of messages) this.#setMessage(queue, id, true)
  }

  #setMessage(queue: string, id: string, isNew: boolean): void {
    const ids = this.#newMessages.get(queue) ?? new Set()
    this.#newMessages.set(queue, ids)
    if (isNew) ids.add(id)
    else ids.delete(id)
    const view = this.queues.get(queue)
    if (view !== undefined) this.queues.set(queue, { ...view, newMessages: ids.size })
  }

  /** A call that is over stays while an agent wraps it up, so that a page reloaded meanwhile still shows it. */
  #forgetUnlessWrappedUp(callId: string): void {
    if (this.calls.get(callId)?.view.endedAt === undefined) return
    for (const agent of this.agents.values()) if (agent.callId === callId) return
    this.calls.delete(callId)
  }
}

function plateOf({ name, team, queues, queueLevels }: AgentProfile): Pick<AgentView, 'name' | 'team' | 'queues' | 'levels'> {
  return { name, team, queues, ...(queueLevels !== undefined && { levels: queueLevels }) }
}

/** What of an agent or a queue comes from the configuration. */
function nameplate(view: AgentView | QueueView): readonly unknown[] {
  return 'agentId' in view ? [view.agentId, view.name, view.team, view.queues, view.levels] : [view.queue, view.title]
}
