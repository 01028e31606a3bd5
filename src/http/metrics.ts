import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { AgentStatus } from '../domain/agent.ts'
import type { DomainEvent } from '../domain/events.ts'
import type { Clock } from '../domain/ports/clock.ts'
import type { QueueStatus } from '../domain/queue.ts'

/** Figures that are asked for when somebody looks. */
export interface MetricsSources {
  readonly clock: Clock
  ariConnected(): boolean
  /** Facts that are not in the database yet, in memory and (bytes) on disk, and those lost. */
  records(): { readonly pending: number; readonly spilledBytes: number; readonly lost: number }
  /** Calls and agents in progress whose last change is not in the live store yet. */
  unwritten(): number
  /** Of what an earlier process left in progress, what could not be read. */
  damaged(): number
  ctiClients(): number
  /** The watchdog of routing: callers kept from a free agent, and agents kept from callers. */
  stuck(): number
  /** Queue and how many of its messages nobody has listened to. */
  newMessages(): readonly (readonly [string, number])[]
  queues(): readonly QueueStatus[]
  agents(): readonly AgentStatus[]
}

const agentStates = [
  'loggedOff',
  'notReady',
  'ready',
  'reserved',
  'busy',
  'workingAfterCall'
] as const satisfies readonly AgentStatus['state'][]

/** How often the delay of the event loop is measured. Each time wakes the process: the library's 10 ms are most of what an idle server does. */
const LOOP_MS = 100

/** Counts facts for Prometheus. Put its `listener` on the event bus. */
export class Metrics {
  readonly registry = new Registry()
  readonly #sources: MetricsSources
  readonly #inProgress = new Set<string>()
  readonly #calls: Counter<'result' | 'reason'>
  readonly #offers: Counter<'result'>
  readonly #waits: Histogram<'queue'>
  readonly #talks: Histogram
  readonly #messages: Counter<'queue'>
  readonly #callbacks: Counter<'outcome'>
  readonly #attempts: Counter<'result'>
  readonly #refused: Counter<'why'>
  /** Calls that we made: nobody waited on a line for them. */
  readonly #made = new Set<string>()

