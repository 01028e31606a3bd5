import { createHash } from 'node:crypto'
import type { Desks } from '../board/desks.ts'
import type { CtiLimits, CtiOptions } from '../cti-world.ts'
import { closeCodes, type ParamsOf, type Request, type Response } from '../messages.ts'
import { takeSnapshot } from '../view/take-snapshot.ts'
import { viewerOf } from '../view/viewer.ts'
import type { GatheredWrites, Wire } from './gathered-writes.ts'
import type { Place } from './newcomers.ts'
import type { Outlet } from './outlet.ts'
import { failed, parseParams, parseRequest } from './parse-request.ts'
import { type Answering, respond } from './respond.ts'
import type { Session } from './session.ts'
import { monitorsOf } from './session-monitors.ts'
import { frameOf } from './session-stream.ts'
import type { Sessions } from './sessions.ts'
import { TokenBucket } from './token-bucket.ts'

/** Longer requests are remembered by their hash, so that the memory of a session stays small. */
const KEPT_WHOLE_MAX = 256

/** The websocket, as far as a connection needs it. */
export interface ClientSocket extends Outlet {
  ping(): void
  terminate(): void
}

/** What all connections share. */
interface Around {
  readonly sessions: Sessions
  readonly desks: Desks
  readonly place: Place | undefined
  /** Unset: nothing is held back. */
  readonly writes?: { readonly gathered: GatheredWrites; readonly wire: Wire } | undefined
}

type Phase =
  | { readonly name: 'fresh' }
  /** The token is being checked; requests meanwhile wait their turn. */
  | { readonly name: 'opening'; readonly waiting: { request: Request; text: string }[] }
  | { readonly name: 'open'; readonly session: Session }
  | { readonly name: 'closed' }

/** One websocket from its first message to its last: fresh ──session.open──▶ opening ──token good──▶ open ──▶ closed. */
export class Connection implements Outlet {
  readonly #socket: ClientSocket
  readonly #options: CtiOptions
  readonly #limits: CtiLimits
  readonly #sessions: Sessions
  readonly #desks: Desks
  readonly #place: Place | undefined
  readonly #writes: { readonly gathered: GatheredWrites; readonly wire: Wire } | undefined
  #desk: Disposable | undefined
  readonly #bucket: TokenBucket
  readonly #openTimer: NodeJS.Timeout
  readonly #heartbeat: NodeJS.Timeout
  readonly #answering: Answering
  #phase: Phase = { name: 'fresh' }
  #pingedAt: number | undefined
  #unanswered = 0

  constructor(socket: ClientSocket, { sessions, desks, place, writes }: Around, options: CtiOptions, limits: CtiLimits) {
    this.#socket = socket
    this.#options = options
    this.#limits = limits
    this.#sessions = sessions
    this.#desks = desks
    this.#place = place
    this.#writes = writes
    this.#bucket = new TokenBucket(limits.messagesPerSecond, limits.messagesBurst, options.clock.now())
    this.#openTimer = setTimeout(() => this.close(closeCodes.openTimeout, 'No session.open came'), limits.openMs)
    this.#heartbeat = setInterval(() => this.#beat(), limits.heartbeatMs)
    this.#answering = { sessions, options, close: () => this.close(1000, 'Session closed') }
  }

