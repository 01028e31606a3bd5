import { Abort, type Signal } from '../../domain/abort.ts'
import type { CallFacts } from '../../domain/caller.ts'
import type { Centre } from '../../domain/centre.ts'
import { AppError } from '../../domain/errors.ts'
import type { AgentId, CallId, ContactId } from '../../domain/ids.ts'
import type { Prompts } from '../../domain/ports/prompts.ts'
import { CallEnded, type Termination, terminationOf } from '../../domain/termination.ts'
import type { Flow } from '../flow.ts'
import type { Flows } from '../flow-world.ts'
import { runFlow } from '../run-flow.ts'
import { SentOn } from '../sent-on.ts'
import type { CallScript } from './call-script.ts'
import { type Happening, Journal } from './journal.ts'
import { ScriptedHttp } from './scripted-http.ts'
import { ScriptedRoutes } from './scripted-routes.ts'
import { type Press, SimulatedCaller } from './simulated-caller.ts'
import { SimulatedCustomers } from './simulated-customers.ts'
import { SpokenText } from './spoken-text.ts'
import { VirtualClock } from './virtual-clock.ts'

/** Fingers are not faster than this. */
const betweenKeysMs = 150
/** A call of a day does not end by itself. */
const longestMs = 24 * 3_600_000

/** A simulated call has no server that could stop. */
const neverStopped = new Abort().signal

export interface SimulatedCall {
  readonly happenings: readonly Happening[]
  readonly attached: Readonly<Record<string, unknown>>
  readonly termination: Termination
  readonly tookMs: number
}

/** Walks one simulated caller through live flows, by the interpreter that runs real calls, in virtual time. `prompts` decide how long things are said. */
export async function simulateCall(
  flow: Flow,
  centre: Centre,
  flows: Flows,
  script: CallScript,
  onHappening: (happening: Happening) => void = () => {},
  prompts: Prompts = new SpokenText()
): Promise<SimulatedCall> {
  const clock = new VirtualClock(script.startAt)
  const elapsedMs = () => clock.now() - script.startAt
  const held = new Set<Promise<unknown>>()
  const world = holdingTime(script, held)
  const call = new Abort()

  const press: Press = (keys) => void pressing(keys)
  const pressing = async (keys: string | 'hangup'): Promise<void> => {
    if (call.signal.aborted) return
    if (keys === 'hangup') return call.abort(new CallEnded(hungUp(caller.waitsInQueue)))
    journal.add({ kind: 'keys', keys })
    for (const [index, key] of [...keys].entries()) {
      if (index > 0 && !(await pausedUnlessOver(clock, call.signal))) return
      caller.key(key)
    }
  }
  const asking = () => {
    // Not before the flow really waits: it asks, then goes to sleep.
    void world.answer().then((keys) => keys !== undefined && press(keys))
  }
  const journal = new Journal(elapsedMs, asking, onHappening)
  const caller = new SimulatedCaller(factsOf(script, clock.now()), clock, centre.queues, world, journal, press)
  pressInTime(script.timed, clock, press, call.signal)

  const after = new Set<Promise<void>>()
  let termination: Termination | undefined
  const around = {
    clock,
    prompts,
    http: new ScriptedHttp(clock, world, journal),
    routes: new ScriptedRoutes({ clock, script: world, journal, centre, flows }),
    customers: script.customers === 'unavailable' ? new SimulatedCustomers([], true) : new SimulatedCustomers(script.customers),
    servedBefore: { lastAgent: async () => (await world.lastAgent()) as AgentId | undefined },
    centre,
    flows,
    afterCall: (work: (signal: Signal) => Promise<void>) => {
      const running = work(neverStopped).finally(() => after.delete(running))
      after.add(running)
    },
    queueStatus: (name: string) => script.queueStatus(name),
    random: () => 0.5,
    chooseWay: (step: string, exits: readonly string[]) => world.way(step, exits)
  }
  const walked = walk(flow, caller, around, journal, call.signal).then((verdict) => {
    termination = verdict
  })
  await passTime(clock, held, () => termination !== undefined || elapsedMs() > longestMs)
  const tookMs = elapsedMs()
  call.abort(new AppError('SIMULATION_ENDLESS', 'flow', 'The simulated call does not end'))
  await walked
  if (after.size > 0) await passTime(clock, held, () => after.size === 0)
  if (termination === undefined) throw new Error('A walk ended without a verdict')
  return { happenings: journal.happenings, attached: journal.attached, termination, tookMs }
}

