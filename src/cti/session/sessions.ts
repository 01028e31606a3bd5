import { randomUUID } from 'node:crypto'
import { type Viewer, withMonitor } from '../view/viewer.ts'
import type { Outlet } from './outlet.ts'
import { type Client, Session } from './session.ts'
import type { StreamEntry } from './session-stream.ts'

export interface SessionLimits {
  /** How long a session without a connection is kept. */
  readonly keepMs: number
  /** Events kept for a replay. */
  readonly entriesMax: number
  /** Unread bytes of one client past which it is overrun. */
  readonly bufferMax: number
}

/** A user who reloads a page again and again leaves sessions behind; the oldest give way. */
const DETACHED_PER_USER_MAX = 5

/** An event may have been sent just before a connection died unnoticed: it is kept a little longer than the session would be. */
const UNNOTICED_MS = 60_000

export interface Resume {
  readonly resumeAfter: number
  readonly sessionId?: string | undefined
}

/** The session and what to replay; `replay` unset means that a snapshot is needed. */
export interface Opened {
  readonly session: Session
  readonly replay?: readonly StreamEntry[]
}

export interface SessionEars {
  /** That session is over for good. */
  onClosed(session: Session): void
  /** Somebody has fallen behind: `recover` is to be called now and then until nobody is. */
  onBehind(): void
}

/** All sessions, attached or not. */
export class Sessions {
  readonly #sessions = new Map<string, Session>()
  /** Those that read too slowly. */
  readonly #behind = new Set<Session>()
  readonly #limits: SessionLimits
  readonly #ears: SessionEars

  constructor(limits: SessionLimits, ears: SessionEars) {
    this.#limits = limits
    this.#ears = ears
  }

  get size(): number {
    return this.#sessions.size
  }

  /** A new session, or the one to resume, with that connection attached. */
  open(client: Client, outlet: Outlet, resume: Resume | undefined): Opened {
    const { viewer, signIn } = client
    const found = resume && this.#find(viewer, resume.sessionId)
    if (found === undefined || resume === undefined) return { session: this.#create(client, outlet) }

    // A page that lost its session id has started afresh and counts its requests from the beginning again.
    if (resume.sessionId === undefined) found.answers.clear()
    const resumed = withMonitor(viewer, viewer.asked, found.viewer.started)
    const sameView = found.viewer.key === resumed.key
    // Other rights: what was sent under the old ones must never be replayed under the new.
    if (!sameView) found.stream.forgetBefore(Number.POSITIVE_INFINITY)
    found.viewer = resumed
    found.signIn = signIn
    found.attach(outlet)
    const replay = sameView ? found.stream.after(resume.resumeAfter, this.#limits.bufferMax / 2) : undefined
    return replay === undefined ? { session: found } : { session: found, replay }
  }

  /** All of them, attached or not. */
  list(): Iterable<Session> {
    return this.#sessions.values()
  }

  /** Hands one event to everybody who may see it. `bodyFor` gives what that viewer gets; `soon`: it may wait a moment for the next one. */
  deliver(bodyFor: (viewer: Viewer) => string | undefined, now: number, soon = false): void {
    for (const session of this.#sessions.values()) {
      const body = bodyFor(session.viewer)
      if (body !== undefined && session.deliver(body, now, soon)) this.#fellBehind(session)
    }
  }

  /** Hands one event to that session alone. */
  tell(session: Session, body: string, now: number): void {
    if (session.deliver(body, now)) this.#fellBehind(session)
  }

  /** Tells clients that had fallen behind and have read on how things stand. Returns whether somebody is behind still. */
  recover(tell: (session: Session, dropped: number) => string): boolean {
    for (const session of this.#behind) {
      if (session.dropped > 0 && session.attached && !session.caughtUp) continue
      if (session.dropped > 0 && session.attached) session.recover((dropped) => tell(session, dropped))
      this.#behind.delete(session)
    }
    return this.#behind.size > 0
  }

  /** Ends a session for good. */
  close(session: Session): void {
    if (this.#sessions.delete(session.id)) this.#ears.onClosed(session)
  }

  /** Forgets sessions and events that nobody can ask for any more. */
  forgetOld(now: number): void {
    const { keepMs } = this.#limits
    for (const session of this.#sessions.values()) {
      if (session.detachedAt === undefined) session.stream.forgetBefore(now - keepMs - UNNOTICED_MS)
      else if (now - session.detachedAt > keepMs) this.close(session)
    }
  }

  #fellBehind(session: Session): void {
    this.#behind.add(session)
    this.#ears.onBehind()
  }

  #find(viewer: Viewer, sessionId: string | undefined): Session | undefined {
    if (sessionId !== undefined) {
      const session = this.#sessions.get(sessionId)
      return session?.viewer.username === viewer.username ? session : undefined
    }
    return this.#detachedOf(viewer.username).at(-1)
  }

  #create(client: Client, outlet: Outlet): Session {
    for (const old of this.#detachedOf(client.viewer.username).slice(0, -DETACHED_PER_USER_MAX)) this.close(old)
    const session = new Session(randomUUID(), client, this.#limits.bufferMax, this.#limits.entriesMax)
    session.attach(outlet)
    this.#sessions.set(session.id, session)
    return session
  }

  /** Sessions of that user without a connection, the last lost at the end. */
  #detachedOf(username: string): Session[] {
    return [...this.#sessions.values()]
      .filter((session) => session.viewer.username === username && session.detachedAt !== undefined)
      .sort((a, b) => (a.detachedAt ?? 0) - (b.detachedAt ?? 0))
  }
}
