import type { ClientEvents, ClientOptions, ConnectionState, Service } from './client-options.ts'
import { Credentials } from './credentials.ts'
import { KeptState, type State } from './kept-state.ts'
import { Link } from './link.ts'
import { Listeners } from './listeners.ts'
import { Patience } from './patience.ts'
import type { CtiEvent, EventNotification, Method, Monitor, ParamsOf, Response, ResultOf, Snapshot } from './protocol.ts'
import { RequestFailed } from './request-failed.ts'
import { type RequestOptions, Requests } from './requests.ts'
import { platformSocket, type SocketConstructor, SUBPROTOCOL } from './socket.ts'

const NOT_AUTHENTICATED = 4401
const NOT_ALLOWED = 4403
const REPLACED = 4409
/** As long as the server has not said how often it tells that it lives. */
const FIRST_HEALTH_MS = 60_000

/**
 * A session on the CTI socket that outlives its connections. It connects by itself, comes back after a loss and asks for what it
 * missed, so that no event is lost and none comes twice; keeps the state that the events describe; and repeats unanswered requests safely.
 */
export class CtiClient {
  readonly #options: ClientOptions
  readonly #Socket: SocketConstructor
  readonly #listeners = new Listeners<ClientEvents>()
  readonly #requests: Requests
  #connection: ConnectionState = { state: 'connecting' }
  #state: KeptState | undefined
  #session: { readonly id: string; seq: number } | undefined
  #monitor: Monitor | undefined
  #link: Link | undefined
  readonly #credentials: Credentials
  readonly #patience: Patience
  #liveSince = 0
  #clockAheadMs = 0
  #retry: ReturnType<typeof setTimeout> | undefined

