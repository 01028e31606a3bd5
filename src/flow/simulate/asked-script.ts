import type { CallbackAnswer } from '../../domain/callback.ts'
import type { QueueRequest, RecordRequest, TransferExit, TransferRequest } from '../../domain/caller.ts'
import type { Customer } from '../../domain/customer.ts'
import type { HttpOutcome, HttpRequest } from '../../domain/ports/http-client.ts'
import type { RouteAnswer, RouteQuestion, RouteTarget } from '../../domain/ports/routes.ts'
import type { QueueStatus } from '../../domain/queue.ts'
import type { After, CallScript, LeftMessage, Stay } from './call-script.ts'

/** Asks whoever plays the caller and the world. Undefined: they have left, and so has the caller. */
export type AskPlayer = (about: 'keys' | 'world', question: string) => Promise<string | undefined>

export interface SimulatedLine {
  readonly dialed: string
  readonly callerNumber: string
  readonly customer: Customer | undefined
  readonly customers: readonly Customer[]
  readonly startAt: number
}

const quicklyMs = 200
const answeredAfterMs = 5000
const someSeconds = 10
const queueExits = ['answered', 'timeout', 'full', 'no_agents', 'closed', 'withdrawn'] as const
const transferExits = ['completed', 'busy', 'no_answer', 'unreachable', 'refused'] as const

/** A call in which each next thing is decided when it comes, by a person or a list of answers. */
export class AskedScript implements CallScript {
  readonly dialed: string
  readonly callerNumber: string
  readonly customer: Customer | undefined
  readonly customers: readonly Customer[]
  readonly startAt: number
  readonly timed: CallScript['timed'] = []
  readonly #ask: AskPlayer
  readonly #maxWaitMs: (queue: string) => number

  constructor(
    { dialed, callerNumber, customer, customers, startAt }: SimulatedLine,
    ask: AskPlayer,
    maxWaitMs: (queue: string) => number
  ) {
    this.dialed = dialed
    this.callerNumber = callerNumber
    this.customer = customer
    this.customers = customers
    this.startAt = startAt
    this.#ask = ask
    this.#maxWaitMs = maxWaitMs
  }

  async answer(): Promise<string | 'hangup' | undefined> {
    for (;;) {
      const typed = await this.#ask('keys', 'keys (nothing: silence; hangup)')
      if (typed === undefined || typed === 'hangup') return 'hangup'
      if (typed === '' || typed === 'silence') return undefined
      if (/^[\d*#]+$/.test(typed)) return typed
    }
  }

  whileHearing(): undefined {
    return undefined
  }

  async queue(request: QueueRequest): Promise<Stay> {
    const typed = await this.#choose(`queue ${request.queue}`, queueExits, /^[\d*#]+$/)
    const exit = queueExits.find((name) => name === typed)
    // Keys. One that means nothing leaves the caller waiting for somebody.
    if (exit === undefined) return { afterMs: answeredAfterMs, value: { exit: 'answered' }, keys: typed }
    // A step without that exit keeps its caller waiting for somebody to log on.
    const waits = exit === 'timeout' || (exit === 'no_agents' && !request.leaveIfNoAgents)
    if (waits) return { afterMs: request.maxWaitMs ?? this.#maxWaitMs(request.queue), value: { exit: 'timeout' } }
    return { afterMs: exit === 'answered' ? answeredAfterMs : 0, value: { exit } }
  }

  async lastAgent(): Promise<string | undefined> {
    const typed = await this.#ask('world', 'who served them last (the id of an agent; nothing: nobody)')
    return typed === '' ? undefined : typed
  }

  async transfer(request: TransferRequest): Promise<After<TransferExit>> {
    return { afterMs: answeredAfterMs, value: { exit: await this.#choose(`transfer to ${request.to.kind}`, transferExits) } }
  }

  async record(request: RecordRequest): Promise<LeftMessage> {
    for (;;) {
      const typed = await this.#ask('world', `message for ${request.queue}: seconds said (nothing: ${someSeconds}; hangup)`)
      if (typed === 'hangup') return { saysMs: someSeconds * 1000, hangsUp: true }
      if (typed === undefined || typed === '') return { saysMs: someSeconds * 1000, hangsUp: typed === undefined }
      if (/^\d{1,4}$/.test(typed)) return { saysMs: Number(typed) * 1000, hangsUp: false }
    }
  }

  async callback(): Promise<After<CallbackAnswer>> {
    const exit = await this.#choose('callback', ['booked', 'refused'])
    return { afterMs: quicklyMs, value: exit === 'booked' ? { exit } : { exit, why: 'number-not-allowed' } }
  }

  async http(request: HttpRequest): Promise<After<HttpOutcome>> {
    for (;;) {
      const typed = await this.#ask('world', `${request.method} ${request.url} answers (JSON, a status, or nothing: unreachable)`)
      if (typed === undefined || typed === '') return { afterMs: quicklyMs, value: { ok: false, problem: 'unreachable' } }
      const outcome = outcomeOf(typed)
      if (outcome !== undefined) return { afterMs: quicklyMs, value: outcome }
    }
  }

  async route({ app }: RouteQuestion): Promise<After<RouteAnswer>> {
    for (;;) {
      const typed = await this.#ask(
        'world',
        `${app} chooses (queue NAME, agent ID, number DIGITS, sip ADDRESS; nothing: no answer)`
      )
      if (typed === undefined || typed === '') return { afterMs: quicklyMs, value: { exit: 'default', why: 'timed-out' } }
      const [kind, name = ''] = typed.trim().split(/\s+/)
      const to = routeTargetOf(kind ?? '', name)
      if (to !== undefined) return { afterMs: quicklyMs, value: { exit: 'selected', to } }
    }
  }

  async way(step: string, exits: readonly string[]): Promise<string> {
    const [first = '', ...others] = exits
    return await this.#choose(`split ${step}`, [first, ...others])
  }

  queueStatus(queue: string): QueueStatus {
    return { queue, waiting: 0, callbacks: 0, loggedOn: 1, ready: 1, talking: 0 }
  }

  /** The first is what nothing means, and what happens when nobody is left to ask. `keys`: what else may be typed. */
  async #choose<Exit extends string>(what: string, exits: readonly [Exit, ...Exit[]]): Promise<Exit>
  async #choose(what: string, exits: readonly [string, ...string[]], keys: RegExp): Promise<string>
  async #choose(what: string, exits: readonly [string, ...string[]], keys?: RegExp): Promise<string> {
    for (;;) {
      const others = keys === undefined ? '' : ', keys to press'
      const typed = await this.#ask('world', `${what} (${exits.join(', ')}${others}; nothing: ${exits[0]})`)
      if (typed === undefined || typed === '') return exits[0]
      if (exits.includes(typed) || keys?.test(typed)) return typed
    }
  }
}

/** Undefined: none of the words for it. */
function routeTargetOf(kind: string, name: string): RouteTarget | undefined {
  if (name === '') return undefined
  if (kind === 'queue') return { kind, queue: name }
  if (kind === 'agent') return { kind, agentId: name }
  if (kind === 'number') return { kind, number: name }
  return kind === 'sip' ? { kind, uri: name } : undefined
}

function outcomeOf(typed: string): HttpOutcome | undefined {
  if (/^[1-5]\d\d$/.test(typed)) {
    const status = Number(typed)
    return status >= 200 && status < 300 ? { ok: true, status, body: null } : { ok: false, problem: 'status', status, body: null }
  }
  try {
    return { ok: true, status: 200, body: JSON.parse(typed) as unknown }
  } catch {
    // Not JSON: a slip of the keyboard, to be asked again.
    return undefined
  }
}
