import fc from 'fast-check'
import t from 'tap'
import { CtiServer } from '../../src/cti/cti-server.ts'
import { type Monitor, requestSchemas } from '../../src/cti/messages.ts'
import type { AgentProfile } from '../../src/domain/agent.ts'
import type { Centre, User } from '../../src/domain/centre.ts'
import type { DomainEventBody } from '../../src/domain/events.ts'
import type { AgentId, CallId, ContactId, DeviceId } from '../../src/domain/ids.ts'
import { callScript } from '../helpers/centre/call-script.ts'
import { smallCentre } from '../helpers/centre/small-centre.ts'
import { everyRequest, requestsAbout } from '../helpers/cti/asked-params.ts'
import { type CtiRoom, ctiRoom } from '../helpers/cti/cti-app.ts'

const teams = ['in-house', 'outsourced', 'night']
const queues = ['service', 'sales', 'cards']
const ids = ['1001', '1002', '1003', '1004']
/** No text of ours contains one of them by chance. */
const calls = ['qQ-first-Qq', 'qQ-second-Qq', 'qQ-third-Qq']

const someMonitor = fc.option(
  fc.record(
    {
      agents: fc.subarray(ids),
      queues: fc.subarray(queues),
      events: fc.subarray(['queued', 'delivered', 'held', 'callCleared'])
    },
    { requiredKeys: [] }
  ),
  { nil: undefined }
)
const world = fc.record({
  agents: fc.tuple(
    ...ids.map((id) =>
      fc.record({ id: fc.constant(id), team: fc.constantFrom(...teams), queues: fc.subarray(queues, { minLength: 1 }) })
    )
  ),
  closed: fc.subarray(teams),
  pickup: fc.subarray(queues),
  others: fc.array(fc.record({ role: fc.constantFrom<User['role']>('supervisor', 'crm'), teams: fc.subarray(teams) }), {
    maxLength: 4
  }),
  monitors: fc.array(someMonitor as fc.Arbitrary<Monitor | undefined>, { minLength: 9, maxLength: 9 }),
  /** Each client may start one more. */
  started: fc.array(someMonitor as fc.Arbitrary<Monitor | undefined>, { minLength: 9, maxLength: 9 }),
  picks: fc.array(
    fc.record({
      call: fc.constantFrom(...calls),
      queue: fc.constantFrom(...queues),
      agent: fc.constantFrom(...ids),
      kind: fc.nat(9)
    }),
    { minLength: 8, maxLength: 30 }
  )
})
type World = typeof world extends fc.Arbitrary<infer Each> ? Each : never

function centreOf({ agents, closed, pickup }: World): Centre {
  const settings = [...smallCentre.queues.values()][0]
  if (settings === undefined) throw new Error('The small centre has no queue')
  const profiles = agents.map((each): AgentProfile => ({ ...each, id: each.id as AgentId, name: each.id, skills: {} }))
  return {
    ...smallCentre,
    queues: new Map(queues.map((name) => [name, { ...settings, name, pickup: pickup.includes(name) }])),
    agents: new Map(profiles.map((each) => [each.id, each])),
    closedTeams: new Set(closed)
  }
}

interface Who {
  readonly user: User
  readonly monitor: Monitor | undefined
  readonly started: Monitor | undefined
}

/** Everybody who signs in, and what each of them wants to hear of. */
function clientsOf({ agents, others, monitors, started }: World): Who[] {
  const users: User[] = [
    ...agents.map(({ id, team }): User => ({ username: id, name: id, role: 'agent', teams: [team] })),
    ...others.map(({ role, teams }, at): User => ({ username: `other-${at}`, name: 'x', role, teams })),
    { username: 'admin', name: 'x', role: 'admin', teams: [] }
  ]
  return users.map((user, at) => ({
    user,
    monitor: monitors[at] ?? (user.role === 'crm' ? {} : undefined),
    started: started[at]
  }))
}

/** Who had to do with each call so far. */
class History {
  readonly agents = new Map<string, Set<string>>(calls.map((id) => [id, new Set()]))
  readonly queues = new Map<string, Set<string>>(calls.map((id) => [id, new Set()]))

