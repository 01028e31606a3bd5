import type { CallbackAnswer } from '../../domain/callback.ts'
import type { QueueRequest } from '../../domain/caller.ts'
import type { Centre } from '../../domain/centre.ts'
import type { Customer } from '../../domain/customer.ts'
import type { CustomerId } from '../../domain/ids.ts'
import type { Interrupted } from '../../domain/interrupted.ts'
import type { HttpOutcome, HttpRequest } from '../../domain/ports/http-client.ts'
import type { RouteAnswer } from '../../domain/ports/routes.ts'
import type { Flow } from '../flow.ts'
import type { After, CallScript, LeftMessage, Stay } from '../simulate/call-script.ts'
import type { TestCase } from './test-file-schema.ts'

/** For cases that do not say: a Monday, noon in Greenwich. */
const someMonday = '2026-01-05T12:00:00Z'
/** A number that belongs to nobody. */
const stranger = '10000000000'
const quicklyMs = 200
const answeredAfterMs = 5000
/** How long callers speak when a case does not say. */
const saysMs = 10_000

/** What a case says, as a script; and what of it was left over or missing when the call was over. */
export class CaseScript implements CallScript {
  readonly dialed: string
  readonly callerNumber: string
  readonly customer: Customer | undefined
  readonly customers: CallScript['customers']
  readonly interrupted: CallScript['interrupted']
  readonly startAt: number
  readonly timed: CallScript['timed']
  readonly problems: string[] = []
  readonly #case: TestCase
  readonly #centre: Centre
  readonly #answers: string[]
  readonly #whileSaid: { readonly text: string; readonly keys: string }[]
  readonly #usedAnswers = new Set<number>()
  readonly #visits = new Map<string, number>()
  #transfers = 0
  #messages = 0
  #callbacks = 0
  #routes = 0