  constructor(options: ClientOptions) {
    this.#options = options
    this.#Socket = options.WebSocket ?? platformSocket()
    this.#requests = new Requests(options.requestTimeoutMs)
    this.#patience = new Patience(options.retry)
    this.#monitor = options.monitor
    this.#credentials = new Credentials((why) => options.token(why), {
      renew: (token) => this.#ask('session.renew', { token }),
      now: () => this.serverTime,
      onProblem: (problem) => this.#listeners.tell('renewalFailed', problem)
    })
    if (!URL.canParse(options.url)) throw new TypeError('The address of the CTI socket is none: `url`')
    options.signal?.addEventListener('abort', this.close)
    if (options.signal?.aborted === true) this.close()
    // Not before whoever made this client can listen.
    else queueMicrotask(() => void this.#connect())
  }

  get connection(): ConnectionState {
    return this.#connection
  }

  /** All that may be seen; undefined until the first connection. */
  get state(): State | undefined {
    return this.#state
  }

  /** Whom to ask the server's log for. */
  get sessionId(): string | undefined {
    return this.#session?.id
  }

  /** The number of the last event. */
  get seq(): number {
    return this.#session?.seq ?? 0
  }

  /** The time at the server, milliseconds since 1970, as well as we know it: what is stamped there is compared with this. */
  get serverTime(): number {
    return Date.now() + this.#clockAheadMs
  }

  /** Calls the listener for each of these; the result stops it. */
  on<Name extends keyof ClientEvents>(name: Name, listener: (value: ClientEvents[Name]) => void): () => void {
    return this.#listeners.on(name, listener)
  }

  /** The state, as soon as there is one. Rejects with RequestFailed when the client is closed before. */
  opened(): Promise<State> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        if (this.#state !== undefined) resolve(this.#state)
        else if (this.#connection.state === 'closed') reject(new RequestFailed('CLOSED'))
        else return false
        return true
      }
      if (settle()) return
      const stop = this.on('connection', () => {
        if (settle()) stop()
      })
    })
  }

  /** Has one thing done, or asks for it. While the connection is lost it waits. Rejects with RequestFailed, or the signal's reason. */
  request<Name extends Service>(method: Name, params: ParamsOf<Name>, options?: RequestOptions): Promise<ResultOf<Name>> {
    return this.#ask(method, params, options)
  }

  /** Other things to hear of from now on; the state is replaced. */
  async setMonitor(monitor: Monitor): Promise<void> {
    const before = this.#monitor
    // A connection lost meanwhile comes back with the new one, and then brings a snapshot by itself.
    this.#monitor = monitor
    try {
      const { seq, snapshot } = await this.#ask('changeMonitorFilter', { monitor })
      if (this.#session !== undefined && seq >= this.#session.seq) this.#take(snapshot)
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error
      // Another session has begun, and it began with the new one.
      if (error.code === 'OUTCOME_UNKNOWN') return
      if (!error.uncertain) this.#monitor = before
      throw error
    }
  }

  /** Ends the session: nothing more is told, and what is unanswered fails. */
  readonly close = (): void => {
    if (this.#connection.state === 'closed') return
    if (this.#connection.state === 'live')
      this.#link?.send(JSON.stringify({ jsonrpc: '2.0', id: 'close', method: 'session.close', params: {} }))
    this.#link?.close()
    this.#finish('closed')
  }

  #ask<Name extends Method>(method: Name, params: ParamsOf<Name>, options?: RequestOptions): Promise<ResultOf<Name>> {
    if (this.#connection.state === 'closed') return Promise.reject(new RequestFailed('CLOSED'))
    // The server's answers fit its schemas, which its tests see to.
    return this.#requests.ask(method, params, options) as Promise<ResultOf<Name>>
  }

  async #connect(): Promise<void> {
    try {
      const token = await this.#credentials.fetch()
      if (this.#connection.state === 'closed') return
      if (token === undefined) this.#finish('notAuthenticated')
      else this.#link = this.#linkWith(token)
    } catch (problem) {
      // Whoever issues tokens may be away for the moment, too. The problem is told with the state.
      this.#lose(problem)
    }
  }

  #linkWith(token: string): Link {
    const resume = this.#session && { sessionId: this.#session.id, resumeAfter: this.#session.seq }
    const opening = { token, ...(this.#monitor && { monitor: this.#monitor }), ...resume }
    return new Link(new this.#Socket(this.#options.url, SUBPROTOCOL), opening, {
      onOpened: (result) => this.#open(result),
      onMessage: (message) => this.#receive(message),
      onLost: (code) => {
        if (code === NOT_AUTHENTICATED) this.#credentials.refuse()
        this.#lose(code)
      },
      onRefused: () => this.#finish('refused')
    })
  }

  #open({ sessionId, seq, expiresAt, snapshot, choices }: ResultOf<'session.open'>): void {
    const same = this.#session?.id === sessionId
    if (this.#state !== undefined) this.#state.choices = choices
    this.#liveSince = Date.now()
    this.#link?.expectWithin(FIRST_HEALTH_MS)
    if (snapshot !== null) {
      this.#session = { id: sessionId, seq }
      this.#state ??= new KeptState(snapshot.me, choices)
      this.#take(snapshot)
    } else this.#tellState()
    this.#tell({ state: 'live', roundTripMs: undefined })
    this.#requests.connect((text) => this.#link?.send(text), same)
    void this.#readClock(expiresAt)
  }

  /** Learns how far the server's clock is ahead, by which the session will end. */
  async #readClock(expiresAt: number): Promise<void> {
    const link = this.#link
    const asked = Date.now()
    try {
      const { time } = await this.#ask('session.ping', {})
      const now = Date.now()
      // An answer that came over another connection than it was asked over says nothing of the time.
      if (link !== this.#link) return
      this.#clockAheadMs = Date.parse(time) + (now - asked) / 2 - now
      this.#credentials.endAt(expiresAt)
    } catch (error) {
      // Nothing hangs on it, and the next connection asks anew.
      if (!(error instanceof RequestFailed)) throw error
    }
  }

  #receive(message: Response | EventNotification): void {
    if ('method' in message) this.#event(message.params)
    else this.#requests.answer(message)
  }

  #event(event: CtiEvent): void {
    if (event.type === 'session.health') {
      this.#link?.expectWithin(event.everyMs * 2.5)
      this.#tell({ state: 'live', roundTripMs: event.roundTripMs })
      this.#listeners.tell(event.type, event)
      return
    }
    const session = this.#session
    // After a return an event may come that was seen already.
    if (session === undefined || event.seq <= session.seq) return
    session.seq = event.seq
    if ('choices' in event && this.#state !== undefined) this.#state.choices = event.choices
    if ('snapshot' in event) this.#take(event.snapshot)
    else this.#state?.apply(event)
    // The name and the event belong together, which TypeScript does not follow through the union.
    this.#listeners.tell(event.type, event as never)
    this.#listeners.tell('event', event)
    if (!('snapshot' in event)) this.#tellState()
  }

  #take(snapshot: Snapshot): void {
    this.#state?.replace(snapshot)
    this.#listeners.tell('snapshot', snapshot)
    this.#tellState()
  }

  #tellState(): void {
    if (this.#state !== undefined) this.#listeners.tell('state', this.#state)
  }

  #lose(problem: unknown): void {
    if (this.#connection.state === 'closed') return
    this.#link = undefined
    this.#credentials.stop()
    this.#requests.disconnect()
    // Coming back would be of no use (`closeCodes` of the protocol).
    if (problem === NOT_ALLOWED || problem === REPLACED) {
      this.#finish(problem === REPLACED ? 'replaced' : 'notAllowed')
      return
    }
    if (this.#connection.state === 'live') this.#patience.lived(Date.now() - this.#liveSince)
    const waitMs = this.#patience.next()
    this.#retry = setTimeout(() => void this.#connect(), waitMs)
    this.#tell({ state: 'lost', attempt: this.#patience.attempts, retryAt: Date.now() + waitMs, problem })
  }

  #finish(why: (ConnectionState & { state: 'closed' })['why']): void {
    clearTimeout(this.#retry)
    this.#credentials.stop()
    this.#options.signal?.removeEventListener('abort', this.close)
    this.#link = undefined
    this.#tell({ state: 'closed', why })
    this.#requests.close()
  }

  #tell(connection: ConnectionState): void {
    this.#connection = connection
    this.#listeners.tell('connection', connection)
  }
}