  note(fact: DomainEventBody): void {
    if (fact.type === 'call.queued') this.queues.get(fact.callId)?.add(fact.queue)
    if (fact.type === 'offer.made' || fact.type === 'call.established') this.agents.get(fact.callId)?.add(fact.agentId as string)
    if (fact.type === 'call.established' && fact.queue !== undefined) this.queues.get(fact.callId)?.add(fact.queue)
  }

  /** The rule, said as plainly as possible. */
  isSeen(call: string, { user, monitor, started }: Who, { agents, closed }: World): boolean {
    const [touched, been] = [this.agents.get(call) ?? new Set(), this.queues.get(call) ?? new Set()]
    const wants = (one: Monitor | undefined) =>
      (one?.agents === undefined && one?.queues === undefined) ||
      one.agents?.some((id) => touched.has(id)) === true ||
      one.queues?.some((queue) => been.has(queue)) === true
    if (!wants(monitor) && (started === undefined || !wants(started))) return false
    if (user.role === 'admin' || (user.role === 'crm' && user.teams.length === 0)) return true
    const led = agents.filter(({ team }) => user.role !== 'agent' && user.teams.includes(team))
    if (touched.has(user.username) || led.some(({ id }) => touched.has(id))) return true
    return led.some(({ team, queues }) => !closed.includes(team) && queues.some((queue) => been.has(queue)))
  }
}

function factsOf({ call, queue, agent, kind }: World['picks'][number]): DomainEventBody[] {
  const script = callScript(call, queue)
  const choices: DomainEventBody[][] = [
    [script.answered],
    [script.queued],
    [script.queued, script.offered(agent)],
    [script.offerEnded(agent, 'missed')],
    [script.established(agent)],
    [script.held(agent)],
    [script.transferred(agent, '55510')],
    [script.dataChanged],
    [script.leftQueue],
    [script.legEnded(agent)]
  ]
  return choices[kind] ?? []
}

/** A client without a network. */
class Ear {
  readonly heard: string[] = []
  readonly #connection: ReturnType<CtiServer['accept']>
  #asked = 0

  constructor(server: CtiServer, token: string, monitor: Monitor | undefined, started: Monitor | undefined) {
    const nothing = () => undefined
    const send = (text: string) => void this.heard.push(text)
    this.#connection = server.accept({ send, bufferedAmount: 0, close: nothing, ping: nothing, terminate: nothing })
    this.ask('session.open', { token, ...(monitor && { monitor }) })
    if (started !== undefined) this.ask('monitorStart', { monitor: started })
  }

  ask(method: string, params: object): void {
    this.#connection.receive(JSON.stringify({ jsonrpc: '2.0', id: ++this.#asked, method, params }))
  }

  /** All that was heard since the last look. */
  take(): string[] {
    return this.heard.splice(0)
  }

  leave(): void {
    this.#connection.lost()
  }
}

/** Notes whatever is ordered, over whichever port, that has to do with one of the calls. */
function watched(room: CtiRoom, ordered: string[]): CtiRoom['options'] {
  const spy = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        return (...args: unknown[]) => {
          if (name !== 'contactOf') ordered.push(JSON.stringify(args))
          return Reflect.apply(value, target, args)
        }
      }
    })
  const { board, centre, clock, log, ...rest } = room.options
  const ports = Object.entries(rest).map(([name, port]) => [
    name,
    typeof port === 'object' && name !== 'limits' ? spy(port) : port
  ])
  return { board, centre, clock, log, ...Object.fromEntries(ports) } as CtiRoom['options']
}

/** The customer's last contacts of every call: one with each agent, whose names no client is told. */
const past = ids.map((id) => ({
  ...{ kind: 'call' as const, callId: `past-${id}`, contactId: `past-with-${id}`, startedAt: 1 },
  ...{ tags: [], queues: [], agents: [id] }
}))

/** Which of them that text shows. */
const pastIn = (text: string): readonly string[] => ids.filter((id) => text.includes(`past-with-${id}`))

