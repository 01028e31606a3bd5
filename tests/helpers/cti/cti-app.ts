import fastify, { type FastifyInstance } from 'fastify'
import { CallBoard } from '../../../src/cti/board/call-board.ts'
import { registerCti } from '../../../src/cti/cti-plugin.ts'
import type { CtiServer } from '../../../src/cti/cti-server.ts'
import type { CtiLimits, CtiOptions } from '../../../src/cti/cti-world.ts'
import type { RouteBook } from '../../../src/cti/route-book.ts'
import type { Centre, User } from '../../../src/domain/centre.ts'
import { EventBus } from '../../../src/domain/event-bus.ts'
import type { SignIn, Standing } from '../../../src/domain/sign-in.ts'
import { registerWebsockets } from '../../../src/http/websockets.ts'
import { smallCentre, smallUsers } from '../centre/small-centre.ts'
import { quietLog } from '../quiet-log.ts'
import { someRoutes } from '../some-routes.ts'
import { FakeAgents, FakeCallbacks, FakeCalls, FakeCustomers } from './fake-desk.ts'

/** All that the CTI server is built of, and what tests move. */
export interface CtiRoom {
  readonly options: CtiOptions
  readonly bus: EventBus
  readonly board: CallBoard
  readonly agents: FakeAgents
  readonly calls: FakeCalls
  readonly callbacks: FakeCallbacks
  readonly customers: FakeCustomers
  readonly routes: RouteBook
  readonly log: ReturnType<typeof quietLog>
  readonly doorkeeper: Doorkeeper
  /** Moves the clock of sessions and stamps. */
  pass(ms: number): void
}

export interface CtiApp extends CtiRoom {
  readonly app: FastifyInstance
  readonly url: string
  readonly server: CtiServer
  /** Ends the server and starts another at the same address; the board, agents and calls stay. `meanwhile` runs while there is none. */
  restart(meanwhile?: () => void): Promise<void>
}

/** Who is let in. A token is a username, or `username/MS` for one that expires so soon. */
export class Doorkeeper {
  users: readonly User[] = smallUsers
  /** Tokens of sign-ins that were ended. */
  readonly ended = new Set<string>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  readonly verifyToken = async (token: string) => {
    const [username = '', ms = '3600000'] = token.split('/')
    const since = this.#now()
    const signIn: SignIn = { id: token, username, epoch: 0, since, expiresAt: since + Number(ms) }
    const standing = this.standing(signIn)
    return standing.ok ? { user: standing.user, signIn } : undefined
  }

  readonly standing = ({ id, username, expiresAt }: SignIn): Standing => {
    const user = this.users.find((one) => one.username === username)
    if (user === undefined) return { ok: false, why: 'unknown-user' }
    if (expiresAt <= this.#now()) return { ok: false, why: 'expired' }
    return this.ended.has(id) ? { ok: false, why: 'ended' } : { ok: true, user }
  }
}

/** A real bus and board, and a desk that answers as told. */
export function ctiRoom(limits: Partial<CtiLimits> = {}, centre: Centre = smallCentre): CtiRoom {
  let moved = 0
  const clock = { now: () => Date.now() + moved, sleep: () => Promise.reject(new Error('Nobody sleeps here')) }
  const doorkeeper = new Doorkeeper(clock.now)
  const log = quietLog()
  const bus = new EventBus(clock, (error) => log.error({ err: error }, 'A listener failed'))
  const agents = new FakeAgents(centre.agents.keys(), bus.publish)
  const calls = new FakeCalls()
  const callbacks = new FakeCallbacks()
  const customers = new FakeCustomers()
  const routes = someRoutes()
  const board = new CallBoard(centre, {
    agents: agents.list(),
    queues: [],
    newMessages: [],
    phones: [...centre.agents.keys()].map((id) => ({ deviceId: id, agentId: id, inService: true }))
  })
  const options: CtiOptions = {
    board,
    centre,
    agents,
    calls,
    callbacks,
    routes,
    customers,
    verifyToken: doorkeeper.verifyToken,
    standing: doorkeeper.standing,
    onDesk: (agentId, connected) => bus.publish({ type: 'desk.changed', agentId, connected }),
    clock,
    log,
    version: '0.0.0',
    allowedOrigins: ['https://crm.example'],
    limits
  }
  const pass = (ms: number) => {
    moved += ms
  }
  return { options, bus, board, agents, calls, callbacks, customers, routes, log, doorkeeper, pass }
}

/** The CTI server of such a room, on a real socket. */
export async function startCtiApp(limits: Partial<CtiLimits> = {}, centre: Centre = smallCentre): Promise<CtiApp> {
  const room = ctiRoom(limits, centre)
  const { bus, board } = room
  const open = async (port: number) => {
    const app = fastify()
    await registerWebsockets(app)
    const server = registerCti(app, room.options)
    const listening = bus.listen(server.listener)
    const address = await app.listen({ port, host: '127.0.0.1' })
    return { app, server, listening, url: `${address.replace('http', 'ws')}/cti/v1` }
  }
  let current = await open(0)
  return {
    ...room,
    get app() {
      return current.app
    },
    get server() {
      return current.server
    },
    url: current.url,
    async restart(meanwhile = () => {}) {
      current.listening[Symbol.dispose]()
      const keeping = bus.listen((event) => board.apply(event))
      await current.app.close()
      meanwhile()
      keeping[Symbol.dispose]()
      current = await open(Number(new URL(current.url).port))
    }
  }
}
