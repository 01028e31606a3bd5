export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>

/** Something that happened at one moment of a span. */
export interface SpanEvent {
  readonly name: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly attributes?: Attributes
}

/** A piece of a call that took time, once it is over; ids as W3C Trace Context writes them, times in milliseconds since 1970. */
export interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentId?: string
  readonly name: string
  /** `server`: they called us; `client`: we asked somebody. */
  readonly kind: 'internal' | 'server' | 'client'
  readonly from: number
  readonly to: number
  readonly attributes: Attributes
  readonly events?: readonly SpanEvent[]
  /** What went wrong, in a word; unset when nothing did. */
  readonly fault?: string
}
