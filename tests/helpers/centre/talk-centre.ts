import { Admission } from '../../../src/calls/admission/admission.ts'
import { AfterCalls } from '../../../src/calls/call/after-calls.ts'
import { KeptPlaces } from '../../../src/calls/call/kept-places.ts'
import type { CallsOffice } from '../../../src/calls/call/office.ts'
import { OutsideCalls } from '../../../src/calls/call/outside-calls.ts'
import { CallTable } from '../../../src/calls/call-table.ts'
import { CallbackBook } from '../../../src/calls/callbacks/callback-book.ts'
import { CallDesk } from '../../../src/calls/desk/call-desk.ts'
import { KeptAgents } from '../../../src/calls/kept-agents.ts'
import { Distribution } from '../../../src/calls/offers/distribution.ts'
import { canGoOn, leftInAsterisk } from '../../../src/calls/restored-call.ts'
import type { AgentProfile } from '../../../src/domain/agent.ts'
import type { Centre } from '../../../src/domain/centre.ts'
import { EventBus, type Publish } from '../../../src/domain/event-bus.ts'
import type { DomainEvent, DomainEventOf, DomainEventType } from '../../../src/domain/events.ts'
import type { AgentId, CallId, ChannelId } from '../../../src/domain/ids.ts'
import type { KeptAgent, KeptCall } from '../../../src/domain/kept-call.ts'
import { defaultOverload } from '../../../src/domain/overload.ts'
import type { HttpClient } from '../../../src/domain/ports/http-client.ts'
import type { Routes } from '../../../src/domain/ports/routes.ts'
import type { QueueSettings } from '../../../src/domain/queue.ts'
import { compileAll } from '../../../src/flow/compile/compile-all.ts'
import { FlowLibrary } from '../../../src/flow/library.ts'
import { type ScriptedChannel, ScriptedTelephony } from '../asterisk/scripted-telephony.ts'
import { quietLog } from '../quiet-log.ts'
import { MemoryCallbacks } from '../store/memory-callbacks.ts'
import { MemoryLiveStore } from '../store/memory-live-store.ts'
import { VirtualClock } from '../virtual-clock.ts'

/** Somebody outside whom agents may call, by address and by number. */
export const OUTSIDE = 'sip:phone@outside.test'
export const NUMBER_OUTSIDE = { number: '4001234567', phone: 'sip:4001234567@net.test' }

const flow = `
flow: hotline
numbers: ["7000"]
languages: [en]
steps:
  wait: { queue: service, timeout: bye, full: bye, no_agents: bye }
  bye: { hangup: true }
`

const service: QueueSettings = {
  name: 'service',
  title: 'Service',
  skills: {},
  ringMs: 20_000,
  wrapUpMs: 10_000,
  maxWaitMs: 600_000,
  maxLength: 50,
  music: 'default',
  resume: { withinMs: 60_000, anybody: false }
}

const experts: QueueSettings = { ...service, name: 'experts', title: 'Experts', maxWaitMs: 120_000, maxLength: 1 }

const agents = ['1001', '1002', '1003', '1004'].map(
  (id): AgentProfile => ({
    id: id as AgentId,
    name: `Agent ${id}`,
    team: 'east',
    queues: id === '1002' ? ['service', 'experts'] : ['service'],
    skills: {}
  })
)

export const talkCentreSettings: Centre = {
  queues: new Map([service, experts].map((one) => [one.name, one])),
  agents: new Map(agents.map((one) => [one.id, one])),
  calendars: new Map(),
  phones: new Map([['2001', { name: 'Boss' }]]),
  skills: new Set(),
  values: {},
  allowedRequests: [],
  allowedTransfers: [OUTSIDE],
  dialRules: {
    endpoint: 'trunk',
    address: 'sip:{number}@net.test',
    callerId: '95588',
    allowed: [OUTSIDE, NUMBER_OUTSIDE.number],
    denied: [],
    attemptsMax: 1,
    retryAfterMs: [60_000],
    ringMs: 30_000,
    withinMs: 3_600_000,
    aheadMs: 3_600_000
  }
}

/** What may differ from centre to centre. */
export interface TalkCentreOptions {
  readonly settings?: Centre
  /** The text of its flows, in place of the hotline. */
  readonly flow?: string
  readonly routes?: Routes
  /** Other systems. Unset: none can be reached. */
  readonly http?: HttpClient
  /** Where talks are kept that are recorded. Unset: none is. */
  readonly recordings?: CallsOffice['recordings']
  /** It is on the same Asterisk as that one, which dies now; `afterMs` pass in between. */
  readonly after?: TalkCentre
  readonly afterMs?: number
  /** In place of what `after` has written down. */
  readonly left?: TalkCentre['leftOver']
}

