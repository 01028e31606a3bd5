import type { Caller, CallFacts, QueueExit, QueueRequest, TransferExit, TransferRequest } from '../../domain/caller.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import type { Clip } from '../../domain/ports/prompts.ts'
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
  readonly #script: CallScript
  readonly #journal: Journal
  readonly #press: Press
  #listener: ((digit: string) => void) | undefined
  #early = ''

  constructor(facts: CallFacts, clock: Clock, script: CallScript, journal: Journal, press: Press) {
    this.facts = facts
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

  async play(clips: readonly Clip[], signal: AbortSignal): Promise<void> {
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

  async queue(request: QueueRequest, signal: AbortSignal): Promise<QueueExit> {
    signal.throwIfAborted()
    this.#journal.add({ kind: 'queue', queue: request.queue, priority: request.priority })
    this.waitsInQueue = true
    try {
      const stay = await this.#script.queue(request)
      return await this.#stay(stay, request, signal)
    } finally {
      this.waitsInQueue = false
    }
  }

  /** Until the script ends the wait, or the caller does. */
  async #stay(stay: Stay, { queue, attend }: QueueRequest, signal: AbortSignal): Promise<QueueExit> {
    const { exit } = stay.value
    const takenIn = exit !== 'full' && exit !== 'no_agents'
    using over = new ChildAbort(signal)
    const wait = new SimulatedWait(queue, stay, this.#clock, (clips, playing) => this.play(clips, playing))
    const company = takenIn ? attend?.(wait, over.signal) : undefined
    try {
      const scripted = this.#clock.sleep(stay.afterMs, over.signal).then(() => stay.value)
      if (stay.keys !== undefined) this.#press(stay.keys)
      return await Promise.race([scripted, ...(company === undefined ? [] : [company.then((left) => ({ exit: left }))])])
    } finally {
      over.abort(new Error('The wait is over'))
      // It was told to stop, and has nothing more to say.
      await company?.catch(() => undefined)
    }
  }

  async transfer(request: TransferRequest, signal: AbortSignal): Promise<TransferExit> {
    signal.throwIfAborted()
    const { to } = request
    const name = to.kind === 'agent' ? to.agentId : to.kind === 'queue' ? to.queue : to.kind === 'number' ? to.number : to.uri
    this.#journal.add({ kind: 'transfer', to: name })
    const { afterMs, value } = await this.#script.transfer(request)
    await this.#clock.sleep(afterMs, signal)
    return value
  }
}
