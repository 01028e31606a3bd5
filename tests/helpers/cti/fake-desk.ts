import type { AgentState, AgentStatus, PendingState } from '../../../src/domain/agent.ts'
import type { Callback, CallbackExit, CallbackRefusal } from '../../../src/domain/callback.ts'
import type { ConsultationTarget, TransferTarget } from '../../../src/domain/caller.ts'
import type { Customer, CustomerChanges, CustomerKey } from '../../../src/domain/customer.ts'
import { type CustomerMerge, mergedCustomer, unmergedCustomer } from '../../../src/domain/customer-merge.ts'
import { withChanges } from '../../../src/domain/customer-rules.ts'
import type { Publish } from '../../../src/domain/event-bus.ts'
import type { AgentId, CallbackId, CallId, ContactId, CustomerId, DeviceId } from '../../../src/domain/ids.ts'
import type { PastContact } from '../../../src/domain/past-contact.ts'
import type { CallbackCommands, CallbackFilter, DeskCallbackRequest } from '../../../src/domain/ports/callbacks.ts'
import type { CallReach, CustomerDesk, PastOf } from '../../../src/domain/ports/customer-desk.ts'
import type {
  AgentCommands,
  CallCommands,
  DeskResult,
  RecordOrder,
  WantedCall,
  WrapUpNotes
} from '../../../src/domain/ports/desk.ts'
import type { GivenPromise, OpenPromise, PromiseState } from '../../../src/domain/promise.ts'
import type { SupervisionMode, Supervisor } from '../../../src/domain/supervision.ts'
import type { WaitingCaller } from '../../../src/domain/waiting-caller.ts'
import { someCallback } from '../some-callback.ts'

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
    return this.#move(agentId, wanted.state, wanted.reason, wanted.by)
  }

  wrapUp(agentId: AgentId, result: WrapUpNotes): DeskResult<AgentStatus> {
    this.orders.push(['wrapUp', agentId, result])
    if (this.status(agentId)?.state !== 'workingAfterCall') return { ok: false, code: 'AGENT_NOT_IN_WRAP_UP' }
    return this.#move(agentId, 'ready')
  }

  extendWrapUp(agentId: AgentId): DeskResult<AgentStatus> {
    this.orders.push(['extendWrapUp', agentId])
    return this.#move(agentId, 'workingAfterCall')
  }

  status(agentId: AgentId): AgentStatus | undefined {
    return this.#statuses.get(agentId)
  }

  list(): readonly AgentStatus[] {
    return [...this.#statuses.values()]
  }

  #move(agentId: AgentId, state: AgentState, reason?: string, by?: string): DeskResult<AgentStatus> {
    const before = this.#statuses.get(agentId)
    if (before === undefined) return { ok: false, code: 'AGENT_UNKNOWN' }
    const why = { ...(reason !== undefined && { reason }), ...(by !== undefined && { by }) }
    const status = { agentId, state, since: before.since + 1, ...why }
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

  async clearCall(callId: CallId): Promise<DeskResult> {
    return this.#take('clearCall', callId)
  }

  /** Who waits, by queue. */
  readonly waiting = new Map<string, readonly WaitingCaller[]>()

  waitingIn(queue: string): readonly WaitingCaller[] {
    return this.waiting.get(queue) ?? []
  }

  withdraw(callId: CallId, by: string): DeskResult {
    return this.#take('withdraw', callId, by)
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

  async sendDigits(callId: CallId, agentId: AgentId, digits: string, toneMs: number): Promise<DeskResult> {
    return this.#take('sendDigits', callId, agentId, digits, toneMs)
  }

  deflect(callId: CallId, agentId: AgentId, to: TransferTarget): DeskResult {
    return this.#take('deflect', callId, agentId, to)
  }

  async supervise(callId: CallId, by: Supervisor, agents: readonly AgentId[], mode: SupervisionMode): Promise<DeskResult> {
    return this.#take('supervise', callId, by, agents, mode)
  }

  stopSupervising(callId: CallId, username: string): DeskResult {
    return this.#take('stopSupervising', callId, username)
  }

  makeCall(agentId: AgentId, wanted: WantedCall): DeskResult<CallId> {
    const made = this.#take('makeCall', agentId, wanted)
    return made.ok ? { ok: true, value: 'made' as CallId } : made
  }

  pickUp(callId: CallId, agentId: AgentId): DeskResult {
    return this.#take('pickUp', callId, agentId)
  }

  /** The call of the consultation is named after the caller's. */
  async consult(callId: CallId, agentId: AgentId, to: ConsultationTarget): Promise<DeskResult<CallId>> {
    const result = this.#take('consult', callId, agentId, to)
    return result.ok ? { ok: true, value: `${callId}-consultation` as CallId } : result
  }

  async record(callId: CallId, order: RecordOrder, by: string): Promise<DeskResult> {
    return this.#take('record', callId, order, by)
  }

  async alternate(callId: CallId, agentId: AgentId): Promise<DeskResult> {
    return this.#take('alternate', callId, agentId)
  }

  async reconnect(callId: CallId, agentId: AgentId): Promise<DeskResult> {
    return this.#take('reconnect', callId, agentId)
  }

  async transferConsulted(callId: CallId, agentId: AgentId): Promise<DeskResult> {
    return this.#take('transferConsulted', callId, agentId)
  }

  async conference(callId: CallId, agentId: AgentId): Promise<DeskResult> {
    return this.#take('conference', callId, agentId)
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

/** Takes bookings in and forgets what is cancelled; answers `refusal` when that is set. */
export class FakeCallbacks implements CallbackCommands {
  readonly kept = new Map<CallbackId, Callback>()
  refusal: CallbackRefusal | undefined

  async book(request: DeskCallbackRequest, by: string): Promise<CallbackExit> {
    if (this.refusal !== undefined) return { exit: 'refused', why: this.refusal }
    const { number, queue, at = 1000 } = request
    const known = this.open().find((other) => other.number === number && other.queue === queue)
    if (known !== undefined) return { exit: 'booked', callback: known, existing: true }
    const callback = someCallback({ id: `callback-${this.kept.size + 1}` as CallbackId, number, queue, dueAt: at, bookedBy: by })
    this.kept.set(callback.id, callback)
    return { exit: 'booked', callback, existing: false }
  }

  async cancel(id: CallbackId): Promise<'cancelled' | 'over' | 'unknown'> {
    const callback = this.kept.get(id)
    if (callback === undefined) return 'unknown'
    if (callback.state === 'cancelled') return 'over'
    this.kept.set(id, { ...callback, state: 'cancelled', outcome: 'cancelled', endedAt: 2000 })
    return 'cancelled'
  }

  open(): readonly Callback[] {
    return [...this.kept.values()].filter(({ state }) => state !== 'cancelled')
  }

  async get(id: CallbackId): Promise<Callback | undefined> {
    return this.kept.get(id)
  }

  async list({ queues, number, open = false, limit }: CallbackFilter): Promise<readonly Callback[]> {
    const listed = open ? this.open() : [...this.kept.values()]
    return listed
      .filter((callback) => (queues?.includes(callback.queue) ?? true) && (number === undefined || callback.number === number))
      .slice(0, limit)
  }
}

/** Customers in memory, and their past contacts. */
export class FakeCustomers implements CustomerDesk {
  readonly kept = new Map<string, Customer>()
  readonly merges = new Map<string, CustomerMerge>()
  readonly past: {
    readonly customer: string
    readonly contact: PastContact
  }[] = []
  readonly marks: unknown[] = []

  async find(key: CustomerKey): Promise<Customer | undefined> {
    const fits = ({ id, numbers }: Customer) =>
      key.by === 'id' ? id === key.id : key.by === 'number' && numbers.includes(key.number)
    return [...this.kept.values()].find(fits)
  }

  async update(id: CustomerId, changes: CustomerChanges): Promise<Customer | undefined> {
    const known = this.kept.get(id)
    if (known === undefined) return undefined
    const changed = withChanges(known, changes)
    this.kept.set(id, changed)
    return changed
  }

  async merge(kept: CustomerId, other: CustomerId): Promise<{ mergeId: string; customer: Customer } | undefined> {
    const [one, two] = [this.kept.get(kept), this.kept.get(other)]
    if (one === undefined || two === undefined) return undefined
    const customer = mergedCustomer(one, two)
    this.kept.set(kept, customer)
    this.kept.delete(other)
    const mergeId = String(this.merges.size + 1)
    this.merges.set(mergeId, { mergeId, kept, merged: other, before: { kept: one, merged: two } })
    return { mergeId, customer }
  }

  async keptBy(mergeId: string): Promise<CustomerId | undefined> {
    return this.merges.get(mergeId)?.kept
  }

  async unmerge(mergeId: string): Promise<{ kept: Customer; restored: Customer } | undefined> {
    const merge = this.merges.get(mergeId)
    const now = merge && this.kept.get(merge.kept)
    if (merge === undefined || now === undefined) return undefined
    const both = { kept: unmergedCustomer(now, merge), restored: merge.before.merged }
    for (const customer of [both.kept, both.restored]) this.kept.set(customer.id, customer)
    this.merges.delete(mergeId)
    return both
  }

  async history(of: PastOf, reach: CallReach | undefined, limit: number): Promise<readonly PastContact[]> {
    return this.past
      .filter(({ customer }) => (of.customer ?? customer) === customer)
      .map(({ contact }) => contact)
      .filter(({ contactId }) => (of.contact ?? contactId) === contactId)
      .filter((past) => of.notCall === undefined || past.kind !== 'call' || past.callId !== of.notCall)
      .filter(
        ({ agents, queues }) =>
          reach === undefined ||
          agents.some((id) => reach.agents.includes(id)) ||
          queues.some((name) => reach.queues.includes(name))
      )
      .slice(0, limit)
  }

  pastOf(customer: CustomerId, notCall: CallId, limit: number): Promise<readonly PastContact[]> {
    return this.history({ customer, notCall }, undefined, limit)
  }

  async mayRead(of: PastOf, reach: CallReach): Promise<boolean> {
    return (await this.history(of, reach, 1)).length > 0
  }

  async promise(id: string): Promise<GivenPromise | undefined> {
    return this.past
      .flatMap(({ contact }) => (contact.kind === 'call' ? (contact.promises ?? []) : []))
      .find((promise) => promise.id === id)
  }

  async openPromises(reach: CallReach | undefined, limit: number): Promise<readonly OpenPromise[]> {
    return (await this.history({}, reach, this.past.length))
      .flatMap((past) =>
        past.kind === 'call'
          ? (past.promises ?? []).map((promise) => ({ ...promise, agentId: (past.agents[0] ?? '') as AgentId }))
          : []
      )
      .filter(({ state }) => state === 'open')
      .slice(0, limit)
  }

  async markPromise(id: string, state: PromiseState, by: string): Promise<GivenPromise | undefined> {
    const promise = await this.promise(id)
    if (promise === undefined) return undefined
    this.marks.push([id, state, by])
    return { ...promise, state, stateAt: 2000 }
  }
}
