import type { Centre } from '../../../src/domain/centre.ts'
import type { Customer, Customers } from '../../../src/domain/customer.ts'
import type { AgentId } from '../../../src/domain/ids.ts'
import type { Interrupted } from '../../../src/domain/interrupted.ts'
import type { HttpClient, HttpOutcome, HttpRequest } from '../../../src/domain/ports/http-client.ts'
import type { Routes } from '../../../src/domain/ports/routes.ts'
import type { KnownBy } from '../../../src/domain/ports/served-before.ts'
import type { QueueStatus } from '../../../src/domain/queue.ts'
import type { PathEntry } from '../../../src/domain/screen-pop.ts'
import { CallEnded } from '../../../src/domain/termination.ts'
import type { Announced } from '../../../src/domain/waiting.ts'
import { compileAll } from '../../../src/flow/compile/compile-all.ts'
import type { Flow } from '../../../src/flow/flow.ts'
import type { FlowEnd } from '../../../src/flow/flow-end.ts'
import type { FlowTrace } from '../../../src/flow/flow-world.ts'
import { FlowLibrary } from '../../../src/flow/library.ts'
import { runFlow } from '../../../src/flow/run-flow.ts'
import { SimulatedCustomers } from '../../../src/flow/simulate/simulated-customers.ts'
import { smallCentre } from '../centre/small-centre.ts'
import { VirtualClock } from '../virtual-clock.ts'
import { type CallerScript, ScriptedCaller, SpokenParts } from './scripted-caller.ts'

const everyDay = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, ['08:00-20:00']])
const sales = smallCentre.queues.get('sales')
if (sales === undefined) throw new Error('The small centre has lost a queue')

/** A small bank for flows: queues card-security, service and sales; calendar bank; a core-banking system. */
export const flowCentre: Centre = {
  ...smallCentre,
  queues: new Map([...smallCentre.queues, ['card-security', { ...sales, name: 'card-security' }]]),
  skills: new Set(['card-security', 'english']),
  calendars: new Map([
    ['bank', { name: 'bank', timeZone: 'Asia/Shanghai', weekly: Object.fromEntries(everyDay), exceptions: { '2026-10-01': [] } }]
  ]),
  voices: new Set(['warm', 'brisk']),
  values: { core_banking: 'http://bank.test:8099', limit: 100 },
  allowedRequests: ['http://bank.test:8099'],
  allowedTransfers: ['sip:*@partner.test', 'sip:desk@example.test']
}

export const flowContext = { centre: flowCentre, hasAudio: (name: string) => !name.startsWith('missing') }

/** The flows of these sources; throws with the findings when one has an error. */
export function flowsOf(...texts: readonly string[]): readonly Flow[] {
  const sources = texts.map((text, index) => ({ file: `flow-${index}.yaml`, text }))
  const { flows, findings } = compileAll(sources, flowContext)
  const errors = findings.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new Error(errors.map(({ code, message, frame }) => `${code} ${message}\n${frame}`).join('\n'))
  return flows
}

export interface WalkScript extends CallerScript {
  /** Keys and hang-ups, by milliseconds since the call began. */
  readonly events?: readonly (readonly [atMs: number, keys: string | 'hangup'])[]
  /** Answers in order; the last repeats. */
  readonly http?: readonly { readonly afterMs: number; readonly outcome: HttpOutcome }[]
  readonly queueStatus?: Partial<QueueStatus>
  readonly random?: () => number
  /** Gets the clock of the walk. */
  readonly routes?: (clock: VirtualClock) => Routes
  readonly customers?: Customers
  readonly broken?: readonly string[]
  readonly lastAgent?: (of: KnownBy, withinMs: number) => Promise<AgentId | undefined>
  /** Milliseconds since 1970. Default: a Monday noon in Shanghai. */
  readonly startAt?: number
}

export interface WalkResult {
  readonly end: FlowEnd | undefined
  readonly error: unknown
  readonly caller: ScriptedCaller
  readonly prompts: SpokenParts
  readonly path: readonly (PathEntry & { readonly flow: string })[]
  /** `step:exit` of each step left. */
  readonly way: readonly string[]
  readonly requests: readonly HttpRequest[]
  readonly abortedRequests: number
  readonly attached: Readonly<Record<string, unknown>>
  readonly other: readonly string[]
  readonly announced: readonly Announced[]
  /** Where the caller left. */
  readonly position: Interrupted | undefined
  readonly tookMs: number
  readonly sleeping: number
}

export const mondayNoon = Date.UTC(2026, 10, 23, 4, 0)

