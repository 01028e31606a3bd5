import type { Signal } from '../../domain/abort.ts'
import type { CallbackAnswer, CallbackRequest } from '../../domain/callback.ts'
import type {
  Caller,
  CallFacts,
  QueueExit,
  QueueRequest,
  RecordCallOrder,
  RecordExit,
  RecordRequest,
  TransferExit,
  TransferRequest
} from '../../domain/caller.ts'
import type { Centre } from '../../domain/centre.ts'
import { AppError } from '../../domain/errors.ts'
import type { RecordingId } from '../../domain/ids.ts'
import { nextLookMs, overflowOf } from '../../domain/overflow.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import type { Clip } from '../../domain/ports/prompts.ts'
import { untilAborted } from '../../domain/until-aborted.ts'
import type { OverflowRule } from '../../domain/waiting.ts'
import { ChildAbort } from '../child-abort.ts'
import type { CallScript, Stay } from './call-script.ts'
import type { Journal } from './journal.ts'
import { SimulatedWait } from './simulated-wait.ts'

/** What the simulated caller does with their fingers. */
export type Press = (keys: string | 'hangup') => void

/** A caller without a phone: hears texts, and does what a script says. */
export class SimulatedCaller implements Caller {
  readonly facts: CallFacts
  /** Where the caller waits for a person just now. */
  waitsInQueue = false
  readonly #clock: Clock
  readonly #queues: Centre['queues']
  readonly #script: CallScript
  readonly #journal: Journal
  readonly #press: Press
  #listener: ((digit: string) => void) | undefined
  #early = ''
  #messages = 0
  #lastQueue: string | undefined

  constructor(facts: CallFacts, clock: Clock, queues: Centre['queues'], script: CallScript, journal: Journal, press: Press) {
    this.facts = facts
    this.#queues = queues
    this.#clock = clock
    this.#script = script
    this.#journal = journal
    this.#press = press
  }

  /** One key. Before anybody listens it is kept, as the phone line keeps it. */
  key(key: string): void {
    if (this.#listener === undefined) this.#early += key
    else this.#listener(key)
  }

  onDigit(listener: (digit: string) => void): Disposable {
    this.#listener = listener
    const early = this.#early
    this.#early = ''
    for (const key of early) listener(key)
    return {
      [Symbol.dispose]: () => {
        this.#listener = undefined
      }
    }
  }

  async play(clips: readonly Clip[], signal: Signal): Promise<void> {
    signal.throwIfAborted()
    const text = clips
      .map(({ file }) => file)
      .filter((words) => words !== '')
      .join(' ')
    const durationMs = clips.reduce((sum, clip) => sum + clip.durationMs, 0)
    const keys = this.#script.whileHearing(text)
    const said = this.#clock.sleep(durationMs, signal)
    // Pressed as soon as the prompt has begun, so that it is this prompt which the keys cut off.
    if (keys !== undefined) this.#press(keys)
    let whole = false
    try {
      await said
      whole = true
    } finally {
      this.#journal.add({ kind: 'said', text, whole })
    }
  }

  async queue(request: QueueRequest, signal: Signal): Promise<QueueExit> {
    signal.throwIfAborted()
    this.waitsInQueue = true
    this.#lastQueue = request.queue
    try {
      return await this.#waitThrough(request, signal)
    } finally {
      this.waitsInQueue = false
    }
  }

  /** In one queue after the other, as their overflows say. */
  async #waitThrough(first: QueueRequest, signal: Signal): Promise<QueueExit> {
    const since = this.#clock.now()
    const maxWaitMs = first.maxWaitMs ?? this.#queues.get(first.queue)?.maxWaitMs ?? 0
    const visited = new Set([first.queue])
    let request = first
    for (;;) {
      const { queue, priority, preferred } = request
      this.#journal.add({ kind: 'queue', queue, priority, ...(preferred !== undefined && { agent: preferred.agentId }) })
      const stay = await this.#script.queue({ ...request, maxWaitMs: Math.max(0, maxWaitMs - (this.#clock.now() - since)) })
      const end = await this.#stay(stay, request, visited, signal)
      if ('exit' in end) return end
      const { overflow: _, ...kept } = request
      request = { ...kept, queue: end.queue, skills: end.skills, leaveIfNoAgents: false }
      visited.add(end.queue)
    }
  }

