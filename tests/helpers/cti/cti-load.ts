import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { AgentProfile, AgentState } from '../../../src/domain/agent.ts'
import type { Centre, User } from '../../../src/domain/centre.ts'
import type { DomainEventBody } from '../../../src/domain/events.ts'
import type { AgentId, CallId, ContactId } from '../../../src/domain/ids.ts'
import { callScript } from '../centre/call-script.ts'
import { smallCentre } from '../centre/small-centre.ts'
import { type CtiApp, startCtiApp } from './cti-app.ts'
import type { FromClients, Latencies, LoadClient, LoadReport, ToClients } from './cti-load-clients.ts'

export type { Latencies }

export interface CtiLoadOptions {
  /** Nine in ten are agents; the others supervisors, crm clients and administrators. */
  readonly clients: number
  readonly eventsPerSecond: number
  /** Of each of the two phases: with everybody reading, and with one client who does not. */
  readonly seconds: number
  /** Reconnects of the client that flaps. */
  readonly flaps: number
}

export interface CtiLoadReport extends LoadReport {
  readonly facts: number
  /** The server's process: share of one core. */
  readonly serverCpu: number
}

const TEAM = 30
const QUEUES = 20

/** A centre of so many agents in teams of thirty, each in two of twenty queues, and the people around them. */
export function largeCentre(clients: number): { centre: Centre; users: LoadClient[] } {
  const agentCount = Math.floor(clients * 0.9)
  const teams = Math.ceil(agentCount / TEAM)
  const settings = smallCentre.queues.get('service')
  if (settings === undefined) throw new Error('The small centre has no queue')
  const queue = (at: number) => `queue-${at % QUEUES}`
  const agents = Array.from({ length: agentCount }, (_, at): AgentProfile => {
    const [id, team] = [String(10_000 + at) as AgentId, Math.floor(at / TEAM)]
    return { id, name: `Agent ${at}`, team: `team-${team}`, queues: [queue(team), queue(team + 7)], skills: {} }
  })
  const rest = clients - agentCount
  const others = Array.from({ length: rest }, (_, at): LoadClient => {
    const share = at / rest
    if (share < 0.75)
      return {
        username: `leader-${at}`,
        name: 'x',
        role: 'supervisor',
        teams: [`team-${at % teams}`, `team-${(at * 7) % teams}`]
      }
    if (share < 0.9) return { username: `crm-${at}`, name: 'x', role: 'crm', teams: [], monitor: { queues: [queue(at)] } }
    return { username: `admin-${at}`, name: 'x', role: 'admin', teams: [] }
  })
  const centre: Centre = {
    ...smallCentre,
    queues: new Map(Array.from({ length: QUEUES }, (_, at) => [queue(at), { ...settings, name: queue(at) }])),
    agents: new Map(agents.map((agent) => [agent.id, agent]))
  }
  return {
    centre,
    users: [...agents.map(({ id, name, team }): User => ({ username: id, name, role: 'agent', teams: [team] })), ...others]
  }
}

/** The facts of calls one after the other, each from its first ring to the end of the wrap-up: without end. */
export function* callsOf(centre: Centre): Generator<DomainEventBody, never> {
  const agents = [...centre.agents.values()]
  for (let number = 0; ; number++) {
    const agent = agents[(number * 37) % agents.length]
    const queue = agent?.queues[number % 2]
    if (agent === undefined || queue === undefined) throw new Error('Somebody serves no queue')
    const call = callScript(`load-${number}`, queue)
    const turns = (state: AgentState, previous: AgentState): DomainEventBody => {
      const inCall =
        state === 'ready' ? {} : { callId: call.started.callId as CallId, contactId: call.started.contactId as ContactId }
      return { type: 'agent.changed', previous, status: { agentId: agent.id, state, since: number, ...inCall } }
    }
    const figures = (waiting: number): DomainEventBody => ({
      type: 'queue.changed',
      status: { queue, waiting, callbacks: 0, loggedOn: 90, ready: 60, talking: 30 }
    })
    yield* [call.started, call.answered, call.queued, figures(1), turns('reserved', 'ready'), call.offered(agent.id)]
    yield* [call.established(agent.id), turns('busy', 'reserved'), figures(0), call.held(agent.id), call.retrieved(agent.id)]
    yield* [call.dataChanged, turns('workingAfterCall', 'busy'), call.ended, turns('ready', 'workingAfterCall')]
  }
}

