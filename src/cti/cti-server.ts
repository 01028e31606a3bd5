import type { DomainEvent, DomainEventOf } from '../domain/events.ts'
import type { AgentId } from '../domain/ids.ts'
import { withPromise } from '../domain/past-contact.ts'
import type { GivenPromise } from '../domain/promise.ts'
import type { Standing } from '../domain/sign-in.ts'
import { Desks } from './board/desks.ts'
import { lookUpPast } from './board/past-contacts.ts'
import { type CtiLimits, type CtiOptions, defaultLimits } from './cti-world.ts'
import { closeCodes } from './messages.ts'
import { bodiesOf } from './session/bodies.ts'
import { type ClientSocket, Connection } from './session/connection.ts'
import { GatheredWrites, type Wire } from './session/gathered-writes.ts'
import { Newcomers } from './session/newcomers.ts'
import type { Session } from './session/session.ts'
import { endOverMonitors } from './session/session-monitors.ts'
import { frameOf } from './session/session-stream.ts'
import { Sessions } from './session/sessions.ts'
import { aboutOf, type Watcher } from './session/watcher.ts'
import { translateEvent } from './translate/translate-event.ts'
import type { Translation } from './translate/translation.ts'
import { takeSnapshot } from './view/take-snapshot.ts'
import { type Viewer, viewerOf, withMonitor } from './view/viewer.ts'

/** How often a client that reads too slowly is looked at. */
const RECOVER_MS = 100
const FORGET_MS = 1_000

/** What happens to a caller before anybody is rung for them, and the end: a desk shows it, and acts upon none of it. */
const patient: ReadonlySet<DomainEvent['type']> = new Set([
  'call.started',
  'call.answered',
  'call.identified',
  'call.language-changed',
  'call.tagged',
  'flow.started',
  'call.ended'
])

const endings = {
  expired: [closeCodes.notAuthenticated, 'The token has expired'],
  ended: [closeCodes.notAuthenticated, 'The sign-in was ended'],
  'unknown-user': [closeCodes.notAllowed, 'The user may not be here any more']
} as const

/** Everybody who is connected to `/cti/v1`, and the events on their way to them. */
export class CtiServer {
  readonly #options: CtiOptions
  readonly #limits: CtiLimits
  readonly #sessions: Sessions
  readonly #connections = new Set<Connection>()
  readonly #watchers = new Set<Watcher>()
  readonly #desks: Desks
  readonly #newcomers: Newcomers
  readonly #gathered = new GatheredWrites()
  /** For each look-up of past contacts that is under way: what promises have become since it began, which it may not have read. */
  readonly #sinceAsked = new Set<GivenPromise[]>()
  readonly #forgetting: NodeJS.Timeout
  /** While somebody reads too slowly. */
  #recovering: NodeJS.Timeout | undefined

