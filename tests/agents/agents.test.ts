import fc from 'fast-check'
import t from 'tap'
import { type AgentActionName, agentCan } from '../../src/agents/agent-actions.ts'
import { type AgentAction, nextAgentStatus } from '../../src/agents/next-agent-status.ts'
import { type Move, Roster } from '../../src/agents/roster.ts'
import type { AgentProfile, AgentState, AgentStatus } from '../../src/domain/agent.ts'
import type { AgentId, CallId, ContactId, OfferId } from '../../src/domain/ids.ts'

const T = 1_000_000
const agentId = '1001' as AgentId
const reserve = {
  type: 'reserve',
  offerId: 'o1' as OfferId,
  callId: 'c1' as CallId,
  contactId: 'k1' as ContactId
} as const satisfies AgentAction
const talkOver = (wrapUpMs: number, callId = 'c1') => ({ type: 'talkOver', callId: callId as CallId, wrapUpMs }) as const
const release = (result: 'missed' | 'rejected' | 'unreachable' | 'callerGone') => ({ type: 'release', result }) as const
const lunch = { type: 'setNotReady', reason: 'lunch' } as const
const logOn = { type: 'logOn' } as const
const logOff = { type: 'logOff' } as const
const setReady = { type: 'setReady' } as const
const answered = { type: 'answered' } as const
const wrapUpDone = { type: 'wrapUpDone' } as const
const phoneLost = { type: 'away', reason: 'phone-lost' } as const
const phoneBack = { type: 'back', reason: 'phone-lost' } as const
const extend = { type: 'extendWrapUp', byMs: 20_000, maxMs: 60_000 } as const
const wrapUpOver = { type: 'wrapUpOver' } as const

/** The agent after these actions, one each second. */
function after(...actions: readonly AgentAction[]): AgentStatus {
  let status: AgentStatus = { agentId, state: 'loggedOff', since: 0 }
  actions.forEach((action, index) => {
    const result = nextAgentStatus(status, action, T + index * 1_000)
    if (!result.ok) throw new Error(`${action.type} refused: ${result.code}`)
    status = result.value
  })
  return status
}

const ready = [logOn, setReady]
const reserved = [...ready, reserve]
const busy = [...reserved, answered]
const wrapUp = [...busy, talkOver(30_000)]

t.test('the way of a day: each state with what belongs to it and nothing else', async (t) => {
  t.same(after(logOn), { agentId, state: 'notReady', since: T, reason: 'logged-on' })
  t.same(after(...ready), { agentId, state: 'ready', since: T + 1_000, idleSince: T + 1_000 })
  t.same(after(...reserved), {
    agentId,
    state: 'reserved',
    since: T + 2_000,
    idleSince: T + 1_000,
    offerId: 'o1',
    callId: 'c1',
    contactId: 'k1'
  })
  t.same(after(...busy), { agentId, state: 'busy', since: T + 3_000, callId: 'c1', contactId: 'k1' })
  t.same(after(...wrapUp), {
    agentId,
    state: 'workingAfterCall',
    since: T + 4_000,
    until: T + 34_000,
    callId: 'c1',
    contactId: 'k1'
  })
  t.same(after(...wrapUp, wrapUpDone), { agentId, state: 'ready', since: T + 5_000, idleSince: T + 5_000 })
  t.same(after(...busy, talkOver(0)), { agentId, state: 'ready', since: T + 4_000, idleSince: T + 4_000 })
  t.same(after(...ready, lunch), { agentId, state: 'notReady', since: T + 2_000, reason: 'lunch' })
  t.same(after(...ready, { type: 'setNotReady' }), { agentId, state: 'notReady', since: T + 2_000 })
  t.same(after(...ready, logOff), { agentId, state: 'loggedOff', since: T + 2_000 })
})

t.test('an offer that came to nothing leads where its result says', async (t) => {
  t.same(after(...reserved, release('missed')), { agentId, state: 'notReady', since: T + 3_000, reason: 'missed' })
  t.match(after(...reserved, release('rejected')), { state: 'notReady', reason: 'rejected' })
  t.match(after(...reserved, release('unreachable')), { state: 'notReady', reason: 'phone-unreachable' })
  t.same(after(...reserved, release('callerGone')), { agentId, state: 'ready', since: T + 3_000, idleSince: T + 1_000 })
  t.match(after(...reserved, release('callerGone'), reserve, release('callerGone')), { idleSince: T + 1_000 }, 'however often')
})

