import type { Customer } from '../domain/customer.ts'
import type { Interrupted } from '../domain/interrupted.ts'
import type { QueueStatus } from '../domain/queue.ts'

/** `call` in expressions. */
export class CallView {
  readonly id: string
  readonly dialed: string
  readonly caller: string
  readonly caller_name: string
  language: string
  tags: readonly string[]
  /** Why the call is over; empty as long as it is not. */
  ended = ''
  /** Null when this caller was not cut off before. */
  interrupted: InterruptedView | null = null

  constructor(id: string, dialed: string, caller: string, callerName: string, language: string, tags: readonly string[] = []) {
    this.id = id
    this.dialed = dialed
    this.caller = caller
    this.caller_name = callerName
    this.language = language
    this.tags = tags
  }
}

/** `call.interrupted` in expressions. */
export interface InterruptedView {
  readonly flow: string
  readonly step: string
  readonly seconds_ago: number
  /** Empty when they were in none. */
  readonly queue: string
}

export function interruptedView({ at, positions, queue = '' }: Interrupted, now: number): InterruptedView {
  const { flow, step } = positions.at(-1) ?? positions[0]
  return { flow, step, seconds_ago: Math.max(0, Math.round((now - at) / 1000)), queue }
}

/** `customer` in expressions: an unknown caller is a customer without marks, so that conditions need no guard. */
export class CustomerView {
  readonly known: boolean
  readonly id: string
  readonly name: string
  readonly numbers: readonly string[]
  readonly segment: string
  readonly flags: readonly string[]
  readonly language: string
  readonly profile: Readonly<Record<string, unknown>>

  constructor(customer: Customer | undefined) {
    this.known = customer !== undefined
    this.id = customer?.id ?? ''
    this.name = customer?.name ?? ''
    this.numbers = customer?.numbers ?? []
    this.segment = customer?.segment ?? ''
    this.flags = customer?.flags ?? []
    this.language = customer?.language ?? ''
    this.profile = customer?.profile ?? {}
  }
}

/** `queue(name)` in expressions. */
export class QueueView {
  readonly waiting: number
  /** Seconds that the first in line has waited. */
  readonly longest_wait: number
  readonly logged_on: number
  readonly ready: number
  readonly talking: number

  constructor(status: QueueStatus | undefined, now: number) {
    this.waiting = status?.waiting ?? 0
    this.longest_wait = status?.oldestSince === undefined ? 0 : Math.max(0, Math.round((now - status.oldestSince) / 1000))
    this.logged_on = status?.loggedOn ?? 0
    this.ready = status?.ready ?? 0
    this.talking = status?.talking ?? 0
  }
}
