import type { Attributes, Span, SpanEvent } from './span.ts'
import { newSpanId } from './trace-ids.ts'

/** A loop of a flow must not make one span as large as a book. */
const EVENTS_MAX = 64

interface Opened {
  readonly span: Omit<Span, 'from' | 'to' | 'attributes'>
  from: number
  attributes: Attributes
  readonly events: SpanEvent[]
}

/** The spans of one call that have begun and are not over, by what they are about. */
export class OpenSpans {
  readonly #traceId: string
  readonly #tell: (span: Span) => void
  readonly #open = new Map<string, Opened>()

  constructor(traceId: string, tell: (span: Span) => void) {
    this.#traceId = traceId
    this.#tell = tell
  }

  /** One of that key that is still open ends here. */
  begin(
    key: string,
    from: number,
    { spanId = newSpanId(), ...given }: Pick<Span, 'name' | 'attributes'> & Partial<Pick<Span, 'kind' | 'parentId' | 'spanId'>>
  ): string {
    this.end(key, from)
    const { attributes, ...rest } = given
    this.#open.set(key, { span: { kind: 'internal', ...rest, traceId: this.#traceId, spanId }, from, attributes, events: [] })
    return spanId
  }

  idOf(key: string): string | undefined {
    return this.#open.get(key)?.span.spanId
  }

  /** False when there is none of that key. */
  note(key: string, event: SpanEvent, attributes: Attributes = {}): boolean {
    const opened = this.#open.get(key)
    if (opened === undefined) return false
    if (opened.events.length < EVENTS_MAX) opened.events.push(event)
    opened.attributes = { ...opened.attributes, ...attributes }
    return true
  }

  end(key: string, to: number, attributes: Attributes = {}, fault?: string): void {
    const opened = this.#open.get(key)
    if (opened === undefined) return
    this.#open.delete(key)
    const { span, from, events } = opened
    this.#tell({
      ...span,
      from,
      to,
      attributes: { ...opened.attributes, ...attributes },
      events,
      ...(fault !== undefined && { fault })
    })
  }

  /** It began before it was told. */
  beganAt(key: string, from: number): void {
    const opened = this.#open.get(key)
    if (opened !== undefined) opened.from = Math.min(opened.from, from)
  }

  /** What began last ends first: what is inside ends before what it is in. */
  endAllBut(key: string, to: number): void {
    for (const one of [...this.#open.keys()].reverse()) if (one !== key) this.end(one, to)
  }
}