t.test('a choice while with a caller waits in one slot, and the last one counts', async (t) => {
  t.match(after(...reserved, lunch), { state: 'reserved', pending: { state: 'notReady', reason: 'lunch' } })
  t.match(after(...reserved, lunch, answered), { state: 'busy', pending: { state: 'notReady', reason: 'lunch' } })
  t.match(after(...busy, logOff), { state: 'busy', since: T + 3_000, pending: { state: 'loggedOff' } })
  t.same(after(...busy, logOff, lunch, setReady).pending, { state: 'ready' })
  t.match(after(...busy, lunch, talkOver(30_000)), { state: 'workingAfterCall', pending: { reason: 'lunch' } }, 'after wrap-up')
  t.same(after(...busy, lunch, talkOver(30_000), wrapUpDone), { agentId, state: 'notReady', since: T + 6_000, reason: 'lunch' })
  t.match(after(...busy, logOff, talkOver(30_000), wrapUpDone), { state: 'loggedOff' })
  t.match(after(...busy, lunch, talkOver(0)), { state: 'notReady', reason: 'lunch' })
  t.match(after(...reserved, lunch, release('missed')), { state: 'notReady', reason: 'lunch' })
  t.match(after(...reserved, lunch, release('callerGone')), { state: 'notReady', reason: 'lunch' })
  t.match(
    after(...reserved, setReady, release('missed')),
    { state: 'notReady', reason: 'missed' },
    'ready is no answer to a ringing phone'
  )
  t.match(after(...reserved, logOff), { state: 'loggedOff' }, 'nobody waits for who has gone')
})

t.test('a choice in wrap-up ends it; its deadline is set once and nothing else ends it', async (t) => {
  t.match(after(...wrapUp, setReady), { state: 'ready' })
  t.match(after(...wrapUp, lunch), { state: 'notReady', reason: 'lunch' })
  t.match(after(...wrapUp, logOff), { state: 'loggedOff' })
  const thenLunch = { ...wrapUpDone, next: { state: 'notReady', reason: 'lunch' } } as const
  t.match(after(...wrapUp, thenLunch), { state: 'notReady', reason: 'lunch' })
  t.match(after(...busy, logOff, talkOver(30_000), thenLunch), { state: 'notReady', reason: 'lunch' }, 'the later choice counts')
  const status = after(...wrapUp)
  for (const again of [talkOver(60_000), talkOver(0), wrapUpOver, logOn]) {
    const result = nextAgentStatus(status, again, T + 10_000)
    t.equal(result.ok && result.value, status, `${again.type} changes nothing`)
  }
  t.match(nextAgentStatus(status, wrapUpOver, T + 33_999), { value: { state: 'workingAfterCall' } })
  t.match(nextAgentStatus(status, wrapUpOver, T + 34_000), { value: { state: 'ready' } })
  t.same(nextAgentStatus(status, talkOver(60_000, 'c0'), T), { ok: false, code: 'NOT_ON_THIS_CALL' })
  t.same(nextAgentStatus(after(...busy), talkOver(60_000, 'c0'), T), { ok: false, code: 'NOT_ON_THIS_CALL' })
})

t.test('offers missed in a row take an agent away when there are too many', async (t) => {
  const missed = { ...release('missed'), missedMax: 3 } as const
  t.same(
    after(...reserved, missed),
    { agentId, state: 'ready', since: T + 3_000, idleSince: T + 3_000, missed: 1 },
    'at the end of the line'
  )
  t.match(
    after(...reserved, missed, reserve, release('callerGone')),
    { state: 'ready', missed: 1 },
    'a caller who leaves counts for nothing'
  )
  t.match(after(...reserved, missed, reserve, missed, reserve), { state: 'reserved', missed: 2 })
  t.match(after(...reserved, missed, reserve, missed, reserve, missed), {
    state: 'notReady',
    reason: 'missed',
    missed: undefined
  })
  const afterTalk = [...reserved, missed, reserve, missed, reserve, answered, talkOver(0), reserve, missed]
  t.match(after(...afterTalk), { state: 'ready', missed: 1 }, 'a talk begins the count anew')
  t.match(after(...reserved, missed, lunch, setReady, reserve, missed), { state: 'ready', missed: 1 }, 'so does a break')
  t.match(after(...reserved, missed, reserve, release('unreachable')), { state: 'notReady', reason: 'phone-unreachable' })
  t.match(after(...reserved, missed, reserve, release('rejected')), { state: 'notReady', reason: 'rejected' })
  t.match(after(...reserved, lunch, missed), { state: 'notReady', reason: 'lunch' }, 'what they chose meanwhile counts')
})

