import fc from 'fast-check'
import t from 'tap'
import { CallBoard } from '../../src/cti/board/call-board.ts'
import type { CallRecord } from '../../src/cti/board/call-record.ts'
import { runCommand } from '../../src/cti/commands.ts'
import { takeSnapshot } from '../../src/cti/view/take-snapshot.ts'
import { viewerOf } from '../../src/cti/view/viewer.ts'
import { mayCommandAgent, mayDirect, maySeeAgent, maySeeCall, maySeePhone, maySeeQueue } from '../../src/cti/view/visibility.ts'
import type { AgentProfile, Role } from '../../src/domain/agent.ts'
import type { Centre, User } from '../../src/domain/centre.ts'
import type { AgentId } from '../../src/domain/ids.ts'
import { callScope, isInScope, mayLookAt, queueScope } from '../../src/http/scope.ts'
import { smallCentre } from '../helpers/centre/small-centre.ts'
import { FakeAgents, FakeCallbacks, FakeCalls, FakeCustomers } from '../helpers/cti/fake-desk.ts'
import { noRoutes } from '../helpers/some-routes.ts'

const teams = ['in-house', 'outsourced', 'night']
const queues = ['service', 'sales', 'cards']
const ids = ['1001', '1002', '1003', '1004', '1005']

const someQueues = fc.subarray(queues, { minLength: 1 })
const world = fc.record({
  agents: fc.tuple(...ids.map((id) => fc.record({ id: fc.constant(id), team: fc.constantFrom(...teams), queues: someQueues }))),
  closed: fc.subarray(teams),
  role: fc.constantFrom<Role>('agent', 'supervisor', 'crm', 'admin'),
  led: fc.subarray(teams),
  /** A supervisor may be an agent too. */
  isAgent: fc.boolean(),
  call: fc.record({ agents: fc.subarray(ids), queues: fc.subarray(queues), waits: fc.boolean(), over: fc.boolean() })
})
type World = typeof world extends fc.Arbitrary<infer Each> ? Each : never

function centreOf({ agents, closed }: World): Centre {
  const profiles = agents.map((each): AgentProfile => ({ ...each, id: each.id as AgentId, name: each.id, skills: {} }))
  const settings = [...smallCentre.queues.values()][0]
  if (settings === undefined) throw new Error('The small centre has no queue')
  return {
    ...smallCentre,
    queues: new Map(queues.map((name) => [name, { ...settings, name }])),
    agents: new Map(profiles.map((each) => [each.id, each])),
    closedTeams: new Set(closed)
  }
}

function userOf({ role, led, isAgent, agents }: World): User {
  const [first] = agents
  const isOne = role === 'agent' || (role === 'supervisor' && isAgent)
  const { id = 'somebody', team = '' } = first ?? {}
  return { username: isOne ? id : 'somebody', name: 'x', role, teams: role === 'agent' ? [team] : led }
}

function callOf({ call }: World): CallRecord {
  const waiting = call.waits
    ? call.queues.slice(-1).map((queue) => ({ deviceId: `queue:${queue}`, kind: 'queue', state: 'queued' }))
    : []
  const [agentId] = call.agents
  const talking = agentId === undefined ? [] : [{ deviceId: agentId, agentId, kind: 'agent', state: 'connected' }]
  const view = { callId: 'c', connections: [...waiting, ...talking], queue: call.queues.at(-1), ...(call.over && { endedAt: 1 }) }
  return { view, agents: new Set(call.agents), queues: new Set(call.queues) } as unknown as CallRecord
}

/** Who sees what, said as plainly as possible. */
function rightsOf(each: World) {
  const { agents, closed } = each
  const user = userOf(each)
  const all = user.role === 'admin' || (user.role === 'crm' && user.teams.length === 0)
  const teamOf = (id: string) => agents.find((agent) => agent.id === id)?.team ?? ''
  const mine = (id: string) => id === user.username || (user.role !== 'agent' && user.teams.includes(teamOf(id)))
  const serves = (queue: string, who: (agent: World['agents'][number]) => boolean) =>
    agents.some((agent) => who(agent) && agent.queues.includes(queue))
  const openTeam = ({ team }: { team: string }) => user.role !== 'agent' && user.teams.includes(team) && !closed.includes(team)
  const seesCall = all || each.call.agents.some(mine) || each.call.queues.some((queue) => serves(queue, openTeam))
  return {
    user,
    agent: (id: string) => all || mine(id),
    queue: (queue: string) => all || serves(queue, ({ id }) => mine(id)),
    call: seesCall,
    commands: (id: string) => user.role === 'admin' || id === user.username || (user.role === 'supervisor' && mine(id))
  }
}

