import { WebSocket } from 'ws'
import { AppError } from '../domain/errors.ts'
import { type AsteriskOptions, authorization } from './asterisk-options.ts'

const PING_EVERY_MS = 3000
const HANDSHAKE_MS = 5000

export interface SocketEars {
  onMessage(text: string): void
  /** Once, however it ended; not when it never opened. */
  onClose(why: string): void
  /** No sign of life since the last ping: says whether to wait on. */
  onSilence(): Promise<boolean>
}

/** One websocket to ARI's events of one application. Opens once; whoever owns it opens the next one. */
export class EventSocket {
  readonly #socket: WebSocket
  readonly #ears: SocketEars
  #pings: NodeJS.Timeout | undefined
  #alive = true
  #closed = false

  /** Resolves when Asterisk has taken us in; rejects when it does not. */
  static async open(options: AsteriskOptions, app: string, ears: SocketEars): Promise<EventSocket> {
    const socket = new WebSocket(`ws://${options.address}/ari/events?app=${encodeURIComponent(app)}`, {
      headers: { authorization: authorization(options) },
      handshakeTimeout: HANDSHAKE_MS,
      perMessageDeflate: false
    })
    // Heard from the first byte on: events may come with the answer that opens it.
    const made = new EventSocket(socket, ears)
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => {
        made.#pings = setInterval(() => void made.#ping(), PING_EVERY_MS)
        resolve()
      })
      socket.once('error', (cause) =>
        reject(new AppError('ASTERISK_UNAVAILABLE', 'upstream', 'Asterisk refused the websocket', { cause }))
      )
    })
    return made
  }

  private constructor(socket: WebSocket, ears: SocketEars) {
    this.#socket = socket
    this.#ears = ears
    // Asterisk sends text only.
    socket.on('message', (data: Buffer) => {
      this.#alive = true
      ears.onMessage(data.toString('utf8'))
    })
    socket.on('pong', () => {
      this.#alive = true
    })
    socket.on('error', (error) => this.#end(error.message))
    socket.on('close', (code) => this.#end(`closed with code ${code}`))
  }

  send(text: string): boolean {
    if (this.#closed || this.#socket.readyState !== WebSocket.OPEN) return false
    // Text as bytes: ws writes header and bytes as one piece, where it corks the socket for a string and writes two.
    this.#socket.send(Buffer.from(text), { binary: false })
    return true
  }

  close(): void {
    this.#end('closed by us')
  }

  async #ping(): Promise<void> {
    if (!this.#alive && !(await this.#ears.onSilence())) return this.#end('no sign of life')
    if (this.#closed) return
    this.#alive = false
    this.#socket.ping()
  }

  #end(why: string): void {
    if (this.#closed) return
    this.#closed = true
    const wasOpen = this.#pings !== undefined
    clearInterval(this.#pings)
    this.#pings = undefined
    // A polite close waits for an answer that a dead peer does not give.
    this.#socket.terminate()
    if (wasOpen) this.#ears.onClose(why)
  }
}
