import fastify, { type FastifyInstance } from 'fastify'
import { CallBoard } from '../../src/cti/call-board.ts'
import { registerCti } from '../../src/cti/cti-plugin.ts'
import type { CtiServer } from '../../src/cti/cti-server.ts'
import type { CtiLimits } from '../../src/cti/cti-world.ts'
import { EventBus } from '../../src/domain/event-bus.ts'
import { registerWebsockets } from '../../src/http/websockets.ts'
import { FakeAgents, FakeCallbacks, FakeCalls } from './fake-desk.ts'
import { quietLog } from './quiet-log.ts'
import { smallCentre, smallUsers } from './small-centre.ts'

export interface CtiApp {
  readonly app: FastifyInstance
  readonly url: string
  readonly bus: EventBus
  readonly board: CallBoard
  readonly agents: FakeAgents
  readonly calls: FakeCalls
  readonly callbacks: FakeCallbacks
  readonly server: CtiServer
  readonly log: ReturnType<typeof quietLog>
  /** Moves the clock of sessions and stamps. */
  pass(ms: number): void
}

/** The CTI server on a real socket, with a real bus and a desk that answers as told. A token is a username. */
export async function startCtiApp(limits: Partial<CtiLimits> = {}): Promise<CtiApp> {
  let moved = 0
  const clock = { now: () => Date.now() + moved, sleep: () => Promise.reject(new Error('Nobody sleeps here')) }
  const log = quietLog()
  const bus = new EventBus(clock, (error) => log.error({ err: error }, 'A listener failed'))
  const agents = new FakeAgents(smallCentre.agents.keys(), bus.publish)
  const calls = new FakeCalls()
  const callbacks = new FakeCallbacks()
  const board = new CallBoard(smallCentre, {
    agents: agents.list(),
    queues: [],
    newMessages: [],
    phones: [...smallCentre.agents.keys()].map((id) => ({ deviceId: id, agentId: id, inService: true }))
  })
  const app = fastify()
  await registerWebsockets(app)
  const server = registerCti(app, {
    board,
    centre: smallCentre,
    agents,
    calls,
    callbacks,
    verifyToken: async (token) => smallUsers.find(({ username }) => username === token),
    onDesk: (agentId, connected) => bus.publish({ type: 'desk.changed', agentId, connected }),
    clock,
    log,
    version: '0.0.0',
    allowedOrigins: ['https://crm.example'],
    limits
  })
  bus.listen(server.listener)
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  return {
    app,
    url: `${address.replace('http', 'ws')}/cti/v1`,
    bus,
    board,
    agents,
    calls,
    callbacks,
    server,
    log,
    pass: (ms) => {
      moved += ms
    }
  }
}
