import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, toAppError } from '../domain/errors.ts'
import type { Log } from '../domain/log.ts'
import type { TelephonyStatus } from '../domain/ports/telephony.ts'
import type { AsteriskOptions } from './asterisk-options.ts'
import type { AsteriskInfo, ControlPlane } from './control-plane.ts'
import { EventSocket } from './event-socket.ts'

const RETRY_FIRST_MS = 200
const RETRY_MOST_MS = 5000

export interface ConnectionEars {
  /** The application a message is for, and its text. */
  onMessage(app: string, text: string): void
  /** The websocket of the first application is up: commands can be sent. */
  onOpen(send: (text: string) => boolean): void
  /** Resolves when we know again what goes on in Asterisk. */
  onReady(asterisk: AsteriskInfo): Promise<void>
  onLost(): void
  onStatus(status: TelephonyStatus): void
  /** Whether a request blocks the websocket, so that it cannot answer a ping. */
  isBlocked(): boolean
}

/**
 * Keeps one websocket for each application, for ever:
 *
 *   connecting ──all open, reconciled──▶ connected ──one closed──▶ (waits, longer each time) ──▶ connecting
 *                                            └──ApplicationReplaced──▶ replaced (for good)
 */
export class Connection {
  readonly #options: AsteriskOptions
  readonly #apps: readonly string[]
  readonly #control: ControlPlane
  readonly #ears: ConnectionEars
  readonly #log: Log
  readonly #closing = new AbortController()
  #status: TelephonyStatus = { connected: false, version: undefined, problem: 'Connecting to Asterisk for the first time' }
  #sockets: EventSocket[] = []
  #running: Promise<void> = Promise.resolve()

  constructor(options: AsteriskOptions, apps: readonly string[], control: ControlPlane, ears: ConnectionEars, log: Log) {
    this.#options = options
    this.#apps = apps
    this.#control = control
    this.#ears = ears
    this.#log = log
  }

  get status(): TelephonyStatus {
    return this.#status
  }

  /** Resolves after the first attempt; goes on trying in any case, unless Asterisk can never serve us: then it rejects. */
  async start(): Promise<void> {
    const attempt = this.#attempt()
    // Who closes us meanwhile waits for its end.
    this.#running = attempt.then(() => undefined)
    const first = await attempt
    if (first.problem !== undefined && ['ASTERISK_TOO_OLD', 'ASTERISK_LOGIN'].includes(first.problem.code)) throw first.problem
    this.#running = this.#keep(first)
  }

  /** Another process has taken our application: stop acting at once and do not fight back. */
  replaced(app: string): void {
    if (this.#closing.signal.aborted) return
    this.#log.error({ app }, 'Another process took over our ARI application')
    this.#closing.abort()
    this.#drop()
    this.#tell({
      connected: false,
      version: this.#status.version,
      problem: `Another Switchboard uses the ARI application ${app}; stop it and restart this one`
    })
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#drop()
    await this.#running
  }

  async #keep(first: Attempt): Promise<void> {
    let attempt = first
    let failures = 0
    while (!this.#closing.signal.aborted) {
      if (attempt.problem === undefined) {
        failures = 0
        await attempt.ended
      }
      if (this.#closing.signal.aborted) return
      // Full jitter: several servers that lost one Asterisk do not come back in step.
      const pause = Math.random() * Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** failures++)
      // Ends early, by rejecting, when we are closed; the loop sees that.
      await sleep(pause, undefined, { signal: this.#closing.signal }).catch(() => undefined)
      if (!this.#closing.signal.aborted) attempt = await this.#attempt()
    }
  }

  async #attempt(): Promise<Attempt> {
    let end: (why: string) => void = () => undefined
    const ended = new Promise<string>((resolve) => {
      end = resolve
    })
    try {
      const asterisk = await this.#control.probe()
      const lost = ended.then((why) => {
        throw new AppError('ASTERISK_UNAVAILABLE', 'upstream', 'The connection to Asterisk was lost', { details: { why } })
      })
      await Promise.race([this.#open(asterisk, end), lost])
      this.#closing.signal.throwIfAborted()
      this.#tell({ connected: true, version: asterisk.version, problem: undefined })
      void ended.then((why) => this.#lost(why))
      return { ended, problem: undefined }
    } catch (error) {
      const problem = toAppError(error)
      this.#drop()
      this.#log.warn({ err: problem }, 'No connection to Asterisk')
      this.#tell({ connected: false, version: this.#status.version, problem: problem.message })
      return { ended, problem }
    }
  }

  async #open(asterisk: AsteriskInfo, end: (why: string) => void): Promise<void> {
    for (const app of this.#apps) {
      const socket = await EventSocket.open(this.#options, app, {
        onMessage: (text) => this.#ears.onMessage(app, text),
        onClose: end,
        onSilence: () => this.#isAlive()
      })
      this.#sockets.push(socket)
      if (this.#closing.signal.aborted) return this.#drop()
      if (app === this.#apps[0]) this.#ears.onOpen((text) => socket.send(text))
    }
    await this.#ears.onReady(asterisk)
  }

  /** A blocked request also blocks the pong; then only Asterisk itself can tell. A silent websocket without one is dead. */
  async #isAlive(): Promise<boolean> {
    if (!this.#ears.isBlocked()) return false
    return this.#control.probe().then(
      () => true,
      () => false
    )
  }

  #lost(why: string): void {
    this.#drop()
    if (this.#closing.signal.aborted) return
    this.#log.warn({ why }, 'Lost the connection to Asterisk')
    this.#tell({ connected: false, version: this.#status.version, problem: 'The connection to Asterisk was lost' })
  }

  #drop(): void {
    const sockets = this.#sockets
    this.#sockets = []
    for (const socket of sockets) socket.close()
    this.#ears.onLost()
  }

  #tell(status: TelephonyStatus): void {
    this.#status = status
    this.#ears.onStatus(status)
  }
}

interface Attempt {
  /** Resolves with the reason when the connection has ended. */
  readonly ended: Promise<string>
  readonly problem: AppError | undefined
}
