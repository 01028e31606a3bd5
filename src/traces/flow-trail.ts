import type { DomainEventOf } from '../domain/events.ts'
import type { OpenSpans } from './open-spans.ts'
import { newSpanId } from './trace-ids.ts'

/** A flow that the caller is in. */
interface Level {
  readonly key: string
  readonly flow: string
  readonly spanId: string
  /** The step of the level before that runs it. */
  readonly runBy: string | undefined
  /** Of the step that the caller is in: whatever happens meanwhile belongs to it, though it is told when it is over. */
  stepId: string
}

/** The flows and steps of one call. A flow that another one runs is inside of that one's step. */
export class FlowTrail {
  readonly #spans: OpenSpans
  readonly #callSpanId: string
  readonly #showsPersons: boolean
  readonly #levels: Level[] = []

  constructor(spans: OpenSpans, callSpanId: string, showsPersons: boolean) {
    this.#spans = spans
    this.#callSpanId = callSpanId
    this.#showsPersons = showsPersons
  }

  /** Of the innermost step that the caller is in, or the call's. */
  get now(): string {
    return this.#levels.at(-1)?.stepId ?? this.#callSpanId
  }

  flowStarted({ flow, version, runBy, at }: DomainEventOf<'flow.started'>): void {
    // Without a step that runs it, the caller went to it for good.
    if (runBy === undefined) this.end(at)
    const key = `flow ${this.#levels.length}`
    const spanId = this.#spans.begin(key, at, {
      ...{ name: `flow ${flow}`, parentId: this.now },
      attributes: { 'switchboard.flow': flow, 'switchboard.flow.version': version }
    })
    this.#levels.push({ key, flow, spanId, runBy, stepId: newSpanId() })
  }

  stepLeft({ flow, entry, tookMs, at }: DomainEventOf<'step.left'>): void {
    // A step that is left has nothing open inside of it any more. A flow may run itself: then the step says which level it is of.
    const runner = this.#levels.findLastIndex(
      (level, at) => level.flow === flow && entry.kind === 'run' && this.#levels[at + 1]?.runBy === entry.step
    )
    const index = runner >= 0 ? runner : this.#levels.findLastIndex((level) => level.flow === flow)
    if (index >= 0) this.#endFrom(index + 1, at)
    const level = this.#levels[index]
    const fault = entry.exit === 'error' ? (entry.detail ?? 'error') : undefined
    this.#spans.begin('step', entry.at, {
      ...{ name: `${entry.kind} ${entry.step}`, spanId: level?.stepId ?? newSpanId() },
      parentId: level?.spanId ?? this.#callSpanId,
      attributes: {
        ...{ 'switchboard.flow': flow, 'switchboard.step': entry.step, 'switchboard.step.kind': entry.kind },
        ...{ 'switchboard.exit': entry.exit, 'switchboard.detail': this.#showsPersons ? entry.detail : undefined }
      }
    })
    this.#spans.end('step', entry.at + tookMs, {}, fault)
    if (level !== undefined) level.stepId = newSpanId()
  }

  end(at: number): void {
    this.#endFrom(0, at)
  }

  #endFrom(index: number, at: number): void {
    for (const { key } of this.#levels.splice(index).reverse()) this.#spans.end(key, at)
  }
}
