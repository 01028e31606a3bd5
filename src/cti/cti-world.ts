import type { Centre, User } from '../domain/centre.ts'
import type { AgentId } from '../domain/ids.ts'
import type { Log } from '../domain/log.ts'
import type { CallbackCommands } from '../domain/ports/callbacks.ts'
import type { Clock } from '../domain/ports/clock.ts'
import type { CustomerDesk } from '../domain/ports/customer-desk.ts'
import type { AgentCommands, CallCommands } from '../domain/ports/desk.ts'
import type { SignIn, Standing } from '../domain/sign-in.ts'
import type { CallBoard } from './board/call-board.ts'
import type { RouteBook } from './route-book.ts'
import type { NewcomerLimits } from './session/newcomers.ts'
import type { SessionLimits } from './session/sessions.ts'

/** What the CTI server is given by whoever builds it. */
export interface CtiOptions {
  readonly board: CallBoard
  readonly centre: Centre
  readonly agents: AgentCommands
  readonly calls: CallCommands
  readonly callbacks: CallbackCommands
  readonly customers: CustomerDesk
  readonly routes: RouteBook
  /** Who has that token, or undefined when it is not valid now. */
  verifyToken(token: string): Promise<{ readonly user: User; readonly signIn: SignIn } | undefined>
  /** Whether a sign-in still counts, and who its user is now. */
  standing(signIn: SignIn): Standing
  /** The first desk of an agent has connected, or the last one is gone. */
  onDesk?(agentId: AgentId, connected: boolean): void
  readonly clock: Clock
  readonly log: Log
  readonly version: string
  /** Origins of web pages, besides our own, that may open the socket: `https://crm.example`. */
  readonly allowedOrigins?: readonly string[]
  readonly limits?: Partial<CtiLimits>
}

export interface CtiLimits extends SessionLimits, NewcomerLimits {
  /** Within which `session.open` must come. */
  readonly openMs: number
  /** Between two pings; two without a pong end the connection. */
  readonly heartbeatMs: number
  readonly messagesPerSecond: number
  readonly messagesBurst: number
}

export const defaultLimits: CtiLimits = {
  openMs: 5_000,
  heartbeatMs: 15_000,
  messagesPerSecond: 50,
  messagesBurst: 200,
  freshPerAddress: 1_000,
  refusedPerMinute: 300,
  keepMs: 5 * 60_000,
  entriesMax: 10_000,
  bufferMax: 4 * 1024 * 1024
}
