import { WebSocket } from 'ws'
import { CtiClient, type CtiEvent, type Failure, RequestFailed, type Service } from '../../../src/client/public.ts'
import { EventNumbers } from '../cti/event-numbers.ts'
import { noteEvent } from '../cti/seen-events.ts'
import { until } from '../until.ts'

export interface Answer {
  readonly result?: unknown
  readonly error?: Failure
}

/** Somebody's desk in a whole centre: the client of the package, and a memory of all it told. */
export class Desk {
  readonly client: CtiClient
  readonly events: CtiEvent[] = []
  /** What was wrong with the order of events, as they came over the wire. */
  readonly numbers = new EventNumbers()

  private constructor(url: string, token: string) {
    const { numbers } = this
    class HeardSocket extends WebSocket {
      constructor(address: string, protocol: string) {
        super(address, protocol)
        this.on('message', (data) => numbers.read(String(data)))
      }
    }
    this.client = new CtiClient({ url, token: () => token, WebSocket: HeardSocket })
    this.client.on('event', (event) => {
      this.events.push(event)
      noteEvent(event)
    })
    // It has no number of its own, so it is none of `event`.
    this.client.on('session.health', noteEvent)
  }

  /** Resolves when its session is open. */
  static async open(url: string, token: string): Promise<Desk> {
    const desk = new Desk(url, token)
    await desk.client.opened()
    return desk
  }

  /** One request; its answer, whatever it is. Not checked against the types, so that tests may ask for what is wrong. */
  async request(method: string, params: object = {}): Promise<Answer> {
    try {
      return { result: await this.client.request(method as Service, params as never) }
    } catch (error) {
      if (!(error instanceof RequestFailed) || error.failure === undefined) throw error
      return { error: error.failure }
    }
  }

  async result<Result>(method: string, params: object = {}): Promise<Result> {
    const answer = await this.request(method, params)
    if (answer.error !== undefined) throw new Error(`${method}: ${JSON.stringify(answer.error)}`)
    return answer.result as Result
  }

  async saw(type: CtiEvent['type']): Promise<CtiEvent> {
    return until(() => this.events.find((event) => event.type === type), { what: `event ${type}` })
  }

  /** Leaves, and ends the session. */
  close(): void {
    this.client.close()
  }
}