t.test('a wrap-up can be made longer, to its limit', async (t) => {
  t.match(after(...wrapUp, extend), { state: 'workingAfterCall', since: T + 4_000, until: T + 54_000, callId: 'c1' })
  t.match(after(...wrapUp, extend, extend), { until: T + 64_000 }, 'a minute from its beginning')
  const longest = after(...wrapUp, extend, extend)
  t.same(nextAgentStatus(longest, extend, T + 30_000), { ok: false, code: 'WRAP_UP_LIMIT' })
  t.same(nextAgentStatus(after(...wrapUp), { ...extend, byMs: 0, maxMs: 0 }, T), { ok: false, code: 'WRAP_UP_LIMIT' })
  t.match(nextAgentStatus(longest, wrapUpOver, T + 63_999), { value: { state: 'workingAfterCall' } })
  t.match(nextAgentStatus(longest, wrapUpOver, T + 64_000), { value: { state: 'ready' } })
  t.match(after(...wrapUp, extend, wrapUpDone), { state: 'ready' }, 'and ended early all the same')
})

t.test('what a supervisor chose says so until the agent chooses something else', async (t) => {
  const forced = { ...lunch, by: '2001' } as const
  t.match(after(...ready, forced), { state: 'notReady', reason: 'lunch', by: '2001' })
  t.match(after(...busy, forced), { state: 'busy', by: undefined, pending: { state: 'notReady', reason: 'lunch', by: '2001' } })
  t.match(after(...busy, forced, talkOver(0)), { state: 'notReady', reason: 'lunch', by: '2001' })
  t.match(after(...busy, forced, setReady, talkOver(0)), { state: 'ready', by: undefined })
  t.match(after(...ready, { ...logOff, by: '2001', reason: 'end of shift' }), {
    state: 'loggedOff',
    by: '2001',
    reason: 'end of shift'
  })
  t.match(after(...wrapUp, { ...wrapUpDone, by: '2001' }), { state: 'ready', by: '2001' })
  t.match(after(...wrapUp, { ...setReady, by: '2001' }, reserve), { state: 'reserved', by: undefined })
})

t.test('who waits for a call goes away with their phone, and comes back with it', async (t) => {
  t.match(after(...ready, phoneLost), { state: 'notReady', reason: 'phone-lost' })
  t.match(after(...ready, phoneLost, phoneBack), { state: 'ready', idleSince: T + 3_000 })
  t.match(
    after(...ready, phoneLost, { ...phoneBack, reason: 'session-lost' }),
    { reason: 'phone-lost' },
    'not with something else'
  )
  t.match(after(...ready, phoneLost, lunch, phoneBack), { reason: 'lunch' }, 'not out of a break')
  t.same(nextAgentStatus(after(...busy), phoneLost, T), { ok: false, code: 'AGENT_ON_CALL' }, 'never out of a talk')
})

t.test('what changes nothing gives back the very same status', async (t) => {
  for (const [actions, again] of [
    [[], logOff],
    [[logOn], logOn],
    [ready, setReady],
    [ready, logOn],
    [[...ready, lunch], lunch],
    [[...busy, lunch], lunch],
    [[...busy, logOff], logOff]
  ] as const) {
    const status = after(...actions)
    const result = nextAgentStatus(status, again, T + 99_000)
    t.equal(result.ok && result.value, status, `${status.state} ${again.type}`)
  }
  t.match(after(...ready, lunch, { type: 'setNotReady', reason: 'training' }), { reason: 'training', since: T + 3_000 })
})