  constructor(given: TestCase, at: string | undefined, flow: Flow, centre: Centre, customers: readonly Customer[]) {
    this.#case = given
    this.#centre = centre
    this.dialed = given.number ?? flow.numbers[0]?.replace('*', '') ?? ''
    this.callerNumber = given.from ?? stranger
    this.customer = given.customer === undefined ? this.#known(customers) : customerOf(given.customer, this.callerNumber, 'test')
    const others = given.customers ?? []
    const written =
      others === 'unavailable' ? [] : others.map(({ number, ...other }, index) => customerOf(other, number, `test-${index + 1}`))
    const known = this.customer === undefined || customers.includes(this.customer) ? [] : [this.customer]
    // Who is written in the case has their number, whoever has it in the configuration.
    const mine = [...known, ...written].flatMap(({ numbers }) => numbers)
    const rest = customers.filter(({ numbers }) => !numbers.some((number) => mine.includes(number)))
    this.customers = others === 'unavailable' ? others : [...known, ...written, ...rest]
    this.startAt = Date.parse(given.at ?? at ?? someMonday)
    this.interrupted = given.interrupted && interruptedOf(given.interrupted, flow, this.startAt)
    const actions = given.press ?? []
    this.#answers = actions.flatMap((action) => (typeof action === 'string' ? action : []))
    this.timed = actions.flatMap((action) =>
      typeof action === 'object' && 'at' in action ? { atMs: action.at, keys: keysOf(action) } : []
    )
    this.#whileSaid = actions.flatMap((action) =>
      typeof action === 'object' && 'while' in action ? { text: action.while, keys: keysOf(action) } : []
    )
  }

  async answer(): Promise<string | undefined> {
    const next = this.#answers.shift()
    return next === 'silence' ? undefined : next
  }

  whileHearing(text: string): string | undefined {
    const index = this.#whileSaid.findIndex((each) => text.includes(each.text))
    return index < 0 ? undefined : this.#whileSaid.splice(index, 1)[0]?.keys
  }

  async lastAgent(): Promise<string | undefined> {
    return this.#case.last_agent
  }

  async queue(request: QueueRequest): Promise<Stay> {
    const maxWaitMs = request.maxWaitMs ?? this.#centre.queues.get(request.queue)?.maxWaitMs ?? 0
    const stays = this.#case.queues?.[request.queue]
    const visit = this.#visits.get(request.queue) ?? 0
    this.#visits.set(request.queue, visit + 1)
    const stay: NonNullable<typeof stays>[number] = stays?.[visit] ?? stays?.at(-1) ?? { exit: 'answered' }
    const figures = {
      ...(stay.position !== undefined && { positions: stay.position }),
      ...(stay.estimate !== undefined && { estimateMs: stay.estimate })
    }
    const tooLong: Stay = { afterMs: maxWaitMs, value: { exit: 'timeout' }, ...figures }
    // A step without that exit keeps its caller waiting for somebody to log on.
    if (stay.exit === 'timeout' || (stay.exit === 'no_agents' && !request.leaveIfNoAgents)) return tooLong
    if (stay.exit === 'answered') {
      const afterMs = stay.after ?? answeredAfterMs
      return afterMs > maxWaitMs ? tooLong : { afterMs, value: { exit: 'answered' }, ...figures }
    }
    return { afterMs: stay.after ?? 0, value: { exit: stay.exit } }
  }

  async transfer(): Promise<After<{ readonly exit: NonNullable<TestCase['transfers']>[number] }>> {
    const exits = this.#case.transfers ?? []
    return { afterMs: answeredAfterMs, value: { exit: exits[this.#transfers++] ?? exits.at(-1) ?? 'completed' } }
  }

  async record(): Promise<LeftMessage> {
    const messages = this.#case.messages ?? []
    const message = messages[this.#messages++] ?? messages.at(-1) ?? { says: saysMs }
    return { saysMs: message.says, hangsUp: message.hangup ?? false, fails: message.fails ?? false }
  }

  async callback(): Promise<After<CallbackAnswer>> {
    const exits = this.#case.callbacks ?? []
    const exit = exits[this.#callbacks++] ?? exits.at(-1) ?? 'booked'
    return { afterMs: quicklyMs, value: exit === 'booked' ? { exit } : { exit, why: 'number-not-allowed' } }
  }

  /** One answer for each time, the last again when they are used up; nobody answers where the case says nothing. */
  async route(): Promise<After<RouteAnswer>> {
    const answers = this.#case.routes ?? []
    const answer = answers[this.#routes++] ?? answers.at(-1) ?? { nothing: true }
    return { afterMs: 'after' in answer ? (answer.after ?? quicklyMs) : quicklyMs, value: routeAnswerOf(answer) }
  }

  /** The first answer for that place that was not given yet; the last one for it again when all were. */
  async http(request: HttpRequest): Promise<After<HttpOutcome>> {
    const fitting = [...(this.#case.http ?? []).entries()].filter(
      ([, { url, method }]) => request.url.includes(url) && (method === undefined || method === request.method)
    )
    const [index, answer] = fitting.find(([at]) => !this.#usedAnswers.has(at)) ?? fitting.at(-1) ?? []
    if (answer === undefined || index === undefined) {
      this.problems.push(`the flow asks ${request.method} ${request.url}, and the case has no answer for it under "http"`)
      return { afterMs: 0, value: { ok: false, problem: 'unreachable' } }
    }
    this.#usedAnswers.add(index)
    return { afterMs: answer.after ?? quicklyMs, value: outcomeOf(answer) }
  }

  /** One way for each time; the last one again when they are used up. The first way of the step where the case says none. */
  async way(step: string, exits: readonly string[]): Promise<string> {
    const ways = this.#case.split?.[step] ?? []
    const visit = this.#visits.get(`split ${step}`) ?? 0
    this.#visits.set(`split ${step}`, visit + 1)
    return ways[visit] ?? ways.at(-1) ?? exits[0] ?? ''
  }

  queueStatus(queue: string): ReturnType<CallScript['queueStatus']> {
    if (!this.#centre.queues.has(queue)) return undefined
    const { waiting = 0, longest_wait, logged_on = 1, ready = 1, talking = 0 } = this.#case.figures?.[queue] ?? {}
    const oldest = longest_wait === undefined ? {} : { oldestSince: this.startAt - longest_wait }
    return { queue, waiting, callbacks: 0, loggedOn: logged_on, ready, talking, ...oldest }
  }

  /** What was to be pressed and never was: the flow did not ask, or did not say what was waited for. */
  get leftOver(): readonly string[] {
    return [
      ...this.#answers.map((keys) => `"${keys}" was to be pressed, and the flow did not ask for it`),
      ...this.#whileSaid.map(({ text, keys }) => `"${keys}" was to be pressed at "${text}", and that was not said`)
    ]
  }

  #known(customers: readonly Customer[]): Customer | undefined {
    return customers.find(({ numbers }) => numbers.includes(this.callerNumber))
  }
}

function keysOf(action: { readonly keys: string } | { readonly hangup: true }): string {
  return 'keys' in action ? action.keys : 'hangup'
}

function routeAnswerOf(answer: NonNullable<TestCase['routes']>[number]): RouteAnswer {
  if ('nothing' in answer) return { exit: 'default', why: 'timed-out' }
  if ('declines' in answer) return { exit: 'default', why: 'declined' }
  const { queue, agent, number, sip, priority, data } = answer
  const more = { ...(priority !== undefined && { priority }), ...(data !== undefined && { data }) }
  if (queue !== undefined) return { exit: 'selected', to: { kind: 'queue', queue }, ...more }
  if (agent !== undefined) return { exit: 'selected', to: { kind: 'agent', agentId: agent }, ...more }
  if (number !== undefined) return { exit: 'selected', to: { kind: 'number', number }, ...more }
  return sip === undefined ? { exit: 'default', why: 'declined' } : { exit: 'selected', to: { kind: 'sip', uri: sip }, ...more }
}

function outcomeOf({ fails, status = 200, json }: NonNullable<TestCase['http']>[number]): HttpOutcome {
  if (fails !== undefined) return { ok: false, problem: fails }
  return status >= 200 && status < 300
    ? { ok: true, status, body: json ?? null }
    : { ok: false, problem: 'status', status, body: json ?? null }
}

function interruptedOf(
  { step, flow, ago = 60_000, queue, language, vars = {} }: NonNullable<TestCase['interrupted']>,
  of: Flow,
  now: number
): Interrupted {
  return {
    at: now - ago,
    positions: [{ flow: flow ?? of.name, step, vars }],
    language: language ?? of.languages[0],
    ...(queue !== undefined && { queue })
  }
}

function customerOf(given: NonNullable<TestCase['customer']>, number: string, id: string): Customer {
  return {
    id: id as CustomerId,
    name: given.name ?? '',
    numbers: [number],
    segment: given.segment ?? '',
    flags: given.flags ?? [],
    profile: given.profile ?? {},
    ...(given.language !== undefined && { language: given.language })
  }
}