/** Walks the first flow by a script, in virtual time, until it ends. */
export async function walk(flows: readonly Flow[], script: WalkScript = {}): Promise<WalkResult> {
  const clock = new VirtualClock(script.startAt ?? mondayNoon)
  const startedAt = clock.now()
  const caller = new ScriptedCaller(clock, script)
  const prompts = new SpokenParts()
  prompts.broken = new Set(script.broken)
  const library = new FlowLibrary()
  library.replaceAll(flows)
  const http = new ScriptedHttp(clock, script.http ?? [])
  const notes = new Notes()
  const after = new Set<Promise<void>>()
  const world = {
    clock,
    prompts,
    http,
    servedBefore: { lastAgent: async (of: KnownBy, withinMs: number) => script.lastAgent?.(of, withinMs) },
    customers: script.customers ?? new SimulatedCustomers([]),
    centre: flowCentre,
    flows: library,
    ...(script.routes !== undefined && { routes: script.routes(clock) }),
    afterCall: (work: (signal: AbortSignal) => Promise<void>) => {
      const running = work(new AbortController().signal).finally(() => after.delete(running))
      after.add(running)
    },
    queueStatus: (queue: string) => ({
      queue,
      waiting: 0,
      callbacks: 0,
      loggedOn: 1,
      ready: 1,
      talking: 0,
      ...script.queueStatus
    }),
    random: script.random ?? (() => 0.5)
  }

  const call = new AbortController()
  const [flow] = flows
  if (flow === undefined) throw new Error('There is no flow to walk')
  let end: FlowEnd | undefined
  let error: unknown
  let done = false
  let endedAt = startedAt
  const pending = (script.events ?? []).toSorted(([a], [b]) => a - b)
  const deliver = () => {
    for (let next = pending[0]; next !== undefined && next[0] <= clock.now() - startedAt; next = pending[0]) {
      pending.shift()
      if (next[1] === 'hangup') call.abort(new CallEnded({ result: 'abandoned', reason: 'caller-hung-up' }))
      else caller.press(next[1])
    }
  }
  deliver()
  void runFlow(flow, caller, world, notes, call.signal)
    .then(
      (value) => {
        end = value
      },
      (reason) => {
        error = reason
      }
    )
    .finally(() => {
      done = true
      endedAt = clock.now()
    })

  // What can happen without time passing happens first: advancing moves the clock before a step has begun to wait.
  await clock.advance(0)
  for (let steps = 0; !done; steps++) {
    if (steps > 50_000) throw new Error(`The walk does not end; so far: ${notes.path.map(({ step }) => step).join(', ')}`)
    const now = clock.now() - startedAt
    await clock.advance(Math.min(100, Math.max(0, (pending[0]?.[0] ?? Number.POSITIVE_INFINITY) - now)))
    deliver()
    await clock.advance(0)
  }
  for (let steps = 0; after.size > 0; steps++) {
    if (steps > 1000) throw new Error('What comes after the call does not end')
    await clock.advance(100)
  }
  return {
    end,
    error,
    caller,
    prompts,
    path: notes.path,
    way: notes.path.map(({ step, exit }) => (exit === undefined ? step : `${step}:${exit}`)),
    requests: http.requests,
    abortedRequests: http.aborted,
    attached: notes.attached,
    position: notes.position,
    other: notes.other,
    announced: notes.announcements,
    tookMs: endedAt - startedAt,
    sleeping: clock.sleeping
  }
}

class ScriptedHttp implements HttpClient {
  readonly requests: HttpRequest[] = []
  aborted = 0
  readonly #clock: VirtualClock
  readonly #answers: NonNullable<WalkScript['http']>

  constructor(clock: VirtualClock, answers: NonNullable<WalkScript['http']>) {
    this.#clock = clock
    this.#answers = answers
  }

  async send(request: HttpRequest, signal: AbortSignal): Promise<HttpOutcome> {
    const answer = this.#answers[this.requests.length] ?? this.#answers.at(-1)
    this.requests.push(request)
    if (answer === undefined) return { ok: false, problem: 'unreachable' }
    try {
      await this.#clock.sleep(Math.min(answer.afterMs, request.timeoutMs), signal)
    } catch (error) {
      this.aborted++
      throw error
    }
    return answer.afterMs > request.timeoutMs ? { ok: false, problem: 'timeout' } : answer.outcome
  }
}

class Notes implements FlowTrace {
  readonly path: (PathEntry & { readonly flow: string })[] = []
  position: Interrupted | undefined
  readonly other: string[] = []
  readonly announcements: Announced[] = []
  attached: Record<string, unknown> = {}

  stepLeft(entry: PathEntry, _tookMs: number, flow: string): void {
    this.path.push({ ...entry, flow })
  }

  shortcutTaken(name: string, priority?: string): void {
    this.other.push(`shortcut ${name} ${priority ?? '-'}`)
  }

  attach(values: Readonly<Record<string, unknown>>): void {
    this.attached = { ...this.attached, ...values }
  }

  leftAt(position: Interrupted): void {
    this.position = position
  }

  identified({ id }: Customer): void {
    this.other.push(`customer ${id}`)
  }

  tagged(tags: readonly string[]): void {
    this.other.push(`tags ${tags.join(' ')}`)
  }

  announced(announced: Announced): void {
    this.announcements.push(announced)
  }

  languageChanged(language: string): void {
    this.other.push(`language ${language}`)
  }

  flowStarted(name: string): void {
    this.other.push(`flow ${name}`)
  }
}
