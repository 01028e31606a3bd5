import type { State } from './kept-state.ts'
import type { RetryOptions } from './patience.ts'
import type { CtiEvent, CtiEventOf, CtiEventType, Method, Monitor, Snapshot } from './protocol.ts'
import type { SocketConstructor } from './socket.ts'

export interface ClientOptions {
  /** `wss://HOST/cti/v1` */
  readonly url: string
  /**
   * Asked before each connection (`opening`; `refused`: the last one was not taken), and in time before the session ends (`expiring`), to
   * renew it without a break. Undefined: nobody is signed in any more. A token that has been refused is not tried again.
   */
  token(why: 'opening' | 'expiring' | 'refused'): string | undefined | Promise<string | undefined>
  /** What to hear of; left out: all that the user may see. */
  readonly monitor?: Monitor
  /** Left out: that of the platform. Node 20 has none: give the one of the package `ws`. */
  readonly WebSocket?: SocketConstructor
  /** Aborting it closes the client. */
  readonly signal?: AbortSignal
  /** Within which a request must be answered, lost connections included; 10 s when left out. */
  readonly requestTimeoutMs?: number
  readonly retry?: RetryOptions
}

export type ConnectionState =
  | { readonly state: 'connecting' }
  /** What is shown is true now. */
  | { readonly state: 'live'; readonly roundTripMs: number | undefined }
  /** It tries again at `retryAt` (by our clock), for the nth time. `problem`: the close code, or what `token` threw. */
  | { readonly state: 'lost'; readonly attempt: number; readonly retryAt: number; readonly problem: unknown }
  /** Over for good. `replaced`: another client has taken this session. */
  | { readonly state: 'closed'; readonly why: 'closed' | 'notAuthenticated' | 'notAllowed' | 'replaced' | 'refused' }

/** What may be listened to: each event of the server by its name, and what the client makes of them. */
export type ClientEvents = { readonly [Type in CtiEventType]: CtiEventOf<Type> } & {
  /** Every numbered event, after the state has taken it in: none lost, none twice. */
  readonly event: CtiEvent
  /** The state was replaced: what happened before it may not have been told as events. */
  readonly snapshot: Snapshot
  /** The state has changed, by an event or a snapshot. */
  readonly state: State
  readonly connection: ConnectionState
  /** What `token` threw, or the server's refusal: the session has not been renewed. It is tried again until its end. */
  readonly renewalFailed: unknown
}

/** What one may ask for; the session itself is the client's business. */
export type Service = Exclude<Method, `session.${string}` | 'changeMonitorFilter'>