/** Which of them somebody may be shown with a call that they see: all, but of closed teams those of their own agents. */
function pastOf({ user: { username, role, teams: theirs } }: Who, { agents, closed }: World): readonly string[] {
  if (role === 'admin' || (role === 'crm' && theirs.length === 0)) return ids
  const led = agents.filter(({ id, team }) => (role === 'agent' ? id === username : theirs.includes(team)))
  return led.some(({ team }) => !closed.includes(team)) ? ids : ids.filter((one) => led.some(({ id }) => id === one))
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))
const seen = { told: 0, hidden: 0, refused: 0, served: 0, past: 0, pastHidden: 0 }

interface Scene {
  readonly each: World
  readonly room: CtiRoom
  readonly history: History
  readonly clients: readonly (Who & { readonly ear: Ear })[]
  readonly ordered: string[]
  /** What should not have happened. */
  readonly wrong: string[]
}
type SceneClient = Scene['clients'][number]

async function check(each: World): Promise<void> {
  const room = ctiRoom({ messagesPerSecond: 1e6, messagesBurst: 1e6 }, centreOf(each))
  const ordered: string[] = []
  const server = new CtiServer(watched(room, ordered))
  room.bus.listen(server.listener)
  const wanted = clientsOf(each)
  room.doorkeeper.users = wanted.map(({ user }) => user)
  const clients = wanted.map((who) => ({ ...who, ear: new Ear(server, who.user.username, who.monitor, who.started) }))
  await settled()
  const scene: Scene = { each, room, clients, ordered, history: new History(), wrong: [] }
  for (const id of calls) {
    listenTo(callScript(id).started, scene)
    room.board.recall(id, past as Parameters<CtiRoom['board']['recall']>[1])
  }
  for (const fact of each.picks.flatMap(factsOf)) listenTo(fact, scene)
  for (const queue of queues) room.calls.waiting.set(queue, waitingIn(queue))
  for (const client of clients) await askAbout(client, scene)
  for (const { ear } of clients) ear.leave()
  server.close()
  if (scene.wrong.length > 0) throw new Error(scene.wrong.slice(0, 5).join('\n'))
}

function listenTo(fact: DomainEventBody, { each, room, clients, history, wrong }: Scene): void {
  history.note(fact)
  room.bus.publish(fact)
  for (const client of clients) {
    for (const frame of client.ear.take()) {
      for (const one of pastIn(frame))
        if (!pastOf(client, each).includes(one)) wrong.push(`${client.user.username} was shown who else had ${one}: ${frame}`)
      for (const call of calls.filter((id) => frame.includes(id))) {
        if (history.isSeen(call, client, each)) seen.told++
        else wrong.push(`${client.user.username} was told of ${call}: ${frame}`)
      }
    }
  }
}

async function askAbout(client: SceneClient, scene: Scene): Promise<void> {
  const { each, room, history, wrong } = scene
  const hidden = calls.filter((call) => !history.isSeen(call, client, each) && !mayPickUp(call, client.user, each, room))
  seen.served += calls.length - hidden.length
  seen.hidden += hidden.length
  // First: what is asked about hidden calls may change the filters.
  for (const call of calls.filter((id) => history.isSeen(id, client, each))) await askAboutPast(call, client, scene)
  for (const call of hidden) await askAboutHidden(call, client, scene)
  for (const { method, params } of roundOfRequests()) client.ear.ask(method, params)
  await settled()
  const told = client.ear.take().join()
  for (const call of hidden) if (told.includes(call)) wrong.push(`${client.user.username} was answered with ${call}`)
}

/** With a call go the past contacts that are theirs to see, and no other. */
async function askAboutPast(call: string, client: SceneClient, { each, room, wrong }: Scene): Promise<void> {
  // There is something to be shown once the call has data.
  if (room.board.calls.get(call)?.view.data === undefined) return
  client.ear.take()
  client.ear.ask('snapshotCall', { callId: call })
  await settled()
  const answer = client.ear.take().join()
  // Their filter leaves the call out.
  if (answer.includes('CALL_UNKNOWN')) return
  const [shown, may] = [pastIn(answer), pastOf(client, each)]
  if (shown.join() !== may.join()) wrong.push(`${client.user.username} was shown ${shown} with ${call}, and may see ${may}`)
  seen.past += shown.length
  seen.pastHidden += ids.length - shown.length
}

