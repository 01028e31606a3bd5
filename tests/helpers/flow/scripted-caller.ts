import type { Signal } from '../../../src/domain/abort.ts'
import type { CallbackAnswer, CallbackRequest } from '../../../src/domain/callback.ts'
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
} from '../../../src/domain/caller.ts'
import type { Customer } from '../../../src/domain/customer.ts'
import type { CallId, ContactId } from '../../../src/domain/ids.ts'
import type { Interrupted } from '../../../src/domain/interrupted.ts'
import type { Clip, PromptPart, Prompts } from '../../../src/domain/ports/prompts.ts'
import { ChildAbort } from '../../../src/flow/child-abort.ts'
import { SimulatedWait } from '../../../src/flow/simulate/simulated-wait.ts'
import type { VirtualClock } from '../virtual-clock.ts'

/** What a caller heard: from when to when, and whether it was stopped before its end. */
export interface Heard {
  readonly text: string
  readonly from: number
  readonly to: number
  readonly whole: boolean
}

export interface CallerScript {
  readonly dialed?: string
  readonly customer?: Customer
  readonly interrupted?: Interrupted | undefined
  /** Waits that long, then leaves the queue that way. Default: waits for ever. */
  readonly queue?: (request: QueueRequest) =>
    | {
        readonly afterMs: number
        readonly exit: QueueExit
        readonly positions?: readonly number[]
        readonly estimateMs?: number
      }
    | undefined
  readonly transfer?: (request: TransferRequest) => TransferExit
  /** Speaks that long unless cut short. What is kept is told also when the caller has hung up. */
  readonly record?: (request: RecordRequest) => { readonly ms: number; readonly exit: RecordExit }
  readonly callback?: (request: CallbackRequest) => CallbackAnswer
}

/** A caller on a virtual phone. Times are milliseconds since the call began. */
export class ScriptedCaller implements Caller {
  readonly facts: CallFacts
  readonly heard: Heard[] = []
  readonly queued: QueueRequest[] = []
  readonly transfers: TransferRequest[] = []
  readonly recordings: RecordRequest[] = []
  readonly callbacks: CallbackRequest[] = []
  readonly #clock: VirtualClock
  readonly #script: CallerScript
  readonly #startedAt: number
  #listener: ((digit: string) => void) | undefined
  #early = ''
  #playing = false

  constructor(clock: VirtualClock, script: CallerScript = {}) {
    this.#clock = clock
    this.#script = script
    this.#startedAt = clock.now()
    this.facts = {
      callId: 'call-1' as CallId,
      contactId: 'contact-1' as ContactId,
      dialed: script.dialed ?? '95588',
      callerNumber: '13800000000',
      callerName: '',
      startedAt: clock.now(),
      customer: script.customer,
      ...(script.interrupted !== undefined && { interrupted: script.interrupted })
    }
  }

  /** Texts heard, in order; cut-off ones end in `…`. */
  get texts(): string[] {
    return this.heard.map(({ text, whole }) => (whole ? text : `${text}…`))
  }

  /** Nobody listens to the keys any more: the leak guard's question. */
  get isReleased(): boolean {
    return this.#listener === undefined
  }

