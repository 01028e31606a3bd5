import { signal } from '@preact/signals'
import type {
  Choices,
  CtiEvent,
  ErrorData,
  EventNotification,
  Method,
  ParamsOf,
  Response,
  ResultOf,
  Snapshot,
  subprotocol as Subprotocol
} from '../cti/messages.ts'
import { setServerTime } from './now.ts'

const SUBPROTOCOL: typeof Subprotocol = 'switchboard.cti.v1'
/** No answer to the opening, and no heartbeat after it, mean that nobody is there. */
const SILENCE_MS = { opening: 10_000, firstBeat: 60_000 }
const RETRY_MS = { first: 300, most: 10_000 }

export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'live'; readonly roundTripMs: number | undefined }
  | { readonly state: 'lost' }
  /** Over for good: the token was not taken, or another page took the session. */
  | { readonly state: 'closed'; readonly why: 'signed-out' | 'replaced' }

/** The server understood a request and did not carry it out. */
export class Refused extends Error {
  readonly code: string

  constructor(code: string) {
    super(`The request was refused: ${code}`)
    this.code = code
  }
}

export interface CtiListener {
  onSnapshot(snapshot: Snapshot): void
  onEvent(event: CtiEvent): void
  onChoices(choices: Choices): void
}

interface Pending {
  resolve(result: unknown): void
  reject(error: Error): void
}

/** One CTI session that survives lost connections: it asks for what it missed, or takes the snapshot it is given instead. */
export class CtiClient {
  readonly connection = signal<Connection>({ state: 'connecting' })
  readonly #address: string
  readonly #token: string
  readonly #listener: CtiListener
  readonly #pending = new Map<number, Pending>()
  #socket: WebSocket | undefined
  #session: { readonly id: string; seq: number } | undefined
  #requests = 0
  #failures = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #silence: ReturnType<typeof setTimeout> | undefined

  constructor(address: string, token: string, listener: CtiListener) {
    this.#address = address
    this.#token = token
    this.#listener = listener
    this.#connect()
  }

  /** Carries out one service. Rejects with Refused. */
  async request<Name extends Method>(method: Name, params: ParamsOf<Name>): Promise<ResultOf<Name>> {
    const socket = this.#socket
    if (socket === undefined || socket.readyState !== WebSocket.OPEN) throw new Refused('NOT_CONNECTED')
    const id = ++this.#requests
    const answer = new Promise((resolve, reject) => this.#pending.set(id, { resolve, reject }))
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
    return (await answer) as ResultOf<Name>
  }

  close(): void {
    clearTimeout(this.#retry)
    clearTimeout(this.#silence)
    const socket = this.#socket
    this.#socket = undefined
    socket?.close(1000)
    this.#failPending()
  }

  #connect(): void {
    const socket = new WebSocket(this.#address, SUBPROTOCOL)
    this.#socket = socket
    this.#expectWithin(SILENCE_MS.opening)
    socket.onopen = () => void this.#open()
    socket.onmessage = ({ data }) => this.#receive(JSON.parse(String(data)) as Response | EventNotification)
    socket.onclose = ({ code }) => this.#lost(socket, code)
  }

  async #open(): Promise<void> {
    const resume = this.#session && { sessionId: this.#session.id, resumeAfter: this.#session.seq }
    try {
      const { sessionId, seq, snapshot, choices } = await this.request('session.open', { token: this.#token, ...resume })
      this.#failures = 0
      this.#expectWithin(SILENCE_MS.firstBeat)
      this.connection.value = { state: 'live', roundTripMs: undefined }
      this.#listener.onChoices(choices)
      if (snapshot !== null) {
        this.#session = { id: sessionId, seq }
        this.#listener.onSnapshot(snapshot)
      }
      await this.#readClock()
    } catch (error) {
      // The close code tells why; without one the next attempt will.
      if (error instanceof Refused) this.#socket?.close()
      else throw error
    }
  }

  async #readClock(): Promise<void> {
    const asked = Date.now()
    const { time } = await this.request('session.ping', {})
    setServerTime(Date.parse(time), Date.now() - asked)
  }

  #receive(message: Response | EventNotification): void {
    if ('method' in message) {
      this.#event(message.params)
      return
    }
    const pending = this.#pending.get(Number(message.id))
    if (pending === undefined) return
    this.#pending.delete(Number(message.id))
    if ('result' in message) pending.resolve(message.result)
    else pending.reject(new Refused((message.error.data as ErrorData | undefined)?.code ?? String(message.error.code)))
  }

  #event(event: CtiEvent): void {
    if (event.type === 'session.health') {
      this.connection.value = { state: 'live', roundTripMs: event.roundTripMs }
      this.#expectWithin(event.everyMs * 2.5)
      return
    }
    const session = this.#session
    // After a resume an event may come that was seen already.
    if (session === undefined || event.seq <= session.seq) return
    session.seq = event.seq
    if (event.type === 'session.overrun') this.#listener.onSnapshot(event.snapshot)
    else this.#listener.onEvent(event)
  }

  #expectWithin(ms: number): void {
    clearTimeout(this.#silence)
    const socket = this.#socket
    this.#silence = setTimeout(() => {
      if (socket === undefined) return
      // A dead connection may take minutes to close by itself.
      this.#lost(socket, 1006)
      socket.close()
    }, ms)
  }

  #lost(socket: WebSocket, code: number): void {
    if (socket !== this.#socket) return
    this.#socket = undefined
    clearTimeout(this.#silence)
    this.#failPending()
    if (code === 4401 || code === 4403) this.connection.value = { state: 'closed', why: 'signed-out' }
    else if (code === 4409) this.connection.value = { state: 'closed', why: 'replaced' }
    else {
      this.connection.value = { state: 'lost' }
      const wait = Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** this.#failures++)
      this.#retry = setTimeout(() => this.#connect(), wait * (0.5 + Math.random() / 2))
    }
  }

  #failPending(): void {
    for (const { reject } of this.#pending.values()) reject(new Refused('NOT_CONNECTED'))
    this.#pending.clear()
  }
}