/** A hidden call is answered as one that never was, and nothing is done to it. */
async function askAboutHidden(call: string, client: SceneClient, { ordered, wrong, history, each }: Scene): Promise<void> {
  const { user, ear } = client
  const { username } = user
  const never = 'qQ-never-Qq'
  // What only its own filters leave out, a client may name in another filter.
  const isLeftOut = history.isSeen(call, { user, monitor: undefined, started: undefined }, each)
  const about = (id: string) => requestsAbout(id).filter(({ method }) => !(isLeftOut && /monitor/i.test(method)))
  const ask = async (id: string) => {
    const asked = about(id)
    for (const { method, params } of asked) ear.ask(method, params)
    await settled()
    const frames = ear.take()
    // What the requests bring about is told as events; those are looked at apart.
    if (frames.some((frame) => frame.includes('"method":"event"') && frame.includes(call)))
      wrong.push(`${username} was told of ${call} after having asked`)
    const answers = frames.map((frame) => JSON.parse(frame) as { id?: number; error?: unknown; result?: unknown })
    return answers
      .filter(({ id }) => id !== undefined)
      .sort((a, b) => (a.id ?? 0) - (b.id ?? 0))
      .map((answer) => ({ ...answer, id: 0 }))
  }
  ear.take()
  const before = ordered.length
  const [hidden, unknown] = [await ask(call), await ask(never)]
  for (const [at, answer] of hidden.entries()) {
    if (JSON.stringify(answer).replaceAll(call, never) !== JSON.stringify(unknown[at]))
      wrong.push(`${username} can tell that ${call} exists: ${JSON.stringify([about(call)[at], answer, unknown[at]])}`)
    if (answer.error === undefined) wrong.push(`${username} was served about ${call}: ${JSON.stringify(about(call)[at])}`)
    else seen.refused++
  }
  const touched = ordered.slice(before).filter((order) => order.includes(call))
  if (touched.length > 0) wrong.push(`${username} did something to ${call}: ${touched}`)
}

/** Everything that may be asked without naming a call, of everything there is. Filters come last: they change what is seen. */
function roundOfRequests() {
  const named = ids.flatMap((deviceId) => [
    { method: 'snapshotDevice', params: { deviceId } },
    { method: 'getAgentState', params: { agentId: deviceId } }
  ])
  const lists = queues.flatMap((queue) => ['snapshotQueue', 'queue.callers'].map((method) => ({ method, params: { queue } })))
  const rest = everyRequest().filter(({ method }) => !/monitor/i.test(method))
  return [...named, ...lists, { method: 'snapshotDevice', params: { deviceId: '13800000001' } }, ...rest]
}

function waitingIn(queue: string) {
  return calls.map((id, at) => ({
    ...{ callId: id as CallId, contactId: `contact-${id}` as ContactId, caller: '13800000001' as DeviceId },
    ...{ queue, priority: 'normal' as const, enqueuedAt: 1, position: at + 1 }
  }))
}

/** Agents see who waits where they may pick callers up, in the list of that queue. */
function mayPickUp(call: string, { username }: User, { agents, closed, pickup }: World, { board }: CtiRoom): boolean {
  const agent = agents.find(({ id }) => id === username)
  const view = board.calls.get(call)?.view
  if (agent === undefined || closed.includes(agent.team) || view?.queue === undefined) return false
  return view.connections.some(({ kind }) => kind === 'queue') && agent.queues.includes(view.queue) && pickup.includes(view.queue)
}

t.test('nobody sees or touches a call outside of their scope, whatever they ask', async (t) => {
  await fc.assert(fc.asyncProperty(world, check), { numRuns: Number(process.env.RUNS ?? 80), seed: 7 })
  for (const [what, times] of Object.entries(seen)) t.ok(times > 100, `${what}: ${times} times`)
  const asked = new Set(requestsAbout('x').map(({ method }) => method))
  for (const [method, { params }] of Object.entries(requestSchemas))
    if ('callId' in params.shape) t.ok(asked.has(method as never), `${method} was tried`)
})