  /** Until the script ends the wait, the caller does, or a rule sends them on. */
  async #stay(
    stay: Stay,
    request: QueueRequest,
    visited: ReadonlySet<string>,
    signal: Signal
  ): Promise<QueueExit | OverflowRule> {
    const { exit } = stay.value
    using over = new ChildAbort(signal)
    const wait = new SimulatedWait(request.queue, stay, this.#clock, (clips, playing) => this.play(clips, playing))
    const refused = exit === 'full' || exit === 'no_agents' || exit === 'closed'
    const company = refused ? undefined : request.attend?.(wait, over.signal)
    try {
      const scripted = this.#clock.sleep(stay.afterMs, over.signal).then(() => stay.value)
      if (stay.keys !== undefined) this.#press(stay.keys)
      return await Promise.race([
        this.#overflow(request, wait, visited, over.signal),
        scripted,
        ...(company === undefined ? [] : [company.then((left): QueueExit => ({ exit: left }))])
      ])
    } finally {
      over.abort(new Error('The wait is over'))
      // It was told to stop, and has nothing more to say.
      await company?.catch(() => undefined)
    }
  }

  /** The rule that comes to hold first; never where none does. */
  async #overflow(
    { queue, overflow }: QueueRequest,
    wait: SimulatedWait,
    visited: ReadonlySet<string>,
    signal: Signal
  ): Promise<OverflowRule> {
    const rules = overflow ?? this.#queues.get(queue)?.overflow ?? []
    const since = this.#clock.now()
    for (;;) {
      const waitedMs = this.#clock.now() - since
      const { waiting = 0, loggedOn = 0 } = this.#script.queueStatus(queue) ?? {}
      const ahead = (wait.position() ?? waiting + 1) - 1
      const rule = overflowOf(rules, { waitedMs, ahead, loggedOn }, (name) => !visited.has(name))
      if (rule !== undefined) return rule
      const next = nextLookMs(rules, waitedMs)
      if (next === undefined) return await untilAborted(signal)
      await this.#clock.sleep(next - waitedMs, signal)
    }
  }

  async transfer(request: TransferRequest, signal: Signal): Promise<TransferExit> {
    signal.throwIfAborted()
    const { to } = request
    const name = to.kind === 'agent' ? to.agentId : to.kind === 'queue' ? to.queue : to.kind === 'number' ? to.number : to.uri
    this.#journal.add({ kind: 'transfer', to: name })
    const { afterMs, value } = await this.#script.transfer(request)
    await this.#clock.sleep(afterMs, signal)
    return value
  }

  async record(request: RecordRequest, signal: Signal): Promise<RecordExit> {
    signal.throwIfAborted()
    const { saysMs, hangsUp, fails } = await this.#script.record(request)
    if (fails) throw new AppError('RECORDING_NOT_STORED', 'server', 'A recording could not be stored')
    const since = this.#clock.now()
    const trailingMs = hangsUp || (saysMs > 0 && request.finishKey !== undefined) ? 0 : request.maxSilenceMs
    // A hang-up or a shortcut at a moment of its own ends it earlier; what was said until then counts.
    await this.#clock.sleep(Math.min(saysMs + trailingMs, request.maxMs), signal).catch(() => undefined)
    const saidMs = Math.min(saysMs, this.#clock.now() - since)
    if (hangsUp && !signal.aborted) this.#press('hangup')

    const kept = saidMs >= request.minMs
    const seconds = Math.round(saidMs / 1000)
    this.#journal.add({ kind: 'recorded', queue: request.queue, seconds, kept })
    return kept ? { exit: 'recorded', id: `message-${++this.#messages}` as RecordingId, seconds } : { exit: 'too_short' }
  }

  async recordCall(order: RecordCallOrder): Promise<void> {
    this.#journal.add({ kind: 'recording', order })
  }

  async offTheRecord<Value>(work: () => Promise<Value>): Promise<Value> {
    return await work()
  }

  async bookCallback(request: CallbackRequest, signal: Signal): Promise<CallbackAnswer> {
    signal.throwIfAborted()
    const queue = request.queue ?? this.#lastQueue
    if (queue === undefined) return { exit: 'refused', why: 'no-queue' }
    this.#journal.add({ kind: 'callback', queue, number: request.number ?? this.facts.callerNumber })
    const { afterMs, value } = await this.#script.callback(request)
    await this.#clock.sleep(afterMs, signal)
    return value
  }
}
