import t from 'tap'
import { KeptState } from '../../src/client/kept-state.ts'
import type { Board } from '../../src/console/board.ts'
import { callInHand, flowCalls, isOffered, talkingCalls, waitingCalls } from '../../src/console/board-views.ts'
import { editDraft, promisableDays, unsentNotes } from '../../src/console/wrap-up-draft.ts'
import {
  type AgentView,
  type CallView,
  type Connection,
  type CtiEvent,
  requestSchemas,
  type Snapshot
} from '../../src/cti/messages.ts'

const caller: Connection = { deviceId: '13800138000', kind: 'caller', state: 'connected' }
const queued: Connection = { deviceId: 'queue:service', kind: 'queue', state: 'queued' }
const agentPart = (state: Connection['state']): Connection => ({ deviceId: '1001', kind: 'agent', agentId: '1001', state })
const data = {
  path: [],
  collected: { card: '••••' },
  waited: { totalMs: 0, queues: [] },
  language: 'en',
  priority: 'normal'
}

function call(callId: string, more: Partial<CallView> = {}): CallView {
  const fixed = { contactId: `contact-${callId}`, callingDevice: '13800138000', callerName: '', calledDevice: '95588' }
  return { callId, ...fixed, connections: [caller], startedAt: 1, language: 'en', allowed: [], ...more }
}

function agent(state: AgentView['state'], callId?: string): AgentView {
  const fixed = { agentId: '1001', name: 'Chen Jie', team: 'cards', queues: ['service'], since: 1 }
  return { ...fixed, state, ...(callId !== undefined && { callId }) }
}

const me: Snapshot['me'] = { username: '1001', name: 'Chen Jie', role: 'agent', agentId: '1001' }
const stamp = { seq: 1, time: '2026-11-22T08:00:00.000Z' }

function started(snapshot: Partial<Snapshot>): Board {
  return kept({ me, calls: [], agents: [agent('ready')], phones: [], queues: [], supervisions: [], ...snapshot })
}

function kept(snapshot: Snapshot): KeptState {
  const state = new KeptState(snapshot.me, {})
  state.replace(snapshot)
  return state
}

/** The board after those events; the one before stays as it was. */
function after({ calls, agents, phones, queues, supervisions }: Board, ...events: readonly CtiEvent[]): Board {
  const list = <Item>(items: ReadonlyMap<string, Item>) => [...items.values()]
  const maps = { calls: list(calls), agents: list(agents), phones: list(phones), queues: list(queues) }
  const state = kept({ me, ...maps, supervisions: list(supervisions) })
  for (const event of events) state.apply(event)
  return state
}

t.test('what an event leaves out of a call is kept', async (t) => {
  const held: CtiEvent = { ...stamp, type: 'held', cause: 'normal', ...call('a', { connections: [caller, agentPart('hold')] }) }
  const board = after(started({ calls: [call('a', { data, connections: [caller, agentPart('connected')] })] }), held)
  t.same(board.calls.get('a')?.data, data)
  t.equal(board.calls.get('a')?.connections[1]?.state, 'hold')
})

t.test('who listens is known from snapshot and events; an end that comes late does not end the next', async (t) => {
  const who = { contactId: 'contact', supervisor: '2001', agentId: '1001', deviceId: '2001' }
  const board = started({ supervisions: [{ ...who, callId: 'a', mode: 'silent' }] })
  const modes = (one: Board) => [...one.supervisions.values()].map(({ callId, mode }) => `${callId} ${mode}`)
  const changed = (callId: string, mode: 'whisper' | 'active'): CtiEvent => ({
    ...{ ...stamp, type: 'supervisionChanged', ...who, callId, mode }
  })
  const ended = (callId: string): CtiEvent => ({ ...stamp, type: 'supervisionEnded', ...who, callId, result: 'left' })
  t.same(modes(board), ['a silent'])
  t.same(modes(after(board, changed('a', 'whisper'))), ['a whisper'])
  t.same(modes(after(board, changed('b', 'active'), ended('a'))), ['b active'])
  t.same(modes(after(board, ended('a'))), [])
})

t.test('a call that is over stays until its wrap-up is done, whichever event comes first', async (t) => {
  const talking = started({ calls: [call('a')], agents: [agent('busy', 'a')] })
  const over = { cause: 'normalClearing', result: 'completed', reason: 'agent-hung-up' } as const
  const cleared: CtiEvent = { ...stamp, type: 'callCleared', ...over, ...call('a', { connections: [], endedAt: 9 }) }
  const wrapping: CtiEvent = { ...stamp, type: 'agentWorkingAfterCall', ...agent('workingAfterCall', 'a') }
  const ready: CtiEvent = { ...stamp, type: 'agentReady', ...agent('ready') }

  for (const board of [after(talking, cleared, wrapping), after(talking, wrapping, cleared)]) {
    t.equal(callInHand(board, '1001')?.callId, 'a')
    const done = after(board, ready)
    t.equal(done.calls.size, 0)
    t.equal(callInHand(done, '1001'), undefined)
  }
  t.equal(after(started({ calls: [call('a')] }), cleared).calls.size, 0, 'nobody wraps it up')
})

