import type { Outcome } from '../domain/outcome.ts'
import type { Strain } from '../domain/overload.ts'
import type { HttpLane } from './http-lane.ts'
import { failure, outcomeOf } from './outcome-of.ts'
import type { AriRequest, Reply } from './reply.ts'
import type { SocketRequests } from './socket-requests.ts'

/** A request that has been under way for so long waits for a channel's thread: nobody queues up behind it. */
const STALL_MS = 250

export interface Command extends AriRequest {
  /** The channels it commands; commands of one channel take effect in the order given. */
  readonly channels?: readonly string[]
  /** It may wait for a channel's thread that is busy now. */
  readonly mayWait?: boolean
  /** Overtakes all others of its channels, and is tried while the websocket is down. */
  readonly urgent?: boolean
}

const none: readonly string[] = []

interface UnderWay {
  /** It is on the websocket by now, which keeps the order. */
  isOnSocket: boolean
  readonly done: Promise<Reply>
}

/**
 * Chooses the way of each command: the websocket (cheap, served one at a time), or HTTP for those that may wait.
 * Asterisk runs answer, addChannel and removeChannel on the channel's own thread and waits for it (control.c, stasis_app_send_command).
 */
export class Lanes {
  readonly #socket: SocketRequests
  readonly #http: HttpLane
  /** The last command under way of each channel. */
  readonly #last = new Map<string, UnderWay>()
  #stopped = false

  constructor(socket: SocketRequests, http: HttpLane) {
    this.#socket = socket
    this.#http = http
  }

  get pending(): number {
    return this.#socket.pending + this.#http.pending
  }

  /** How held up our event loop and the commands on the websocket were at the worst since this was last asked. */
  takeStrain(): Strain {
    return this.#socket.takeStrain()
  }

  /** For good: these channels are another process's now, or nobody's. */
  stop(): void {
    this.#stopped = true
  }

  async send(command: Command): Promise<Outcome> {
    if (this.#stopped) return failure('unavailable', 'We command Asterisk no more')
    if (command.urgent) return outcomeOf(await this.#go(command, this.#useSocket(command)))
    if (!this.#socket.open) return failure('unavailable', 'Asterisk is not connected')

    const { channels = none } = command
    const overSocket = this.#useSocket(command)
    const inOrder = this.#before(channels, overSocket)
    const underWay: UnderWay = {
      isOnSocket: overSocket && inOrder === undefined,
      done:
        inOrder === undefined
          ? this.#go(command, overSocket)
          : Promise.all(inOrder.map((one) => one.done)).then(() => {
              underWay.isOnSocket = overSocket
              return this.#go(command, overSocket)
            })
    }
    for (const id of channels) this.#last.set(id, underWay)

    const reply = await underWay.done
    for (const id of channels) if (this.#last.get(id) === underWay) this.#last.delete(id)
    return outcomeOf(reply)
  }

  /** What a command has to wait for. Mostly nothing: the websocket keeps the order by itself. */
  #before(channels: readonly string[], overSocket: boolean): UnderWay[] | undefined {
    let inOrder: UnderWay[] | undefined
    for (const id of channels) {
      const last = this.#last.get(id)
      if (last === undefined || (last.isOnSocket && overSocket)) continue
      inOrder ??= []
      inOrder.push(last)
    }
    return inOrder
  }

  #useSocket({ mayWait }: Command): boolean {
    return this.#socket.open && mayWait !== true && this.#socket.stalledMs() < STALL_MS
  }

  #go(command: Command, overSocket: boolean): Promise<Reply> {
    return overSocket ? this.#socket.request(command) : this.#http.request(command)
  }
}
