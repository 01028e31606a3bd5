import type { DomainEvent } from '../domain/events.ts'
import type { AgentId } from '../domain/ids.ts'
import { bodiesOf } from './bodies.ts'
import { type ClientSocket, Connection } from './connection.ts'
import { type CtiLimits, type CtiOptions, defaultLimits } from './cti-world.ts'
import { Desks } from './desks.ts'
import { closeCodes } from './messages.ts'
import type { Session } from './session.ts'
import { frameOf } from './session-stream.ts'
import { Sessions } from './sessions.ts'
import { takeSnapshot } from './take-snapshot.ts'
import { translateEvent } from './translate-event.ts'

/** How often a client that reads too slowly is looked at. */
const RECOVER_MS = 100
const FORGET_MS = 1_000

/** Everybody who is connected to `/cti/v1`, and the events on their way to them. */
export class CtiServer {
  readonly #options: CtiOptions
  readonly #limits: CtiLimits
  readonly #sessions: Sessions
  readonly #connections = new Set<Connection>()
  readonly #desks: Desks
  readonly #timers: readonly NodeJS.Timeout[]

  constructor(options: CtiOptions) {
    this.#options = options
    this.#limits = { ...defaultLimits, ...options.limits }
    this.#sessions = new Sessions(this.#limits)
    this.#desks = new Desks((agentId, connected) => options.onDesk?.(agentId as AgentId, connected))
    this.#timers = [
      setInterval(() => this.#sessions.recover((session, dropped) => this.#overrun(session, dropped)), RECOVER_MS),
      setInterval(() => this.#sessions.forgetOld(options.clock.now()), FORGET_MS)
    ]
    for (const timer of this.#timers) timer.unref()
  }

  /** Put on the event bus: when it returns, the event has been handed to the sockets of all who may see it. */
  readonly listener = (event: DomainEvent): void => {
    const change = this.#options.board.apply(event)
    for (const translation of translateEvent(event, change, this.#options.board)) {
      this.#sessions.deliver(bodiesOf(translation), event.at)
    }
  }

  /** Connected clients and kept sessions, for metrics. */
  get size(): { readonly connections: number; readonly sessions: number } {
    return { connections: this.#connections.size, sessions: this.#sessions.size }
  }

  /** A socket has opened. Feed the connection with its messages, pongs and end. */
  accept(socket: ClientSocket): Pick<Connection, 'receive' | 'pong' | 'lost'> {
    const connection = new Connection(socket, { sessions: this.#sessions, desks: this.#desks }, this.#options, this.#limits)
    this.#connections.add(connection)
    return {
      receive: (text) => connection.receive(text),
      pong: () => connection.pong(),
      lost: () => {
        connection.lost()
        this.#connections.delete(connection)
      }
    }
  }

  /** Sends everybody away: the server restarts. */
  close(): void {
    for (const timer of this.#timers) clearInterval(timer)
    for (const connection of this.#connections) connection.close(closeCodes.restarting, 'The server restarts')
    this.#connections.clear()
  }

  #overrun(session: Session, dropped: number): string {
    const now = this.#options.clock.now()
    const snapshot = takeSnapshot(this.#options.board, session.viewer)
    const event = { type: 'session.overrun', time: new Date(now).toISOString(), dropped, snapshot }
    return frameOf({ seq: session.stream.seq, at: now, body: JSON.stringify(event).slice(1, -1) })
  }
}