/** Runs the load: the server in this process, the clients in another, real sockets between them. */
export async function runCtiLoad({ clients, eventsPerSecond, seconds, flaps }: CtiLoadOptions): Promise<CtiLoadReport> {
  const { centre, users } = largeCentre(clients)
  const world = await startCtiApp({}, centre)
  world.doorkeeper.users = [...users, { username: 'flapping', name: 'x', role: 'admin', teams: [] }]
  const child = fork(fileURLToPath(new URL('./cti-load-clients.ts', import.meta.url)), { execArgv: ['--import=tsx'] })
  const ask = (message: ToClients) => exchange(child, message)
  try {
    await ask({ kind: 'connect', url: world.url, users })
    const load = new Load(world, callsOf(centre), 1000 / eventsPerSecond)
    await load.run(1)
    const [before, began] = [process.cpuUsage(), performance.now()]
    const flapping = ask({ kind: 'flap', times: flaps })
    const smooth = await load.run(seconds)
    await ask({ kind: 'stall' })
    const stalled = await load.run(seconds)
    const used = process.cpuUsage(before)
    const serverCpu = (used.user + used.system) / 1000 / (performance.now() - began)
    load.goOnUntil(flapping)
    await flapping
    await load.stop()
    const { report } = (await ask({ kind: 'report', due: load.due, smooth, stalled })) as Extract<FromClients, { kind: 'report' }>
    return { ...report, facts: load.due.length, serverCpu }
  } finally {
    child.kill('SIGKILL')
    await world.app.close()
  }
}

async function exchange(child: ChildProcess, message: ToClients): Promise<FromClients> {
  const answered = new Promise<FromClients>((resolve, reject) => {
    const take = (answer: FromClients) => {
      if (answer.to !== message.kind) return
      child.off('message', take)
      if (answer.kind === 'failed') reject(new Error(answer.why))
      else resolve(answer)
    }
    child.on('message', take)
    once(child, 'exit').then(() => reject(new Error('The clients have died')))
  })
  child.send(message)
  return answered
}

/** Publishes facts when they are due. What is late, because the server was busy, counts from when it was due, as Asterisk's event would have waited. */
class Load {
  /** Stamp of each fact, and when it was due (CLOCK_MONOTONIC, milliseconds). */
  readonly due: [stamp: number, due: number][] = []
  readonly #world: CtiApp
  readonly #facts: Generator<DomainEventBody, never>
  readonly #everyMs: number
  #timer: NodeJS.Timeout | undefined

  constructor(world: CtiApp, facts: Generator<DomainEventBody, never>, everyMs: number) {
    this.#world = world
    this.#facts = facts
    this.#everyMs = everyMs
  }

  /** For so long; the stamps of its first and last fact. */
  async run(seconds: number): Promise<[first: number, last: number]> {
    const from = this.due.length
    const began = monotonic()
    for (let at = 0; at < (seconds * 1000) / this.#everyMs; at++) {
      const due = began + at * this.#everyMs
      const wait = due - monotonic()
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
      this.#publish(due)
    }
    return [this.due[from]?.[0] ?? 0, this.due.at(-1)?.[0] ?? 0]
  }

  goOnUntil(over: Promise<unknown>): void {
    this.#timer = setInterval(() => this.#publish(monotonic()), this.#everyMs)
    void over.finally(() => clearInterval(this.#timer)).catch(() => undefined)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    // What is on its way arrives.
    await new Promise((resolve) => setTimeout(resolve, 500))
  }

  #publish(due: number): void {
    const { value } = this.#facts.next()
    // Facts are told apart by their time, so no two have the same.
    const last = this.due.at(-1)?.[0] ?? 0
    const behind = last + 1 - this.#world.options.clock.now()
    if (behind > 0) this.#world.pass(behind)
    let stamp = 0
    using _ = this.#world.bus.listen(({ at }) => {
      stamp = at
    })
    this.#world.bus.publish(value)
    this.due.push([stamp, due])
  }
}

function monotonic(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
