import { once } from 'node:events'
import { isDeepStrictEqual } from 'node:util'
import { WebSocket } from 'ws'
import type { z } from 'zod'
import {
  type CtiEvent,
  eventSchemas,
  type Failure,
  type Method,
  type ResultOf,
  requestSchemas
} from '../../../src/cti/messages.ts'
import { until } from '../until.ts'
import { noteSeen } from './seen-events.ts'

interface Answer {
  readonly id: string | number | null
  readonly result?: unknown
  readonly error?: Failure
}

/** A desk on the CTI socket, as plain as can be. Events and results that do not fit their schemas, or hold what these do not name, fail the test. */
export class CtiClient {
  readonly events: CtiEvent[] = []
  readonly answers: Answer[] = []
  readonly socket: WebSocket
  closedWith: { code: number; reason: string } | undefined
  #requests = 0
  readonly #asked = new Map<string | number, string>()
  readonly #name = Math.random().toString(36).slice(2)

  private constructor(socket: WebSocket) {
    this.socket = socket
    socket.on('message', (data: Buffer) => this.#take(JSON.parse(data.toString())))
    socket.on('close', (code, reason) => {
      this.closedWith = { code, reason: reason.toString() }
    })
    // Errors of a socket that the server cuts are told by `closedWith`.
    socket.on('error', () => {})
  }

  static async connect(url: string, headers: Record<string, string> = {}): Promise<CtiClient> {
    const socket = new WebSocket(url, 'switchboard.cti.v1', { headers })
    const client = new CtiClient(socket)
    await once(socket, 'open')
    return client
  }

  /** Connects and opens a session; the token of the tests is the username. */
  static async open(
    url: string,
    username: string,
    params: object = {}
  ): Promise<CtiClient & { opened: ResultOf<'session.open'> }> {
    const client = await CtiClient.connect(url)
    const opened = await client.result<ResultOf<'session.open'>>('session.open', { token: username, ...params })
    return Object.assign(client, { opened })
  }

  /** Sends one request; its answer, whatever it is. */
  async request(method: string, params: object = {}, id: string | number = `${this.#name}-${++this.#requests}`): Promise<Answer> {
    const before = this.answers.length
    this.#asked.set(id, method)
    this.socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
    return until(() => this.answers.slice(before).find((answer) => answer.id === id), { what: `the answer to ${method}` })
  }

  async result<Result>(method: string, params: object = {}): Promise<Result> {
    const answer = await this.request(method, params)
    if (answer.error !== undefined) throw new Error(`${method}: ${JSON.stringify(answer.error)}`)
    return answer.result as Result
  }

  async saw(type: CtiEvent['type']): Promise<CtiEvent> {
    return until(() => this.events.find((event) => event.type === type), { what: `event ${type}` })
  }

  async closed(): Promise<{ code: number; reason: string }> {
    return until(() => this.closedWith, { what: 'the socket to close' })
  }

  /** The line goes dead without a goodbye. */
  async cut(): Promise<void> {
    this.socket.terminate()
    await this.closed()
  }

  #take(message: { params: CtiEvent } | Answer): void {
    if ('params' in message) {
      expectToFit(eventSchemas[message.params.type], message.params, message.params.type)
      this.events.push(message.params)
      noteSeen(message.params)
      return
    }
    const method = this.#asked.get(message.id ?? '')
    if (message.result !== undefined && method !== undefined)
      expectToFit(requestSchemas[method as Method].result, message.result, method)
    this.answers.push(message)
  }
}

/** A schema leaves out what it does not name, so what is left must be what came. */
function expectToFit(schema: z.ZodType | undefined, value: unknown, what: string): void {
  const parsed = schema?.safeParse(value)
  if (parsed === undefined) throw new Error(`The reference does not know ${what}`)
  if (!parsed.success) throw new Error(`${what} does not fit its schema: ${parsed.error.message}`)
  if (!isDeepStrictEqual(parsed.data, value))
    throw new Error(`${what} holds what its schema does not name: ${JSON.stringify(value)}`)
}
