import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Drachtio, newDrachtio, type SipRequest, type SipResponse } from './drachtio.ts'

export interface SessionOptions {
  readonly host: string
  readonly port: number
  readonly secret: string
  /** PEM of those of whom drachtio must show a certificate for that host, or it is not told the secret. Unset: plain. */
  readonly authorities?: string | undefined
  /** Within this drachtio must have taken the secret. */
  readonly answerMs: number
  /** A ping unanswered for so long means that the connection is dead. */
  readonly silentMs: number
}

export interface SessionEars {
  /** The requests we want to be asked about, in small letters. */
  readonly methods: readonly string[]
  onRequest(drachtio: Drachtio, request: SipRequest, response: SipResponse): void
  /** The secret was right: requests come from now on. */
  onReady(contacts: readonly string[], version: string): void
  /** Called once. The connection is over, or came to nothing. */
  onEnd(problem: string): void
}

/** The least drachtio-srf allows. */
const PING_MS = 5000

/** In this time drachtio has read that we want no more requests, and we what it had sent before. */
const LEAVING_MS = 100

/**
 * One connection to drachtio, from its first byte to its last. drachtio-srf could reconnect by itself, but it knows no upper limit
 * by default, hurries after a refused secret, takes a frozen drachtio for a healthy one, and cannot be stopped between two attempts.
 */
export class Session {
  readonly #drachtio = newDrachtio()
  readonly #ears: SessionEars
  readonly #silentMs: number
  readonly #answer: NodeJS.Timeout
  #socket: Socket | undefined
  #problem = 'drachtio closed the connection'
  #unansweredSince: number | undefined
  /** The secret was taken, and it is not over. */
  #ready = false
  #ended = false

  constructor(options: SessionOptions, ears: SessionEars) {
    const { host, port, secret, authorities, answerMs, silentMs } = options
    this.#ears = ears
    this.#silentMs = silentMs
    this.#answer = setTimeout(() => this.end(`drachtio did not answer within ${answerMs} ms`), answerMs)

    const drachtio = this.#drachtio
    for (const method of ears.methods) drachtio.use(method, (request, response) => ears.onRequest(drachtio, request, response))
    drachtio.on('connect', (error: Error | null, contacts = '', version = '') => this.#onReply(error, contacts, version))
    drachtio.on('error', (error: Error) => {
      this.#problem = error.message
    })
    drachtio.on('close', () => this.end(this.#problem))
    // With one attempt the library leaves reconnecting to us (lib/wire-protocol.js, _onConnectionGone).
    const encrypted = authorities === undefined ? {} : { tls: { ca: authorities, minVersion: 'TLSv1.2' as const } }
    drachtio.connect({ host, port, secret, enablePing: true, pingInterval: PING_MS, reconnect: { maxAttempts: 1 }, ...encrypted })
    const wire = drachtio.app.client.wp
    wire.on('connect', (socket) => this.#onSocket(socket))
    wire.on('ping', () => this.#onPing())
  }

  /** Ends it so that no request is lost on the way. */
  async leave(): Promise<void> {
    if (!this.#ready) {
      this.end('Closed')
      return
    }
    for (const method of this.#ears.methods) this.#drachtio.unregisterForMessages(method)
    await sleep(LEAVING_MS)
    this.end('Closed')
  }

  /** Ends it; what was sent before still goes out. Idempotent. */
  end(problem: string): void {
    if (this.#ended) return
    this.#ended = true
    this.#ready = false
    clearTimeout(this.#answer)
    this.#socket?.destroySoon()
    this.#ears.onEnd(problem)
  }

  #onReply(error: Error | null, contacts: string, version: string): void {
    if (this.#ended) return
    // 'failed to authenticate to server': drachtio closes the connection as well.
    if (error !== null) {
      this.end('drachtio does not accept the secret')
      return
    }
    clearTimeout(this.#answer)
    this.#ready = true
    // Just started, drachtio may not listen for SIP yet.
    this.#ears.onReady(
      contacts.split(',').filter((contact) => contact !== ''),
      version
    )
  }

  #onSocket(socket: Socket): void {
    this.#socket = socket
    if (this.#ended) {
      socket.destroy()
      return
    }
    // The library throws out of its data listener at what is not drachtio's protocol, which would end the process: another
    // service at the configured port is enough for that. The rest of such a connection cannot be read either.
    const listeners = socket.listeners('data') as ((bytes: Buffer) => void)[]
    socket.removeAllListeners('data')
    socket.on('data', (bytes: Buffer) => {
      this.#unansweredSince = undefined
      if (this.#ended) return
      try {
        for (const listen of listeners) listen(bytes)
      } catch {
        // Not its message: it quotes what it read, and a service that echoes would put our secret there.
        this.end('What drachtio sent cannot be understood; is it drachtio?')
      }
    })
  }

  #onPing(): void {
    this.#unansweredSince ??= performance.now()
    if (performance.now() - this.#unansweredSince < this.#silentMs) return
    this.#socket?.destroy()
    this.end('drachtio does not answer pings')
  }
}