  press(keys: string): void {
    for (const key of keys) {
      if (this.#listener === undefined) this.#early += key
      else this.#listener(key)
    }
  }

  onDigit(listener: (digit: string) => void): Disposable {
    if (this.#listener !== undefined) throw new Error('The keys already have a reader')
    this.#listener = listener
    const early = this.#early
    this.#early = ''
    this.press(early)
    return {
      [Symbol.dispose]: () => {
        this.#listener = undefined
      }
    }
  }

  async play(clips: readonly Clip[], signal: Signal): Promise<void> {
    signal.throwIfAborted()
    if (this.#playing) throw new Error('Two prompts at once')
    this.#playing = true
    const from = this.#clock.now() - this.#startedAt
    const text = clips.map(({ file }) => file).join(' ')
    const duration = clips.reduce((sum, { durationMs }) => sum + durationMs, 0)
    let whole = false
    try {
      await this.#clock.sleep(duration, signal)
      whole = true
    } finally {
      this.#playing = false
      this.heard.push({ text, from, to: this.#clock.now() - this.#startedAt, whole })
    }
  }

  async queue(request: QueueRequest, signal: Signal): Promise<QueueExit> {
    signal.throwIfAborted()
    this.queued.push(request)
    const { afterMs, exit, ...figures } = this.#script.queue?.(request) ?? {
      afterMs: 86_400_000,
      exit: { exit: 'timeout' } as const
    }
    using over = new ChildAbort(signal)
    const play = (clips: readonly Clip[], playing: Signal) => this.play(clips, playing)
    const wait = new SimulatedWait(request.queue, { afterMs, value: exit, ...figures }, this.#clock, play)
    const company = request.attend?.(wait, over.signal).then((left): QueueExit => ({ exit: left }))
    try {
      const scripted = this.#clock.sleep(afterMs, over.signal).then(() => exit)
      return await Promise.race([scripted, ...(company === undefined ? [] : [company])])
    } finally {
      over.abort(new Error('The wait is over'))
      await company?.catch(() => undefined)
    }
  }

  async transfer(request: TransferRequest, signal: Signal): Promise<TransferExit> {
    signal.throwIfAborted()
    this.transfers.push(request)
    return this.#script.transfer?.(request) ?? { exit: 'completed' }
  }

  async record(request: RecordRequest, signal: Signal): Promise<RecordExit> {
    signal.throwIfAborted()
    this.recordings.push(request)
    const { ms, exit } = this.#script.record?.(request) ?? { ms: 0, exit: { exit: 'too_short' } as const }
    await this.#clock.sleep(ms, signal).catch(() => undefined)
    return exit
  }

  /** What was ordered about the recording of the call, and where secrets were asked for. */
  readonly recordCalls: (RecordCallOrder | 'secret' | 'secret over')[] = []

  async recordCall(order: RecordCallOrder): Promise<void> {
    this.recordCalls.push(order)
  }

  async offTheRecord<Value>(work: () => Promise<Value>): Promise<Value> {
    this.recordCalls.push('secret')
    try {
      return await work()
    } finally {
      this.recordCalls.push('secret over')
    }
  }

  async bookCallback(request: CallbackRequest, signal: Signal): Promise<CallbackAnswer> {
    signal.throwIfAborted()
    this.callbacks.push(request)
    return this.#script.callback?.(request) ?? { exit: 'booked' }
  }
}

/** Says every part for one second; the clip's file is what was said. Parts in `broken` cannot be spoken. */
export class SpokenParts implements Prompts {
  readonly rendered: { readonly parts: readonly PromptPart[]; readonly language: string }[] = []
  broken: ReadonlySet<string> = new Set()

  async render(parts: readonly PromptPart[], language: string, _signal?: Signal): Promise<readonly Clip[]> {
    this.rendered.push({ parts, language })
    const words = parts.map(wordsOf)
    const broken = words.find((word) => this.broken.has(word))
    if (broken !== undefined) throw new Error(`Cannot say ${broken}`)
    return words.map((file, index) => ({ file, durationMs: parts[index]?.kind === 'pause' ? 0 : 1000 }))
  }

  async prepare(): Promise<void> {}

  inVoice(name: string): Prompts {
    return {
      render: async (parts, language, signal) => {
        const clips = await this.render(parts, language, signal)
        return clips.map(({ file, durationMs }) => ({ file: `${name} says ${file}`, durationMs }))
      },
      prepare: () => this.prepare(),
      inVoice: (other) => this.inVoice(other),
      hasAudio: () => true
    }
  }

  hasAudio(): boolean {
    return true
  }
}

function wordsOf(part: PromptPart): string {
  switch (part.kind) {
    case 'audio':
      return `(${part.name})`
    case 'text':
      return part.text
    case 'digits':
      return `digits:${part.digits}`
    case 'number':
      return `number:${part.value}`
    case 'money':
      return `${part.amount} ${part.currency}`
    case 'pause':
      return `pause:${part.ms}`
    case 'date':
    case 'time':
      return `${part.kind}:${part.iso}`
    case 'duration':
      return `duration:${part.ms}`
    case 'phone':
      return `phone:${part.number}`
    case 'ordinal':
      return `ordinal:${part.value}`
    case 'count':
      return `count:${part.value} ${part.unit ?? ''}`.trim()
  }
}