  constructor(sources: MetricsSources) {
    this.#sources = sources
    const registers = [this.registry]
    collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: LOOP_MS })

    this.#calls = new Counter({
      name: 'switchboard_calls_total',
      help: 'Ended calls',
      labelNames: ['result', 'reason'],
      registers
    })
    this.#offers = new Counter({
      name: 'switchboard_offers_total',
      help: 'Ended offers to agents',
      labelNames: ['result'],
      registers
    })
    this.#callbacks = new Counter({
      name: 'switchboard_callbacks_total',
      help: 'Callbacks that are over',
      labelNames: ['outcome'],
      registers
    })
    this.#attempts = new Counter({
      name: 'switchboard_callback_attempts_total',
      help: 'Attempts to call a customer back',
      labelNames: ['result'],
      registers
    })
    this.#refused = new Counter({
      name: 'switchboard_outside_calls_refused_total',
      help: 'Calls to the outside that were not made: an address that may not be called, or a cap',
      labelNames: ['why'],
      registers
    })
    const buckets = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600]
    this.#waits = new Histogram({
      name: 'switchboard_wait_seconds',
      help: 'Wait of answered calls',
      labelNames: ['queue'],
      buckets,
      registers
    })
    this.#talks = new Histogram({
      name: 'switchboard_talk_seconds',
      help: 'Talk time of calls with an agent',
      buckets,
      registers
    })
    this.#messages = new Counter({
      name: 'switchboard_voicemails_total',
      help: 'Messages that callers left',
      labelNames: ['queue'],
      registers
    })
    this.#watch()
  }

  readonly listener = (event: DomainEvent): void => {
    switch (event.type) {
      case 'call.started':
      case 'call.restored':
        this.#inProgress.add(event.callId)
        if (event.door === 'callback' || event.door === 'desk') this.#made.add(event.callId)
        break
      case 'call.established':
        if (event.queue !== undefined && !this.#made.has(event.callId))
          this.#waits.observe({ queue: event.queue }, event.waitedMs / 1000)
        break
      case 'call.ended':
        this.#inProgress.delete(event.callId)
        this.#made.delete(event.callId)
        this.#calls.inc({ result: event.termination.result, reason: event.termination.reason })
        if (event.totals.talkedMs > 0) this.#talks.observe(event.totals.talkedMs / 1000)
        break
      case 'callback.attempted':
        this.#attempts.inc({ result: event.attempt.result ?? 'interrupted' })
        break
      case 'callback.ended':
        this.#callbacks.inc({ outcome: event.callback.outcome ?? 'fault' })
        break
      case 'call.dial-refused':
        this.#refused.inc({ why: event.why })
        break
      case 'offer.ended':
        this.#offers.inc({ result: event.result })
        break
      case 'voicemail.left':
        this.#messages.inc({ queue: event.recording.queue })
        break
      default:
    }
  }

  #watch(): void {
    const { clock, ariConnected, records, unwritten, damaged, ctiClients, stuck, newMessages, queues, agents } = this.#sources
    this.#gauge('switchboard_calls_in_progress', 'Calls in progress', () => this.#inProgress.size)
    this.#gauge('switchboard_ari_connected', '1 while Asterisk is connected', () => Number(ariConnected()))
    this.#gauge('switchboard_cti_clients', 'Connected CTI clients', ctiClients)
    this.#gauge('switchboard_stuck', 'Callers who wait although an agent who fits is free; never but 0', stuck)
    this.#gauge('switchboard_records_pending', 'Facts in memory that are not in the database yet', () => records().pending)
    this.#gauge(
      'switchboard_records_spilled_bytes',
      'Facts on disk that are not in the database yet',
      () => records().spilledBytes
    )
    this.#gauge('switchboard_records_lost', 'Facts that neither database nor disk took', () => records().lost)
    this.#gauge(
      'switchboard_live_store_unwritten',
      'Calls and agents in progress whose last change is not safe yet: what a kill now would set back',
      unwritten
    )
    this.#gauge(
      'switchboard_live_store_damaged',
      'What an earlier process left in progress and this start could not read',
      damaged
    )
    this.#labelled('switchboard_queue_waiting', 'Callers in a queue', 'queue', () =>
      queues().map(({ queue, waiting }) => [queue, waiting])
    )
    this.#labelled('switchboard_queue_logged_on', 'Agents of a queue who are logged on', 'queue', () =>
      queues().map(({ queue, loggedOn }) => [queue, loggedOn])
    )
    this.#labelled('switchboard_queue_callbacks', 'Customers of a queue who are to be called back', 'queue', () =>
      queues().map(({ queue, callbacks }) => [queue, callbacks])
    )
    this.#labelled('switchboard_queue_oldest_seconds', 'Longest wait in a queue now', 'queue', () =>
      queues().map(({ queue, oldestSince }) => [queue, oldestSince === undefined ? 0 : (clock.now() - oldestSince) / 1000])
    )
    this.#labelled('switchboard_voicemails_new', 'Messages that nobody has listened to', 'queue', newMessages)
    this.#labelled('switchboard_queue_estimate_seconds', 'Wait that a new caller has to expect, once it is known', 'queue', () =>
      queues().flatMap(({ queue, estimateMs }) => (estimateMs === undefined ? [] : [[queue, estimateMs / 1000] as const]))
    )
    this.#labelled('switchboard_queue_estimate_error_seconds', 'By how much the latest estimates were wrong', 'queue', () =>
      queues().flatMap(({ queue, estimateErrorMs }) =>
        estimateErrorMs === undefined ? [] : [[queue, estimateErrorMs / 1000] as const]
      )
    )
    this.#labelled('switchboard_agents', 'Agents by state', 'state', () => {
      const states = agents().map(({ state }) => state)
      return agentStates.map((state) => [state, states.filter((one) => one === state).length])
    })
  }

  #gauge(name: string, help: string, read: () => number): void {
    const gauge: Gauge = new Gauge({ name, help, registers: [this.registry], collect: () => gauge.set(read()) })
  }

  #labelled(name: string, help: string, label: string, read: () => readonly (readonly [string, number])[]): void {
    const gauge: Gauge = new Gauge({
      ...{ name, help, labelNames: [label], registers: [this.registry] },
      collect() {
        // A queue that is gone, and an estimate that is no longer known, have no figure.
        gauge.reset()
        for (const [value, figure] of read()) gauge.set({ [label]: value }, figure)
      }
    })
  }
}
