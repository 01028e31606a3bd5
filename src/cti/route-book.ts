import type { Signal } from '../domain/abort.ts'
import type { Clock } from '../domain/ports/clock.ts'
import type { RouteAnswer, RouteQuestion, Routes } from '../domain/ports/routes.ts'

/** An application that is connected, or was and may come back. One for each session. */
export interface RouteClient {
  readonly id: string
  /** Whether it can be asked that now: connected, and still allowed to. */
  mayServe(app: string): boolean
  tell(event: RouteTold): void
}

export type RouteEndCause = 'selected' | 'timedOut' | 'callerGone' | 'invalid' | 'declined' | 'notRegistered' | 'reassigned'

export type RouteTold =
  | {
      readonly type: 'routeRequest'
      readonly routeId: string
      readonly app: string
      readonly callId: string
      readonly deadline: number
      readonly given: Readonly<Record<string, unknown>>
    }
  | {
      readonly type: 'routeEnd'
      readonly routeId: string
      readonly app: string
      readonly callId: string
      readonly cause: RouteEndCause
    }

export interface RouteBookOptions {
  readonly clock: Clock
  newId(): string
  /** Whether a flow of ours answers that number. */
  isOwnNumber(number: string): boolean
}

/** One question on its way. */
interface Open {
  readonly routeId: string
  readonly question: RouteQuestion
  readonly deadline: number
  client: RouteClient
  readonly answer: (answer: RouteAnswer) => void
  /** Ends the wait for the deadline. */
  readonly over: AbortController
}

/**
 * Which applications decide routes, and what they are asked. Of several for the same, the first that registered and is there serves; the others stand by.
 *
 *   asked ──select──▶ selected           each question ends once; its application is told how
 *     ├──select that cannot be, decline, deadline, caller gone──▶ ended
 *     └──application gone──▶ the next one is asked (reassigned), within the same deadline; nobody left: ended, unless it may come back
 */
export class RouteBook implements Routes {
  readonly #options: RouteBookOptions
  /** By application, in the order of registration. */
  readonly #registered = new Map<string, RouteClient[]>()
  readonly #open = new Map<string, Open>()

  constructor(options: RouteBookOptions) {
    this.#options = options
  }

  /** Questions that are not answered. */
  get size(): number {
    return this.#open.size
  }

  /** Whether it serves now; otherwise it stands by. A second time changes nothing but the answer. */
  register(client: RouteClient, app: string): boolean {
    const clients = this.#registered.get(app) ?? []
    this.#registered.set(app, clients)
    if (!clients.some(({ id }) => id === client.id)) clients.push(client)
    return this.#serving(app)?.id === client.id
  }

  /** Whether it was registered. What it was asked goes to the next one, or ends. */
  cancel(clientId: string, app: string): boolean {
    const clients = this.#registered.get(app) ?? []
    const left = clients.filter(({ id }) => id !== clientId)
    if (left.length === 0) this.#registered.delete(app)
    else this.#registered.set(app, left)
    for (const open of this.#askedOf(clientId)) if (open.question.app === app) this.#passOn(open, true)
    return left.length < clients.length
  }

  /** Its connection is lost; it may come back in time, if nobody stands by. */
  lost(clientId: string): void {
    for (const open of this.#askedOf(clientId)) this.#passOn(open, false)
  }

  /** Its session is over. */
  gone(clientId: string): void {
    for (const app of [...this.#registered.keys()]) this.cancel(clientId, app)
  }

  /** Whether that client was asked that and has not answered. */
  isAsked(clientId: string, routeId: string): boolean {
    return this.#open.get(routeId)?.client.id === clientId
  }

  isOwnNumber = (number: string): boolean => this.#options.isOwnNumber(number)

  /** Ends a question of that client by its answer; false: it was not asked that, or it is over. */
  answer(clientId: string, routeId: string, answer: RouteAnswer): boolean {
    const open = this.#open.get(routeId)
    if (open === undefined || open.client.id !== clientId) return false
    const cause = answer.exit === 'selected' ? 'selected' : answer.why === 'invalid' ? 'invalid' : 'declined'
    this.#end(open, cause, answer)
    return true
  }

  async ask(question: RouteQuestion, signal: Signal): Promise<RouteAnswer> {
    signal.throwIfAborted()
    const { clock, newId } = this.#options
    const client = this.#serving(question.app)
    if (client === undefined) return { exit: 'default', why: 'not-registered' }

    const over = new AbortController()
    const callerLeft = () => this.#end(open, 'callerGone', { exit: 'default', why: 'declined' })
    const { promise, resolve } = deferred<RouteAnswer>()
    const open: Open = {
      ...{ routeId: newId(), question, client, over, deadline: clock.now() + question.deadlineMs },
      answer: resolve
    }
    this.#open.set(open.routeId, open)
    signal.addEventListener('abort', callerLeft, { once: true })
    void clock.sleep(question.deadlineMs, over.signal).then(
      () => this.#end(open, 'timedOut', { exit: 'default', why: 'timed-out' }),
      () => undefined // Answered before.
    )
    this.#tellRequest(open)
    const answer = await promise
    signal.removeEventListener('abort', callerLeft)
    signal.throwIfAborted()
    return answer
  }

  #serving(app: string): RouteClient | undefined {
    return this.#registered.get(app)?.find((client) => client.mayServe(app))
  }

  #askedOf(clientId: string): readonly Open[] {
    return [...this.#open.values()].filter(({ client }) => client.id === clientId)
  }

  /** `forGood`: whoever was asked will not answer any more. */
  #passOn(open: Open, forGood: boolean): void {
    const next = this.#serving(open.question.app)
    if (next !== undefined && next.id !== open.client.id) {
      this.#tellEnd(open, 'reassigned')
      open.client = next
      this.#tellRequest(open)
    } else if (forGood) this.#end(open, 'notRegistered', { exit: 'default', why: 'not-registered' })
  }

  #tellRequest({ client, routeId, question: { app, callId, given }, deadline }: Open): void {
    client.tell({ type: 'routeRequest', routeId, app, callId, deadline, given })
  }

  #tellEnd({ client, routeId, question: { app, callId } }: Open, cause: RouteEndCause): void {
    client.tell({ type: 'routeEnd', routeId, app, callId, cause })
  }

  /** Once for each question: whoever comes second finds it over. */
  #end(open: Open, cause: RouteEndCause, answer: RouteAnswer): void {
    if (!this.#open.delete(open.routeId)) return
    open.over.abort(new Error('The route is decided'))
    this.#tellEnd(open, cause)
    open.answer(answer)
  }
}

function deferred<Value>(): { promise: Promise<Value>; resolve: (value: Value) => void } {
  let resolve: (value: Value) => void = () => undefined
  const promise = new Promise<Value>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