  /** Takes one message. */
  receive(text: string): void {
    if (this.#closed || !this.pinged()) return
    const parsed = parseRequest(text)
    if (parsed.ok) this.#take(parsed.request, text)
    else this.#answer(parsed.response)
  }

  /** Counts one message or ping; false when that is one too many and the connection is closed. */
  pinged(): boolean {
    if (this.#bucket.take(this.#options.clock.now())) return true
    if (!this.#closed) this.close(closeCodes.tooFast, 'Too many messages')
    return false
  }

  send(text: string): void {
    this.#socket.send(text)
    this.#writes?.gathered.letGo(this.#writes.wire)
  }

  sendSoon(text: string): void {
    this.#writes?.gathered.hold(this.#writes.wire)
    this.#socket.send(text)
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount
  }

  /** The client is there. */
  pong(): void {
    this.#unanswered = 0
    if (this.#phase.name !== 'open' || this.#pingedAt === undefined) return
    const now = this.#options.clock.now()
    const health = {
      type: 'session.health',
      time: new Date(now).toISOString(),
      roundTripMs: now - this.#pingedAt,
      everyMs: this.#limits.heartbeatMs
    }
    const { session } = this.#phase
    this.#pingedAt = undefined
    this.send(frameOf({ seq: session.stream.seq, at: now, body: JSON.stringify(health).slice(1, -1) }))
  }

  /** The socket has closed: the session waits for its client to come back. */
  lost(): void {
    clearTimeout(this.#openTimer)
    clearInterval(this.#heartbeat)
    this.#place?.leave()
    this.#writes?.gathered.letGo(this.#writes.wire)
    if (this.#phase.name === 'open') this.#leave(this.#phase.session)
    this.#phase = { name: 'closed' }
    this.#desk?.[Symbol.dispose]()
  }

  /** Sends the client away; what it has sent meanwhile is not carried out. */
  close(code: number, reason: string): void {
    this.#socket.close(code, reason)
    this.lost()
  }

  #leave(session: Session): void {
    session.detach(this, this.#options.clock.now())
    if (!session.attached) this.#options.routes.lost(session.id)
  }

  #take(request: Request, text: string): void {
    if (this.#phase.name === 'open') {
      this.#serve(this.#phase.session, request, text)
    } else if (this.#phase.name === 'opening') {
      this.#phase.waiting.push({ request, text })
    } else if (request.method === 'session.open') {
      const params = parseParams('session.open', request.params)
      if (params.ok) void this.#open(request, params.params)
      else this.#answer(failed(request.id, params.failure))
    } else {
      this.close(closeCodes.notAuthenticated, 'session.open comes first')
    }
  }

  #beat(): void {
    // The first unanswered ping may be on its way; the second says that nobody is there (RFC 6455 §5.5.3 asks for a pong as soon as practical).
    if (this.#unanswered >= 2) {
      this.#socket.terminate()
      return
    }
    this.#unanswered++
    this.#pingedAt = this.#options.clock.now()
    this.#socket.ping()
  }

  async #open(request: Request, params: ParamsOf<'session.open'>): Promise<void> {
    const waiting: { request: Request; text: string }[] = []
    this.#phase = { name: 'opening', waiting }
    try {
      const signedIn = await this.#options.verifyToken(params.token)
      if (this.#closed) return
      if (signedIn === undefined) {
        this.#place?.refused()
        // As of a wrong password: asterisk/fail2ban reads this line.
        this.#options.log.warn({ address: this.#place?.address }, 'A token was refused')
        this.close(closeCodes.notAuthenticated, 'The token is not valid')
        return
      }
      const { user, signIn } = signedIn
      if (user.role === 'crm' && params.monitor === undefined) {
        this.close(closeCodes.notAllowed, 'A crm client sees what its monitor filter names, and there is none')
        return
      }
      const viewer = viewerOf(user, params.monitor, this.#options.centre)
      // Before the session leaves another connection, so that a desk that only moves is not gone in between.
      if (viewer.agentId !== undefined) this.#desk = this.#desks.open(viewer.agentId)
      const { resumeAfter, sessionId } = params
      const resume = resumeAfter === undefined ? undefined : { resumeAfter, sessionId }
      // From attaching to the last replayed event nothing awaits, so that no live event slips in between.
      const { session, replay } = this.#sessions.open({ viewer, signIn }, this, resume)
      this.#phase = { name: 'open', session }
      this.#place?.leave()
      clearTimeout(this.#openTimer)
      const snapshot = replay === undefined ? takeSnapshot(this.#options.board, session.viewer) : null
      const server = { name: 'switchboard', version: this.#options.version }
      const result = {
        ...{ sessionId: session.id, seq: session.stream.seq, expiresAt: signIn.expiresAt },
        ...{ snapshot, server, choices: this.#options.centre.choices ?? {}, monitors: monitorsOf(session) }
      }
      this.#answer({ jsonrpc: '2.0', id: request.id, result })
      session.replay(replay ?? [])
      for (const next of waiting) this.#serve(session, next.request, next.text)
    } catch (error) {
      // The connection is where a fault of a client's request ends: it is told, logged, and costs nobody else anything.
      this.#options.log.error({ err: error }, 'Opening a CTI session failed')
      this.close(1011, 'Something unexpected went wrong')
    }
  }

  get #closed(): boolean {
    return this.#phase.name === 'closed'
  }

  #serve(session: Session, request: Request, text: string): void {
    const asked = text.length > KEPT_WHOLE_MAX ? createHash('sha256').update(text).digest('base64') : text
    void this.#answerTo(session, request, asked).then((answer) => this.#sendAnswer(answer))
  }

  #answerTo(session: Session, request: Request, asked: string): Promise<string> {
    const known = session.answers.get(request.id, asked)
    if (known !== undefined) return known
    const text = respond(session, request, this.#answering).then((response) => JSON.stringify(response))
    session.answers.set(request.id, asked, text)
    return text
  }

  #answer(response: Response): void {
    this.#sendAnswer(JSON.stringify(response))
  }

  #sendAnswer(text: string): void {
    if (this.#closed) return
    // Asking without reading the answers would grow our memory without end.
    if (this.#socket.bufferedAmount > 2 * this.#limits.bufferMax) this.close(closeCodes.tooFast, 'Answers are not read')
    else this.send(text)
  }
}
