import type { AgentId, CallId } from '../../domain/ids.ts'
import type { Offer, WaitingCall } from '../../domain/queue.ts'
import { type Expected, WaitEstimate } from '../../routing/wait-estimate.ts'

/** How long callers have to expect to wait, by queue: learns from talks and waits as they end. */
export class Forecasts {
  readonly #queues = new Map<string, WaitEstimate>()
  readonly #talks = new Map<AgentId, { readonly queue: string; readonly since: number }>()
  readonly #waits = new Map<CallId, { readonly expected: Expected; readonly since: number }>()

  /** The caller begins to wait at that position, and nobody is free for them. */
  waits({ callId, queue }: WaitingCall, position: number, agents: number, now: number): void {
    const expected = this.#of(queue).expect(position, agents)
    if (expected !== undefined) this.#waits.set(callId, { expected, since: now })
  }

  /** The caller has left without an answer: what was expected of the wait cannot be compared. */
  left(callId: CallId): void {
    this.#waits.delete(callId)
  }

  /** The wait is over, and the agent is with the caller. */
  answered({ callId, agentId, queue }: Offer, now: number): void {
    // Straight to an agent: not a call of a queue.
    if (queue === '') return
    this.#talks.set(agentId, { queue, since: now })
    const wait = this.#waits.get(callId)
    this.#waits.delete(callId)
    if (wait !== undefined) this.#of(queue).answered(wait.expected, now - wait.since)
  }

  /** The agent is done with their caller, wrap-up included. */
  done(agentId: AgentId, now: number): void {
    const talk = this.#talks.get(agentId)
    this.#talks.delete(agentId)
    if (talk !== undefined) this.#of(talk.queue).handled(now - talk.since)
  }

  /** Milliseconds, to the second; undefined while too little is known. */
  expectMs(queue: string, position: number, agents: number): number | undefined {
    return toSecond(this.#of(queue).expect(position, agents)?.ms)
  }

  /** By how much the latest waits missed what was expected as they began, smoothed; milliseconds, to the second. */
  errorMs(queue: string): number | undefined {
    return toSecond(this.#of(queue).errorMs)
  }

  #of(queue: string): WaitEstimate {
    const estimate = this.#queues.get(queue) ?? new WaitEstimate()
    this.#queues.set(queue, estimate)
    return estimate
  }
}

function toSecond(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms / 1000) * 1000
}