  constructor(options: CtiOptions) {
    this.#options = options
    this.#limits = { ...defaultLimits, ...options.limits }
    this.#sessions = new Sessions(this.#limits, {
      onClosed: ({ id }) => options.routes.gone(id),
      onBehind: () => this.#recoverSoon()
    })
    this.#newcomers = new Newcomers(this.#limits)
    this.#desks = new Desks((agentId, connected) => options.onDesk?.(agentId as AgentId, connected))
    this.#forgetting = setInterval(() => this.#everySecond(), FORGET_MS).unref()
  }

  /**
   * Put on the event bus: when it returns, the event has been handed to the sockets of all who may see it, and is on its way, or follows
   * within a moment where nobody acts upon it.
   */
  readonly listener = (event: DomainEvent): void => {
    const change = this.#options.board.apply(event)
    if (event.type === 'call.identified' || event.type === 'call.restored') void this.#recall(event)
    if (event.type === 'promise.changed') for (const since of this.#sinceAsked) since.push(event.promise)
    if (this.#sessions.size === 0 && this.#watchers.size === 0) return
    const soon = patient.has(event.type)
    for (const translation of translateEvent(event, change, this.#options.board)) this.#deliver(translation, event.at, soon)
    if (event.type === 'call.ended' || event.type === 'consultation.ended') this.#endMonitors(event.at)
  }

  /**
   * Who may be here, or what they may see, has changed: sessions whose sign-in has ended are closed, those with another view are told it.
   * `all`: what the board shows has changed for everybody.
   */
  follow({ all }: { readonly all: boolean }): void {
    for (const session of [...this.#sessions.list()]) {
      const standing = this.#options.standing(session.signIn)
      if (!standing.ok) {
        this.#end(session, standing.why)
        continue
      }
      const { asked, started } = session.viewer
      const viewer = withMonitor(viewerOf(standing.user, asked, this.#options.centre), asked, started)
      if (viewer.role === 'crm' && asked === undefined) this.#end(session, 'unknown-user')
      else if (all || viewer.rights !== session.viewer.rights) this.#changeView(session, viewer)
    }
  }

  /** Tells somebody without a connection of all events from now on, as long as it is not disposed. */
  watch(watcher: Watcher): Disposable {
    this.#watchers.add(watcher)
    return { [Symbol.dispose]: () => void this.#watchers.delete(watcher) }
  }

  /** Connected clients and kept sessions, for metrics. */
  get size(): { readonly connections: number; readonly sessions: number } {
    return { connections: this.#connections.size, sessions: this.#sessions.size }
  }

  /** A socket has opened; what it sends goes over the wire. Feed the connection with its messages, pings, pongs and end. */
  accept(socket: ClientSocket, address = '', wire?: Wire): Pick<Connection, 'receive' | 'pinged' | 'pong' | 'lost'> {
    const place = this.#newcomers.arrive(address, this.#options.clock.now())
    const writes = wire && { gathered: this.#gathered, wire }
    const around = { sessions: this.#sessions, desks: this.#desks, place, writes }
    const connection = new Connection(socket, around, this.#options, this.#limits)
    if (place === undefined) connection.close(closeCodes.tooFast, 'Too many connections without a session from your address')
    this.#connections.add(connection)
    return {
      receive: (text) => connection.receive(text),
      pinged: () => connection.pinged(),
      pong: () => connection.pong(),
      lost: () => {
        connection.lost()
        this.#connections.delete(connection)
      }
    }
  }

  /** Sends everybody away: the server restarts. */
  close(): void {
    clearInterval(this.#forgetting)
    clearInterval(this.#recovering)
    for (const connection of this.#connections) connection.close(closeCodes.restarting, 'The server restarts')
    this.#connections.clear()
  }

  #deliver(translation: Translation, at: number, soon: boolean): void {
    const bodyFor = bodiesOf(translation)
    this.#sessions.deliver(bodyFor, at, soon)
    for (const watcher of this.#watchers) {
      const body = bodyFor(watcher.viewer)
      const { type } = translation.body
      if (body !== undefined) watcher.tell({ type, about: aboutOf(translation.subject), at, body })
    }
  }

  /** Most callers hear a menu meanwhile, and whoever is rung is told all at once; who was told already is told again. */
  async #recall(event: DomainEventOf<'call.identified' | 'call.restored'>): Promise<void> {
    const since: GivenPromise[] = []
    this.#sinceAsked.add(since)
    const read = await lookUpPast(event, this.#options)
    this.#sinceAsked.delete(since)
    const past = since.reduce(withPromise, read)
    const call = past.length === 0 ? undefined : this.#options.board.recall(event.callId, past)
    if (call?.view.data === undefined) return
    const at = this.#options.clock.now()
    const body = { type: 'callInformation', time: new Date(at).toISOString(), cause: 'normal', ...call.view } as const
    this.#deliver({ subject: { kind: 'call', call }, body }, at, false)
  }

  #endMonitors(at: number): void {
    for (const session of this.#sessions.list())
      endOverMonitors(session, this.#options, (monitorCrossRefId) => {
        const ended = { type: 'monitorEnded', time: new Date(at).toISOString(), monitorCrossRefId }
        this.#sessions.tell(session, JSON.stringify(ended).slice(1, -1), at)
      })
  }

  #recoverSoon(): void {
    this.#recovering ??= setInterval(() => {
      if (this.#sessions.recover((session, dropped) => this.#overrun(session, dropped))) return
      clearInterval(this.#recovering)
      this.#recovering = undefined
    }, RECOVER_MS).unref()
  }

  #everySecond(): void {
    const now = this.#options.clock.now()
    this.#sessions.forgetOld(now)
    for (const session of [...this.#sessions.list()])
      if (session.attached && session.signIn.expiresAt <= now) this.#end(session, 'expired')
  }

  #end(session: Session, why: Exclude<Standing, { ok: true }>['why']): void {
    this.#sessions.close(session)
    const [code, reason] = endings[why]
    session.end(code, reason)
  }

  #changeView(session: Session, viewer: Viewer): void {
    // Whoever becomes an agent, or is none any more, has or loses a desk: a new connection sorts that out.
    if (viewer.agentId !== session.viewer.agentId) session.end(closeCodes.restarting, 'You have another part now: come again')
    const { board, centre, clock } = this.#options
    session.changeView(viewer, (seq) => {
      const at = clock.now()
      const what = { snapshot: takeSnapshot(board, viewer), choices: centre.choices ?? {} }
      const event = { type: 'session.viewChanged', time: new Date(at).toISOString(), ...what }
      return frameOf({ seq, at, body: JSON.stringify(event).slice(1, -1) })
    })
  }

  #overrun(session: Session, dropped: number): string {
    const now = this.#options.clock.now()
    const snapshot = takeSnapshot(this.#options.board, session.viewer)
    const event = { type: 'session.overrun', time: new Date(now).toISOString(), dropped, snapshot }
    return frameOf({ seq: session.stream.seq, at: now, body: JSON.stringify(event).slice(1, -1) })
  }
}