const states: Readonly<Record<AgentState, readonly AgentAction[]>> = {
  loggedOff: [],
  notReady: [logOn],
  ready,
  reserved,
  busy,
  workingAfterCall: wrapUp
}
/** What is refused, and how. All else is allowed. */
const refused: Readonly<Record<AgentActionName, Partial<Record<AgentState, string>>>> = {
  restore: {
    notReady: 'TARGET_NOT_AVAILABLE',
    ready: 'AGENT_ON_CALL',
    reserved: 'AGENT_ON_CALL',
    busy: 'AGENT_ON_CALL',
    workingAfterCall: 'AGENT_ON_CALL'
  },
  logOn: {},
  logOff: {},
  setReady: { loggedOff: 'AGENT_LOGGED_OFF' },
  setNotReady: { loggedOff: 'AGENT_LOGGED_OFF' },
  reserve: {
    loggedOff: 'AGENT_LOGGED_OFF',
    reserved: 'AGENT_ON_CALL',
    busy: 'AGENT_ON_CALL',
    workingAfterCall: 'AGENT_ON_CALL'
  },
  release: allBut('NOT_ALERTING', 'reserved'),
  answered: allBut('NOT_ALERTING', 'reserved'),
  joined: allBut('NOT_TALKING', 'reserved', 'busy'),
  talkOver: allBut('NOT_TALKING', 'busy', 'workingAfterCall'),
  away: {
    loggedOff: 'AGENT_LOGGED_OFF',
    notReady: 'TARGET_NOT_AVAILABLE',
    reserved: 'AGENT_ON_CALL',
    busy: 'AGENT_ON_CALL',
    workingAfterCall: 'AGENT_ON_CALL'
  },
  back: {
    loggedOff: 'AGENT_LOGGED_OFF',
    ready: 'AGENT_ON_CALL',
    reserved: 'AGENT_ON_CALL',
    busy: 'AGENT_ON_CALL',
    workingAfterCall: 'AGENT_ON_CALL'
  },
  extendWrapUp: allBut('AGENT_NOT_IN_WRAP_UP', 'workingAfterCall'),
  wrapUpOver: allBut('AGENT_NOT_IN_WRAP_UP', 'workingAfterCall'),
  wrapUpDone: allBut('AGENT_NOT_IN_WRAP_UP', 'workingAfterCall')
}
const actions: Readonly<Record<AgentActionName, AgentAction>> = {
  restore: { type: 'restore', status: { agentId: '1001' as AgentId, state: 'ready', since: 1 } },
  logOn,
  logOff,
  setReady,
  setNotReady: lunch,
  reserve: { ...reserve, asked: true },
  release: release('missed'),
  answered,
  joined: { type: 'joined', from: 'c1' as CallId, callId: 'c2' as CallId },
  talkOver: talkOver(30_000),
  away: phoneLost,
  back: phoneBack,
  extendWrapUp: extend,
  wrapUpOver,
  wrapUpDone
}

function allBut(code: string, ...allowed: readonly AgentState[]): Partial<Record<AgentState, string>> {
  const all: AgentState[] = ['loggedOff', 'notReady', 'ready', 'reserved', 'busy', 'workingAfterCall']
  return Object.fromEntries(all.filter((state) => !allowed.includes(state)).map((state) => [state, code]))
}

t.test('who is not ready is rung for what they asked for only, and is as before afterwards', (t) => {
  const notReady = [logOn, setReady, lunch]
  t.match(nextAgentStatus(after(...notReady), reserve, T + 9_000), { ok: false, code: 'TARGET_NOT_AVAILABLE' })
  const asked = { ...reserve, asked: true } as const
  t.match(after(...notReady, asked), { state: 'reserved', pending: { state: 'notReady', reason: 'lunch' } })
  t.match(after(...notReady, asked, answered, talkOver(0)), { state: 'notReady', reason: 'lunch' })
  t.match(after(...notReady, asked, release('callerGone')), { state: 'notReady', reason: 'lunch' })
  t.match(after(...notReady, asked, setReady, answered, talkOver(0)), { state: 'ready' }, 'or as they chose meanwhile')
  t.end()
})

t.test('each action is allowed or refused in each state, as the table for the screens says', async (t) => {
  for (const name of Object.keys(actions) as AgentActionName[]) {
    for (const state of Object.keys(states) as AgentState[]) {
      const code = refused[name][state]
      const result = nextAgentStatus(after(...states[state]), actions[name], T + 9_000)
      t.equal(result.ok ? undefined : result.code, code, `${name} when ${state}`)
      t.equal(agentCan(name, state), code === undefined)
    }
  }
})

const anyAction: fc.Arbitrary<AgentAction> = fc.constantFrom<AgentAction>(
  ...Object.values(actions),
  release('callerGone'),
  release('rejected'),
  { ...release('missed'), missedMax: 3 },
  { ...logOff, reason: 'session-lost' },
  { ...lunch, by: '2001' },
  talkOver(0),
  setReady,
  reserve,
  answered
)