const compiled = (text: string, centre: Centre) => {
  const sources = text
    .trim()
    .split(/^(?=flow:)/m)
    .map((one, n) => ({ file: `flow-${n}.yaml`, text: one }))
  return compileAll(sources, { centre, hasAudio: () => true })
}
const { flows: usual } = compiled(flow, talkCentreSettings)

/** The calls room whole, on a scripted Asterisk in virtual time: two queues, four agents, the second of whom serves both, a flow that is nothing but the queue. */
export class TalkCentre {
  readonly clock: VirtualClock
  readonly telephony: ScriptedTelephony
  readonly store = new MemoryLiveStore()
  readonly facts: DomainEvent[] = []
  readonly log = quietLog()
  readonly distribution: Distribution
  readonly calls: CallTable
  readonly desk: CallDesk
  readonly callbacks: CallbackBook
  readonly newId: () => string
  /** What this process goes on with. */
  readonly leftOver: { readonly calls: readonly KeptCall[]; readonly agents: readonly KeptAgent[] }
  readonly #keptAgents = new KeptAgents(this.store.agents)
  readonly #publish: Publish
  #ids = 0
  #callers = 0

  constructor(options: TalkCentreOptions = {}) {
    const { settings: centre = talkCentreSettings, flow: text, routes, http, recordings, after, afterMs = 0, left } = options
    this.clock = new VirtualClock(after === undefined ? undefined : after.clock.now() + afterMs)
    this.telephony = after?.telephony ?? new ScriptedTelephony(this.clock)
    this.leftOver = left ?? { calls: after?.store.calls.left() ?? [], agents: after?.store.agents.left() ?? [] }
    if (after !== undefined) this.telephony.nextProcess(this.clock)
    const { clock, telephony, log } = this
    const bus = new EventBus(clock, (error) => {
      throw error
    })
    bus.listen((event) => void this.facts.push(event))
    bus.listen(this.#keptAgents.listener)
    this.#publish = bus.publish
    const process = after === undefined ? 'id' : `${after.newId()}-next`
    const newId = () => `${process}-${++this.#ids}`
    this.newId = newId
    this.distribution = new Distribution({ ...centre, clock, publish: bus.publish, newId, log })
    const library = new FlowLibrary()
    library.replaceAll(text === undefined ? usual : compiled(text, centre).flows)
    const nobody = async () => undefined
    const prompts = { render: async () => [], prepare: nobody, inVoice: () => prompts, hasAudio: () => true }
    const customers = { findByNumber: nobody } as unknown as CallsOffice['customers']
    const office: CallsOffice = {
      admission: new Admission(() => defaultOverload, Number.POSITIVE_INFINITY, log, clock),
      telephony,
      outside: new OutsideCalls({ centre, clock, log }),
      connection: telephony.connection,
      distribution: this.distribution,
      world: {
        clock,
        prompts,
        http: http ?? { send: async () => ({ ok: false, problem: 'unreachable' }) },
        customers,
        servedBefore: { lastAgent: nobody },
        centre,
        flows: library,
        queueStatus: (name) => this.distribution.queueStatus(name),
        random: () => 0.5,
        ...(routes !== undefined && { routes })
      },
      customers,
      callbacks: { add: (draft) => this.callbacks.add(draft) },
      afterCalls: new AfterCalls(clock, log),
      interrupted: { take: nobody, keep: nobody } as unknown as CallsOffice['interrupted'],
      keptPlaces: new KeptPlaces({ keep: async () => {}, forget: async () => {}, list: async () => [] }, clock, log),
      centre,
      liveStore: this.store,
      recordings: recordings ?? ({} as CallsOffice['recordings']),
      clock,
      publish: bus.publish,
      log,
      newId
    }
    this.calls = new CallTable(office)
    this.desk = new CallDesk(this.calls, office)
    this.callbacks = new CallbackBook({ office, store: new MemoryCallbacks(), calls: this.calls })
    bus.listen(this.callbacks.listener)
  }

  /** Another process goes on after this one was killed. */
  async killed(options: Omit<TalkCentreOptions, 'after'> = {}, meanwhile: () => void = () => undefined): Promise<TalkCentre> {
    const next = new TalkCentre({ ...options, after: this })
    meanwhile()
    await next.restore()
    return next
  }

  /** As the assembly does it. */
  async restore(): Promise<void> {
    const { leftOver: left, telephony, distribution } = this
    const calls = left.calls.filter(canGoOn)
    const { channels: expected, bridges } = leftInAsterisk(calls)
    for (const [id, there] of telephony.bridges)
      if (!(bridges as readonly string[]).includes(id) && there.size === 0) telephony.bridges.delete(id)
    for (const channel of telephony.present) if (channel.id.startsWith('sb-') && !expected.includes(channel.id)) channel.leave()
    for (const channel of telephony.channels.values()) if (channel.rings && !expected.includes(channel.id)) channel.leave()
    distribution.pause()
    this.#keptAgents.restore(left.agents, calls, distribution, this.#publish)
    const restored = this.desk.restore(calls)
    await this.pass(100)
    await restored
    distribution.resume()
    await this.pass(100)
  }

  /** Lets happen what is to happen, and `ms` pass. */
  async pass(ms = 0): Promise<void> {
    // What was done just now may be about to take its time.
    await this.clock.advance(0)
    await this.clock.advance(ms)
    await this.clock.advance(0)
  }

  ready(...ids: readonly string[]): void {
    for (const id of ids) {
      this.distribution.logOn(id as AgentId)
      this.distribution.setState(id as AgentId, { state: 'ready' })
    }
  }

  state(id: string): string | undefined {
    return this.distribution.status(id as AgentId)?.state
  }

  /** A caller on the line; their name is `caller-1`, `caller-2`, … Each has a number of their own, unless one is given. */
  async call(own?: string): Promise<{ readonly caller: ScriptedChannel; readonly callId: CallId; readonly number: string }> {
    const name = `caller-${++this.#callers}`
    const channel = this.telephony.channel(name as ChannelId)
    channel.endpoint = name
    channel.enter()
    const number = own ?? `1380000000${this.#callers}`
    this.calls.take({ channel, door: 'trunk', dialed: '7000', callerNumber: number, callerName: '', endpoint: 'trunk' })
    await this.pass(100)
    const callId = this.told('call.started').at(-1)?.callId as CallId
    return { caller: channel, callId, number }
  }

  /** A caller who talks to agent 1001; the others are ready then. */
  async talk(): Promise<{ readonly caller: ScriptedChannel; readonly callId: CallId }> {
    this.ready('1001')
    const call = await this.call()
    await this.pass(100)
    this.pickUp('1001')
    await this.pass(100)
    this.ready('1002', '1003', '1004')
    return call
  }

  /** The same, and 1001 has agent 1002 on the line about them. */
  async consulted(): ReturnType<TalkCentre['talk']> {
    const call = await this.talk()
    const consulted = await this.desk.consult(call.callId, '1001' as AgentId, { kind: 'agent', agentId: '1002' })
    if (!consulted.ok) throw new Error(`The consultation was refused: ${consulted.code}`)
    await this.pass(100)
    this.pickUp('1002')
    await this.pass(100)
    return call
  }

  phone(name: string): ScriptedChannel {
    const leg = this.telephony.legTo(name)
    if (leg === undefined) throw new Error(`Phone ${name} has no call`)
    return leg
  }

  pickUp(name: string): void {
    this.phone(name).pickUp()
  }

  /** Who hears what, of all who are on the line: other parties by name, or a sound. */
  hearing(): Record<string, readonly string[] | string> {
    return Object.fromEntries(this.telephony.present.map((one) => [one.endpoint, this.telephony.hears(one)]))
  }

  told<Type extends DomainEventType>(type: Type): readonly DomainEventOf<Type>[] {
    return this.facts.filter((fact): fact is DomainEventOf<Type> => fact.type === type)
  }

  /** What is left: empty after everybody has gone. */
  left(): Record<string, unknown> {
    const { telephony, distribution, calls } = this
    const all = {
      lines: telephony.present.map(({ endpoint }) => endpoint),
      ringing: [...telephony.channels.values()].filter(({ rings }) => rings).map(({ endpoint }) => endpoint),
      bridges: telephony.bridges.size,
      calls: calls.size,
      offers: distribution.openOffers(),
      waiting: distribution.callers(),
      listeners: [...telephony.channels.values()].reduce((sum, { events }) => sum + events.size, 0) + telephony.connection.size,
      withCallers: distribution.list().filter(({ state }) => state === 'busy' || state === 'reserved'),
      faults: this.log.lines
    }
    return Object.fromEntries(Object.entries(all).filter(([, value]) => (Array.isArray(value) ? value.length > 0 : value !== 0)))
  }
}
