import type { SignIn } from '../../domain/sign-in.ts'
import { closeCodes } from '../messages.ts'
import type { Viewer } from '../view/viewer.ts'
import type { Outlet } from './outlet.ts'
import { RememberedAnswers } from './remembered-answers.ts'
import { frameOf, SessionStream, type StreamEntry } from './session-stream.ts'

/** Who is connected, and by which sign-in. */
export interface Client {
  readonly viewer: Viewer
  readonly signIn: SignIn
}

/**
 * One client's conversation; outlives its connections.
 *
 *   attached ──connection lost──▶ detached ──session.open with resumeAfter──▶ attached
 *      │ ▲                            └──kept too long──▶ forgotten
 *      ▼ │ buffer drained: session.overrun with a snapshot
 *   overrun (reads too slowly: events are numbered and kept, but not sent)
 */
export class Session {
  readonly id: string
  readonly stream: SessionStream
  readonly answers = new RememberedAnswers()
  viewer: Viewer
  /** What its client is signed in with; when that ends, so does the session. */
  signIn: SignIn
  /** Since when nobody is connected. */
  detachedAt: number | undefined
  #outlet: Outlet | undefined
  #dropped = 0
  readonly #bufferMax: number

  constructor(id: string, { viewer, signIn }: Client, bufferMax: number, entriesMax: number) {
    this.id = id
    this.viewer = viewer
    this.signIn = signIn
    this.stream = new SessionStream(entriesMax)
    this.#bufferMax = bufferMax
  }

  get attached(): boolean {
    return this.#outlet !== undefined
  }

  /** Events left out because the client reads too slowly; 0 when it keeps up. */
  get dropped(): number {
    return this.#dropped
  }

  /** Takes a connection; an earlier one is told that it was replaced. */
  attach(outlet: Outlet): void {
    const earlier = this.#outlet
    this.#outlet = outlet
    this.#dropped = 0
    this.detachedAt = undefined
    earlier?.close(closeCodes.replaced, 'This session was opened elsewhere')
  }

  /** The connection was lost. Ignored when another one has taken its place meanwhile. */
  detach(outlet: Outlet, now: number): void {
    if (this.#outlet !== outlet) return
    this.#outlet = undefined
    this.detachedAt = now
  }

  /** Numbers, keeps and, when the client keeps up, sends one event. Never waits. Returns whether the client just began to fall behind. */
  deliver(body: string, now: number, soon = false): boolean {
    const entry = this.stream.push(body, now)
    const outlet = this.#outlet
    if (outlet === undefined) return false
    if (this.#dropped === 0 && outlet.bufferedAmount <= this.#bufferMax) {
      if (soon && outlet.sendSoon !== undefined) outlet.sendSoon(frameOf(entry))
      else outlet.send(frameOf(entry))
      return false
    }
    return this.#dropped++ === 0
  }

  /** Another view from now on. What was sent under the old one is never replayed; `tell` gets the number that stands for the change. */
  changeView(viewer: Viewer, tell: (seq: number) => string): void {
    this.viewer = viewer
    const seq = this.stream.breakOff()
    // Who has fallen behind gets a snapshot of the new view as soon as they have read on.
    if (this.#dropped === 0) this.#outlet?.send(tell(seq))
  }

  /** Closes its connection, if it has one. */
  end(code: number, reason: string): void {
    this.#outlet?.close(code, reason)
  }

  /** Sends what was missed, in order. */
  replay(entries: readonly StreamEntry[]): void {
    for (const entry of entries) this.#outlet?.send(frameOf(entry))
  }

  /** Whether a client that fell behind has read enough to be told how things stand. */
  get caughtUp(): boolean {
    return this.#outlet === undefined || this.#outlet.bufferedAmount * 4 < this.#bufferMax
  }

  /** Tells a client that fell behind how things stand; events follow from here. `tell` gets the number of events left out. */
  recover(tell: (dropped: number) => string): void {
    if (this.#outlet !== undefined) this.#outlet.send(tell(this.#dropped))
    this.#dropped = 0
  }
}