/** What the caller does at fixed moments, while the call lasts. */
function pressInTime(timed: CallScript['timed'], clock: VirtualClock, press: Press, signal: Signal): void {
  for (const { atMs, keys } of timed) {
    void clock.sleep(atMs, signal).then(
      () => press(keys),
      // The call is over before that moment came.
      () => {}
    )
  }
}

/** As on a real call: where an agent sends the caller to another number, its flow goes on. */
async function walk(
  first: Flow,
  caller: SimulatedCaller,
  world: Parameters<typeof runFlow>[2],
  journal: Journal,
  signal: Signal
): Promise<Termination> {
  const sentOn = new SentOn()
  try {
    for (let flow: Flow | undefined = first; flow !== undefined; ) {
      const end = await runFlow(flow, caller, world, journal, signal)
      if (end.kind === 'ended') return end.termination
      sentOn.from(flow.name)
      flow = world.flows.byNumber(end.number)
    }
    return { result: 'refused', reason: 'unknown-number' }
  } catch (error) {
    return terminationOf(error)
  }
}

/** Lets time pass from one sleeper to the next, but not while somebody outside of the simulation thinks. */
async function passTime(clock: VirtualClock, held: ReadonlySet<Promise<unknown>>, isOver: () => boolean): Promise<void> {
  await clock.advance(0)
  while (!isOver()) {
    if (held.size > 0) {
      await Promise.all(held)
      await clock.advance(0)
    } else if (!(await clock.skip())) {
      throw new AppError('SIMULATION_STUCK', 'server', 'A simulated call waits for nothing')
    }
  }
}

function holdingTime(script: CallScript, held: Set<Promise<unknown>>): CallScript {
  const hold = async <Value>(work: Promise<Value>): Promise<Value> => {
    held.add(work)
    try {
      return await work
    } finally {
      held.delete(work)
    }
  }
  return {
    ...script,
    answer: () => hold(script.answer()),
    whileHearing: (text) => script.whileHearing(text),
    queue: (request) => hold(script.queue(request)),
    lastAgent: () => hold(script.lastAgent()),
    transfer: (request) => hold(script.transfer(request)),
    record: (request) => hold(script.record(request)),
    callback: (request) => hold(script.callback(request)),
    http: (request) => hold(script.http(request)),
    route: (question) => hold(script.route(question)),
    way: (step, exits) => hold(script.way(step, exits)),
    queueStatus: (name) => script.queueStatus(name)
  }
}

async function pausedUnlessOver(clock: VirtualClock, signal: Signal): Promise<boolean> {
  try {
    await clock.sleep(betweenKeysMs, signal)
    return true
  } catch {
    // The call ended between two keys.
    return false
  }
}

function hungUp(inQueue: boolean): Termination {
  return inQueue ? { result: 'abandoned', reason: 'caller-hung-up-in-queue' } : { result: 'completed', reason: 'caller-hung-up' }
}

function factsOf({ dialed, callerNumber, customer, interrupted }: CallScript, startedAt: number): CallFacts {
  return {
    callId: 'simulated' as CallId,
    contactId: 'simulated' as ContactId,
    dialed,
    callerNumber,
    callerName: '',
    startedAt,
    customer,
    ...(interrupted !== undefined && { interrupted })
  }
}
