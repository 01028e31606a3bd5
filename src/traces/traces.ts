import type { DomainEvent } from '../domain/events.ts'
import type { CallId, ContactId } from '../domain/ids.ts'
import type { HttpOutcome } from '../domain/ports/http-client.ts'
import { type CallEvent, CallTrace } from './call-trace.ts'
import { FlowTrail } from './flow-trail.ts'
import { OpenSpans } from './open-spans.ts'
import type { Span } from './span.ts'
import { callSpanIdOf, isSampled, newSpanId, traceIdOf, traceparentOf } from './trace-ids.ts'

export interface TracesOptions {
  /** Takes a span that is over; must return at once. */
  readonly tell: (span: Span) => void
  /** Which part of all contacts is traced, 0 to 1. */
  readonly ratio: number
  /** Numbers of callers and of whom is called, addresses of requests in full, and what steps tell. */
  readonly showsPersons: boolean
  readonly clock: { now(): number }
}

/** A question to another system for a call. */
export interface TracedRequest {
  /** Header that tells the other system where it stands in the trace. */
  readonly traceparent: string
  /** The answer; undefined: the caller left before it came. */
  end(outcome: HttpOutcome | undefined): void
}

/** Turns the facts of calls into spans: a trace for each contact. A listener of the event bus; holds what is open of calls in progress and nothing else. */
export class Traces {
  readonly #options: TracesOptions
  readonly #calls = new Map<CallId, CallTrace>()

  constructor(options: TracesOptions) {
    this.#options = options
  }

  /** How many calls are under way. */
  get size(): number {
    return this.#calls.size
  }

  readonly listener = (event: DomainEvent): void => {
    if (!('callId' in event)) return
    const known = this.#calls.get(event.callId)
    if (known !== undefined) known.take(event)
    else if (this.#isTraced(event.contactId)) this.#takeFirst(event)
    if (event.type === 'call.ended') this.#calls.delete(event.callId)
  }

  request(about: { readonly callId: CallId; readonly contactId: ContactId }, method: string, url: string): TracedRequest {
    const { clock, tell } = this.#options
    const traceId = traceIdOf(about.contactId)
    const spanId = newSpanId()
    const from = clock.now()
    const parentId = this.#calls.get(about.callId)?.now ?? callSpanIdOf(about.callId)
    const isTraced = this.#isTraced(about.contactId)
    return {
      traceparent: traceparentOf(traceId, spanId, isTraced),
      end: (outcome) => {
        if (!isTraced) return
        const to = clock.now()
        const about = this.#askedOf(method, url)
        tell({ ...{ traceId, spanId, parentId, from, to }, kind: 'client', ...about, ...outcomeOf(about.attributes, outcome) })
      }
    }
  }

  /** Header that tells another system of which call it is told. */
  traceparent({ callId, contactId }: { readonly callId: CallId; readonly contactId: ContactId }): string {
    return traceparentOf(traceIdOf(contactId), callSpanIdOf(callId), this.#isTraced(contactId))
  }

  #takeFirst(event: CallEvent): void {
    const { tell, showsPersons } = this.#options
    if (event.type === 'call.started') this.#calls.set(event.callId, new CallTrace(event, tell, showsPersons))
    // Of a call that another process began the whole is told; the parts that it had open are lost with it.
    if (event.type === 'call.ended') new CallTrace(event, tell, showsPersons).take(event)
    // What its flow does after the caller has left.
    if (event.type === 'step.left') {
      const spans = new OpenSpans(traceIdOf(event.contactId), tell)
      new FlowTrail(spans, callSpanIdOf(event.callId), showsPersons).stepLeft(event)
    }
  }

  #isTraced(contactId: ContactId): boolean {
    const { ratio } = this.#options
    return ratio >= 1 || isSampled(traceIdOf(contactId), ratio)
  }

  /** https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client */
  #askedOf(method: string, url: string): Pick<Span, 'name' | 'attributes'> {
    const { hostname, port, protocol, origin, pathname } = new URL(url)
    return {
      name: method,
      attributes: {
        ...{ 'http.request.method': method, 'server.address': hostname },
        'server.port': port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
        // A path often names a customer. The query is never told: it is where keys are.
        'url.full': this.#options.showsPersons ? `${origin}${pathname}` : undefined
      }
    }
  }
}

function outcomeOf(attributes: Span['attributes'], outcome: HttpOutcome | undefined): Pick<Span, 'attributes' | 'fault'> {
  const status = outcome?.status
  if (outcome?.ok) return { attributes: { ...attributes, 'http.response.status_code': status } }
  const fault = outcome === undefined ? 'caller-left' : outcome.problem
  const type = fault === 'status' ? String(status) : fault
  return { attributes: { ...attributes, 'http.response.status_code': status, 'error.type': type }, fault: type }
}
