import type { Signal } from '../domain/abort.ts'
import { callTargetOf } from '../domain/call-target.ts'
import type { Customer } from '../domain/customer.ts'
import type { AgentId, CallId, CustomerId } from '../domain/ids.ts'
import type { KeptCall } from '../domain/kept-call.ts'
import type { ShedAnswer } from '../domain/overload.ts'
import type { IncomingCall } from '../domain/ports/telephony.ts'
import type { Termination } from '../domain/termination.ts'
import { unlessAborted } from '../domain/within.ts'
import { keptCallOf } from './call/kept-call-of.ts'
import { LiveCall } from './call/live-call.ts'
import type { CallsOffice } from './call/office.ts'
import { canGoOn, restoredCall, takeUp } from './restored-call.ts'
import { resumeCall } from './resume-call.ts'
import { runCall } from './run-call.ts'

/** The calls in progress: takes in new ones, goes on with those of an earlier process, and ends them all. */
export class CallTable {
  readonly #office: CallsOffice
  readonly #calls = new Map<CallId, LiveCall>()
  readonly #running = new Set<Promise<unknown>>()
  readonly #adopted = new Map<CallId, () => void>()
  #takesCalls = true
  /** Calls that are being turned away: they take nobody's room. */
  #shed = 0

  constructor(office: CallsOffice) {
    this.#office = office
  }

  get size(): number {
    return this.#calls.size
  }

  /** Whether callers who come in are served here. */
  get takesCalls(): boolean {
    return this.#takesCalls
  }

  /** How many calls ring for somebody, or could not be gone on with by another process just now. */
  get unsettled(): number {
    return [...this.#calls.values()].filter((call) => call.alerting !== undefined || !canGoOn(keptCallOf(call))).length
  }

  /** What would become of a caller of that number now, beside so many who are on their way to us; undefined is to be served. */
  turnsAway(dialed: string, coming: number): ShedAnswer | undefined {
    return this.#office.admission.judgeAhead(dialed, this.#served + coming)
  }

  /** Serves a caller who has just come in. Once no more calls are taken, the dialplan serves them. */
  take(incoming: IncomingCall): void {
    if (this.#isBesideTalk(incoming)) return
    if (!this.#takesCalls) {
      this.#leaveToDialplan(incoming)
      return
    }
    const language = this.#office.world.flows.byNumber(incoming.dialed)?.languages[0] ?? 'en'
    const call = new LiveCall(incoming, this.#office, language)
    // Only who comes from outside: an agent's call is part of work that we have taken on.
    const shed =
      incoming.door === 'trunk' ? this.#office.admission.judge(incoming.dialed, this.#served, incoming.waitedMs) : undefined
    this.#calls.set(call.callId, call)
    if (shed !== undefined) this.#shed++
    else this.#office.admission.letIn(call.callId, incoming.waitedMs)
    const running = runCall(call, this.#office, shed).finally(() => {
      if (shed !== undefined) this.#shed--
      else this.#office.admission.answered(call.callId)
    })
    this.#follow(call, running)
  }

  /**
   * Goes on with calls that an earlier process had to leave. Resolves when those that waited or talked do so again, or are over: until then
   * nobody is to be offered anything, as the first to come back need not be the first in line.
   */
  async restore(left: readonly KeptCall[]): Promise<void> {
    const office = this.#office
    const taken = takeUp(left, office)
    const calls = left.map((kept) => {
      const call = restoredCall(kept, office)
      this.#calls.set(call.callId, call)
      this.#follow(call, resumeCall(call, kept, taken, office))
      return call
    })
    await taken
    await Promise.all(calls.map((call) => call.leftOver?.taken))
  }

  /** What an agent's phone calls while they talk to a caller, a colleague or a number that they may call, is a consultation about that caller. */
  #isBesideTalk({ door, endpoint, dialed, channel }: IncomingCall): boolean {
    const agentId = endpoint.replace(/-web$/, '') as AgentId
    const to = door === 'agent' ? callTargetOf(dialed, this.#office.centre) : undefined
    if (to === undefined) return false
    const talk = [...this.#calls.values()].find((call) => call.talk?.parties().some((one) => one.agentId === agentId))?.talk
    if (talk === undefined) return false
    const whom = to.kind === 'agent' ? to : { kind: 'number' as const, number: to.number }
    const consulting = talk
      .consultByPhone(agentId, whom, channel)
      .catch((err) => this.#office.log.error({ err, agentId }, 'A call beside a talk failed'))
      .finally(() => this.#running.delete(consulting))
    this.#running.add(consulting)
    return true
  }

  /** Takes in a call that we make; whoever made it lets go of it in the end. */
  adopt(call: LiveCall): Disposable {
    const over = new Promise<void>((resolve) => {
      this.#adopted.set(call.callId, resolve)
    })
    this.#calls.set(call.callId, call)
    this.#running.add(over)
    return {
      [Symbol.dispose]: () => {
        this.#calls.delete(call.callId)
        this.#running.delete(over)
        this.#adopted.get(call.callId)?.()
        this.#adopted.delete(call.callId)
      }
    }
  }

  /** From now on the dialplan serves who comes in. Resolves when the calls in progress are over; rejects with the signal's reason. */
  async runDry(signal: Signal): Promise<void> {
    this.#takesCalls = false
    await unlessAborted(Promise.all(this.#running), signal)
  }

  /** Ends every call and resolves when the last one is written off. */
  async drain(termination: Termination): Promise<void> {
    this.#takesCalls = false
    for (const call of this.#calls.values()) call.end(termination)
    await Promise.all(this.#running)
    await this.#office.afterCalls.drain()
  }

  get all(): readonly LiveCall[] {
    return [...this.#calls.values()]
  }

  /** The caller's call of that id. */
  get(callId: CallId): LiveCall | undefined {
    return this.#calls.get(callId)
  }

  /** The caller's call of that id, or in which that consultation is. */
  about(callId: CallId): LiveCall | undefined {
    const call = this.#calls.get(callId)
    if (call !== undefined) return call
    for (const one of this.#calls.values()) if (one.talk?.consultation(callId) !== undefined) return one
    return undefined
  }

  /** The number of the customer; undefined when there is no such call. */
  callerOf(callId: CallId): string | undefined {
    return this.#calls.get(callId)?.device
  }

  /** A customer is known by other facts now: what agents are shown of their calls from here on. */
  customerChanged({ customer, merged }: { readonly customer: Customer; readonly merged?: CustomerId }): void {
    for (const { story } of this.#calls.values())
      if (story.customer?.id === customer.id || (merged !== undefined && story.customer?.id === merged)) story.customer = customer
  }

  get #served(): number {
    return this.#calls.size - this.#shed
  }

  #follow(call: LiveCall, work: Promise<unknown>): void {
    const running = work
      .catch((error) => this.#office.log.error({ err: error, callId: call.callId }, 'Call could not be ended cleanly'))
      .finally(() => {
        this.#calls.delete(call.callId)
        this.#running.delete(running)
      })
    this.#running.add(running)
  }

  #leaveToDialplan(incoming: IncomingCall): void {
    void incoming.channel.sendToDialplan('away', 's').then((outcome) => {
      if (!outcome.ok)
        this.#office.log.warn({ channelId: incoming.channel.id, outcome }, 'A caller could not be left to the dialplan')
      incoming.channel.release()
    })
  }
}