t.test('whatever happens, a status holds what its state needs, and the roster counts right', async (t) => {
  const profile: AgentProfile = { id: agentId, name: 'A', team: 'one', queues: ['service', 'sales'], skills: {} }
  const seen = new Set<AgentState>()
  fc.assert(
    fc.property(fc.array(anyAction, { maxLength: 60, size: 'max' }), (script) => {
      const moves: Move[] = []
      const roster = new Roster(new Map([[agentId, profile]]), T, (move) => void moves.push(move))
      script.forEach((action, index) => {
        roster.act(agentId, action, T + index * 1_000)
        const status = roster.status(agentId)
        if (status === undefined) throw new Error('The agent is lost')
        const { state } = status
        seen.add(state)
        const withCaller = state === 'reserved' || state === 'busy' || state === 'workingAfterCall'
        const staff = {
          loggedOn: Number(state !== 'loggedOff'),
          ready: Number(state === 'ready'),
          talking: Number(state === 'busy'),
          atWork: Number(state !== 'loggedOff' && state !== 'notReady')
        }
        const right = [
          (status.offerId !== undefined) === (state === 'reserved'),
          (status.callId !== undefined) === withCaller,
          (status.contactId !== undefined) === withCaller,
          (status.until !== undefined) === (state === 'workingAfterCall'),
          (status.idleSince !== undefined) === (state === 'ready' || state === 'reserved'),
          status.reason === undefined || state === 'notReady' || state === 'loggedOff',
          status.missed === undefined || state === 'ready' || state === 'reserved',
          status.pending === undefined || withCaller,
          roster.inState(state).length === 1 && roster.list().length === 1,
          profile.queues.every((queue) => JSON.stringify(roster.staffOf(queue)) === JSON.stringify(staff))
        ]
        if (right.includes(false)) throw new Error(`Rule ${right.indexOf(false)} is broken: ${JSON.stringify(status)}`)
      })
      moves.forEach((move, index) => {
        if (move.status === move.previous || (index > 0 && moves[index - 1]?.status !== move.previous))
          throw new Error('A move is missing')
      })
    }),
    { numRuns: 300, seed: 11 }
  )
  t.equal(seen.size, 6, 'all states were seen')
})

t.test('another list of agents: new ones come logged off, gone ones leave after their call', async (t) => {
  const profile = (id: string, queues: readonly string[]): AgentProfile => ({
    id: id as AgentId,
    name: id,
    team: 'one',
    queues,
    skills: {}
  })
  const list = (...profiles: readonly AgentProfile[]) => new Map(profiles.map((each) => [each.id, each]))
  const moves: string[] = []
  const same = profile('1002', ['service'])
  const roster = new Roster(list(profile('1001', ['service']), same, profile('1003', ['service'])), T, ({ status }) => {
    moves.push(`${status.agentId} ${status.state}`)
  })
  for (const action of busy) roster.act(agentId, action, T)
  for (const id of ['1002', '1003'] as AgentId[]) for (const action of ready) roster.act(id, action, T)
  moves.splice(0)

  const changes = roster.update(list(profile('1001', ['sales', 'service']), same, profile('1004', ['sales'])), T)
  t.same(
    changes.map(({ before, after }) => [before?.queues, after.queues]),
    [
      [['service'], ['sales', 'service']],
      [undefined, ['sales']]
    ]
  )
  t.same(moves.splice(0), ['1003 loggedOff'])
  t.equal(roster.status('1003' as AgentId), undefined)
  t.same(roster.staffOf('sales'), { loggedOn: 1, ready: 0, talking: 1, atWork: 1 }, 'the talk counts in the new queue')
  t.same(roster.staffOf('service'), { loggedOn: 2, ready: 1, talking: 1, atWork: 2 })
  t.match(roster.act('1004' as AgentId, logOn, T), { value: { state: 'notReady' } })

  roster.update(list(same), T)
  t.match(roster.status(agentId), { state: 'busy', pending: { state: 'loggedOff' } }, 'the talk goes on')
  t.same(roster.act(agentId, setReady, T), { ok: false, code: 'AGENT_UNKNOWN' }, 'and the choice is not theirs any more')
  roster.act(agentId, talkOver(30_000), T)
  t.match(roster.act(agentId, { ...wrapUpDone, next: { state: 'ready' } }, T), { value: { state: 'loggedOff' } })
  t.equal(roster.status(agentId), undefined)
  t.same(roster.act(agentId, logOn, T), { ok: false, code: 'AGENT_UNKNOWN' })
  t.same(
    roster.list().map((status) => status.agentId),
    ['1002']
  )
  t.same(roster.staffOf('sales'), { loggedOn: 0, ready: 0, talking: 0, atWork: 0 })
})

t.test('nobody is known but the agents of the centre', async (t) => {
  const roster = new Roster(new Map(), T, () => {})
  t.same(roster.act(agentId, logOn, T), { ok: false, code: 'AGENT_UNKNOWN' })
  t.equal(roster.status(agentId), undefined)
  t.same(roster.staffOf('service'), { loggedOn: 0, ready: 0, talking: 0, atWork: 0 })
})