t.test('the call in hand is there from the offer on, before the agent is told to be reserved', async (t) => {
  const offer = { alertingDevice: '1001', offerId: 'o', agentId: '1001', deadline: 9 }
  const ringing = call('a', { connections: [caller, queued, agentPart('alerting')], data })
  const board = after(started({}), { ...stamp, type: 'delivered', cause: 'distributed', ...offer, ...ringing })
  t.equal(callInHand(board, '1001')?.callId, 'a')
})

t.test('calls are told apart by where they are; the next one to be served stands first', async (t) => {
  const board = started({
    calls: [
      call('late', { connections: [caller, queued], enqueuedAt: 20 }),
      call('early', { connections: [caller, queued], enqueuedAt: 10 }),
      call('urgent', { connections: [caller, queued, agentPart('alerting')], enqueuedAt: 30, priority: 'emergency' }),
      call('talking', { connections: [caller, agentPart('hold')], establishedAt: 5 }),
      call('menu'),
      call('over', { endedAt: 8 })
    ]
  })
  t.same(
    waitingCalls(board).map(({ callId }) => callId),
    ['urgent', 'early', 'late']
  )
  t.same(
    talkingCalls(board).map(({ callId }) => callId),
    ['talking']
  )
  t.same(
    flowCalls(board).map(({ callId }) => callId),
    ['menu']
  )
})

t.test('news of a message changes the figure of its queue and nothing else', async (t) => {
  const queue = { queue: 'sales', title: 'Sales', waiting: 2, callbacks: 0, loggedOn: 1, ready: 0, talking: 1, newMessages: 0 }
  const voicemail = { ...stamp, voicemailId: 'm-1', callId: 'c-1', queue: 'sales' } as const
  const left = { type: 'voicemailLeft', contactId: 'c-1', caller: '13800138000', callerName: '', seconds: 3 } as const
  const one = after(started({ queues: [queue] }), { ...voicemail, ...left, newMessages: 1 })
  t.same(one.queues.get('sales'), { ...queue, newMessages: 1 })
  const none = after(one, { ...voicemail, type: 'voicemailChanged', messageState: 'heard', by: '1001', newMessages: 0 })
  t.same(none.queues.get('sales'), queue)
  const elsewhere = after(none, { ...voicemail, ...left, queue: 'unknown', newMessages: 1 })
  t.same([...elsewhere.queues.keys()], ['sales'], 'a queue that is not on the board does not come to it')
})

t.test('what an agent has noted is sent whole, whatever day they are typing when the wrap-up runs out', async (t) => {
  t.equal(unsentNotes('a'), undefined)
  const promises = ['2999-01-31', '', '0002-11-27', '20266-11-27'].map((until) => ({ what: ' The card ', until }))
  editDraft('a', { notes: 'Lost at the station', promises: [...promises, { what: ' ', until: '2999-01-31' }] })
  t.same(unsentNotes('a'), {
    notes: 'Lost at the station',
    promises: [{ what: 'The card', until: '2999-01-31' }, { what: 'The card' }, { what: 'The card' }, { what: 'The card' }]
  })
  t.ok(requestSchemas['contact.wrapUp'].params.safeParse(unsentNotes('a')).success, 'the server takes it')
  t.equal(promisableDays(new Date(2027, 0, 5, 23, 59)).min, '2027-01-05', 'today')
  t.equal(unsentNotes('b'), undefined, 'of another call nothing')
})

t.test('an order to answer is for one offer, also when the same call is offered anew', async (t) => {
  const rings = call('a', { connections: [agentPart('alerting')] })
  const of = (one: CallView, offerId?: string) =>
    isOffered(
      {
        calls: new Map([[one.callId, one]]),
        agents: new Map(offerId === undefined ? [] : [['1001', { ...agent('reserved', 'a'), offerId }]])
      },
      { agentId: '1001', callId: 'a', offerId: 'first' }
    )
  t.equal(of(rings, 'first'), true)
  t.equal(of(rings, 'second'), false)
  t.equal(of(call('a', { connections: [agentPart('connected')] }), 'first'), false)
  t.equal(of(call('b', { connections: [agentPart('alerting')] }), 'first'), false)
  t.equal(of(rings), true, 'to a supervisor, who has no state')
})