t.test('over both doors everybody sees and commands what is theirs, and nothing else', async (t) => {
  const seen = { refusedCalls: 0, seenCalls: 0, directed: 0, closedHides: 0 }
  fc.assert(
    fc.property(world, (each) => {
      const centre = centreOf(each)
      const rights = rightsOf(each)
      const { user } = rights
      const viewer = viewerOf(user, user.role === 'crm' ? {} : undefined, centre)
      const call = callOf(each)
      const wrong: string[] = []
      const same = (what: string, wanted: boolean, ...found: boolean[]) => {
        if (found.some((one) => one !== wanted)) wrong.push(`${what}: wanted ${wanted}, found ${found}`)
      }
      for (const agent of centre.agents.values()) {
        const { id } = agent
        same(
          `agent ${id}`,
          rights.agent(id),
          maySeeAgent(viewer, id),
          maySeePhone(viewer, `${id}-web`, id),
          mayLookAt(user, agent)
        )
        same(`order to ${id}`, rights.commands(id), mayCommandAgent(viewer, id))
      }
      const scope = queueScope(user, centre)
      for (const queue of queues) same(queue, rights.queue(queue), maySeeQueue(viewer, queue), scope?.includes(queue) ?? true)
      same('call', rights.call, maySeeCall(viewer, call), isInScope(each.call, callScope(user, centre)))
      if (mayDirect(viewer, call) && (!rights.call || each.call.over || user.role === 'agent' || user.role === 'crm'))
        wrong.push('directs a call that is not theirs')
      if (wrong.length > 0) throw new Error(wrong.join('; '))

      seen[rights.call ? 'seenCalls' : 'refusedCalls']++
      if (mayDirect(viewer, call)) seen.directed++
      if (!rights.call && each.call.queues.some(rights.queue)) seen.closedHides++
    }),
    { numRuns: 3000, seed: 4 }
  )
  for (const [what, times] of Object.entries(seen)) t.ok(times > 100, `${what}: ${times} times`)
})

t.test('a crm client sees nothing before it has said what it wants', async (t) => {
  for (const teams of [[], ['east']]) {
    const viewer = viewerOf({ username: 'crm', name: 'x', role: 'crm', teams }, undefined, smallCentre)
    t.notOk(maySeeAgent(viewer, '1001'))
    t.notOk(maySeeQueue(viewer, 'service'))
    t.notOk(maySeeCall(viewer, { view: {}, agents: new Set(['1001']), queues: new Set(['service']) } as unknown as CallRecord))
  }
})

t.test('orders and lists of one team never reach into another', async (t) => {
  const agents = new FakeAgents(smallCentre.agents.keys(), () => undefined)
  const callbacks = new FakeCallbacks()
  const queueStatus = (queue: string) => ({ queue, waiting: 0, callbacks: 0, loggedOn: 0, ready: 0, talking: 0 })
  const start = { agents: agents.list(), queues: ['service', 'sales'].map(queueStatus), phones: [], newMessages: [] }
  const board = new CallBoard(smallCentre, start)
  await callbacks.book({ number: '13800000001', queue: 'service', priority: 'normal', skills: {}, at: undefined }, 'admin')
  const deskOf = (user: User) => {
    const viewer = viewerOf(user, user.role === 'crm' ? {} : undefined, smallCentre)
    return {
      viewer,
      board,
      centre: smallCentre,
      agents,
      calls: new FakeCalls(),
      callbacks,
      customers: new FakeCustomers(),
      routes: noRoutes
    }
  }
  const west = deskOf({ username: '2002', name: 'West', role: 'supervisor', teams: ['west'] })
  const crm = deskOf({ username: 'crm', name: 'CRM', role: 'crm', teams: ['west'] })
  for (const desk of [west, crm]) {
    const { agents: listed, queues: figures, phones } = takeSnapshot(board, desk.viewer)
    t.same([listed.map(({ agentId }) => agentId), figures.map(({ queue }) => queue), phones], [['1003'], ['sales'], []])
    t.match(await runCommand('callback.list', {}, desk), { value: { callbacks: [] } })
    t.match(await runCommand('callback.cancel', { callbackId: 'callback-1' }, desk), { code: 'CALLBACK_UNKNOWN' })
    t.match(await runCommand('callback.book', { number: '1', queue: 'service' } as never, desk), { code: 'QUEUE_UNKNOWN' })
    t.match(await runCommand('snapshotQueue', { queue: 'service' }, desk), { code: 'QUEUE_UNKNOWN' })
    t.match(await runCommand('getAgentState', { agentId: '1001' }, desk), { code: 'AGENT_UNKNOWN' })
    t.match(await runCommand('setAgentState', { agentId: '1001', state: 'loggedOff' }, desk), { code: 'NOT_ALLOWED' })
  }
  t.match(
    await runCommand('setAgentState', { agentId: '1003', state: 'loggedOn' }, crm),
    { code: 'NOT_ALLOWED' },
    'a crm client only looks'
  )
  t.same(agents.orders, [])
  t.match(await runCommand('setAgentState', { agentId: '1003', state: 'loggedOn' }, west), { ok: true })
  t.equal(callbacks.open().length, 1)
})
