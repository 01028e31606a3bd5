import type { DomainEvent } from '../domain/events.ts'
import type { CallId, DeviceId } from '../domain/ids.ts'
import { FlowTrail } from './flow-trail.ts'
import { OpenSpans } from './open-spans.ts'
import type { Attributes, Span } from './span.ts'
import { callSpanIdOf, traceIdOf } from './trace-ids.ts'

export type CallEvent = Extract<DomainEvent, { callId: CallId }>
type Of<Type extends CallEvent['type']> = Extract<CallEvent, { type: Type }>

const CALL = 'call'

/** The spans of one call, out of its facts: the call, its flows and steps, waits, rings, talks, holds and consultations. */
export class CallTrace {
  readonly #spans: OpenSpans
  readonly #trail: FlowTrail
  readonly #showsPersons: boolean

  /** `showsPersons`: numbers of callers and of whom is called, too, and what steps tell. */
  constructor(first: CallEvent, tell: (span: Span) => void, showsPersons: boolean) {
    const { callId, contactId, at } = first
    this.#showsPersons = showsPersons
    this.#spans = new OpenSpans(traceIdOf(contactId), tell)
    const started = first.type === 'call.started' ? first : undefined
    const from = first.type === 'call.ended' ? first.startedAt : at
    const isOurs = started !== undefined && (started.door === 'callback' || started.door === 'desk')
    this.#spans.begin(CALL, from, {
      spanId: callSpanIdOf(callId),
      name: 'call',
      kind: isOurs ? 'client' : 'server',
      attributes: {
        'switchboard.call.id': callId,
        'switchboard.contact.id': contactId,
        ...(started && this.#startedWith(started))
      }
    })
    this.#trail = new FlowTrail(this.#spans, callSpanIdOf(callId), showsPersons)
  }

  /** Where what happens now belongs: the step that the caller is in, or the call. */
  get now(): string {
    return this.#trail.now
  }

  take(event: CallEvent): void {
    const isKnown = this.#takeWay(event) || this.#takeRing(event) || this.#takeTalk(event) || this.#takeConsultation(event)
    if (!isKnown) this.#spans.note(CALL, noted(event))
  }

  /** The caller's own way. These answer false for what is not theirs. */
  #takeWay(event: CallEvent): boolean {
    switch (event.type) {
      case 'call.started':
        return true
      case 'flow.started':
        this.#trail.flowStarted(event)
        return true
      case 'step.left':
        this.#trail.stepLeft(event)
        return true
      case 'call.queued':
        this.#spans.begin('queue', event.at, {
          ...{ name: `queue ${event.queue}`, parentId: this.now },
          attributes: queuedWith(event)
        })
        return true
      case 'call.announced':
        return this.#spans.note('queue', noted(event))
      case 'call.dequeued':
        this.#spans.end('queue', event.at, { 'switchboard.exit': event.exit, 'switchboard.waited_ms': event.waitedMs })
        return true
      case 'call.ended':
        this.#end(event)
        return true
      default:
        return false
    }
  }

  #takeRing(event: CallEvent): boolean {
    switch (event.type) {
      case 'offer.made':
        this.#spans.begin(`offer ${event.offerId}`, event.at, {
          ...{ name: `offer ${event.agentId}`, parentId: this.#parentOf(event.consultation, this.#spans.idOf('queue')) },
          attributes: { 'switchboard.agent': event.agentId, 'switchboard.queue': event.queue }
        })
        return true
      case 'offer.ringing':
      case 'offer.answer-requested':
        return this.#spans.note(`offer ${event.offerId}`, noted(event))
      case 'offer.ended':
        this.#spans.end(`offer ${event.offerId}`, event.at, { 'switchboard.exit': event.result })
        return true
      default:
        return false
    }
  }

  #takeTalk(event: CallEvent): boolean {
    switch (event.type) {
      case 'call.established':
        this.#together(event, `talk ${event.agentId}`, undefined, {
          ...{ 'switchboard.agent': event.agentId, 'switchboard.queue': event.queue }
        })
        return true
      case 'leg.dialed':
      case 'leg.connected':
        this.#together(event, 'party', event.consultation, { 'switchboard.device': this.#shown(event.device) })
        return true
      case 'call.held':
        this.#spans.begin(`hold ${event.device}`, event.at, {
          ...{ name: 'hold', parentId: this.#spans.idOf(`with ${event.device}`) ?? this.#parentOf(event.consultation) },
          attributes: { 'switchboard.by': event.by }
        })
        return true
      case 'call.retrieved':
        this.#spans.end(`hold ${event.device}`, event.at)
        return true
      case 'leg.ended':
        this.#spans.end(`hold ${event.device}`, event.at)
        this.#spans.end(`with ${event.device}`, event.at, { 'switchboard.cause': event.cause })
        return true
      default:
        return false
    }
  }

  #takeConsultation(event: CallEvent): boolean {
    switch (event.type) {
      case 'consultation.started':
        this.#spans.begin(`consultation ${event.consultation}`, event.at, {
          ...{ name: 'consultation', parentId: this.#spans.idOf(`with ${event.device}`) ?? this.now },
          attributes: { 'switchboard.call.id': event.consultation, 'switchboard.agent': event.agentId }
        })
        return true
      case 'consultation.ended':
        this.#spans.end(`consultation ${event.consultation}`, event.at, { 'switchboard.exit': event.result })
        return true
      default:
        return false
    }
  }

  /** A party who is with somebody, from when they are called or heard; a fact more about who is there already. */
  #together(
    event: CallEvent & { readonly device: DeviceId },
    name: string,
    during: CallId | undefined,
    attributes: Attributes
  ): void {
    const key = `with ${event.device}`
    if (this.#spans.note(key, noted(event), attributes)) return
    this.#spans.begin(key, event.at, { name, parentId: this.#parentOf(during), attributes })
    this.#spans.note(key, noted(event))
  }

  #end({ at, termination, totals, startedAt }: Of<'call.ended'>): void {
    this.#spans.beganAt(CALL, startedAt)
    const { result, reason, cause, error } = termination
    this.#spans.note(
      CALL,
      { name: 'call.ended', at },
      {
        ...{ 'switchboard.result': result, 'switchboard.reason': reason, 'switchboard.cause': cause, 'error.type': error },
        ...{ 'switchboard.queued_ms': totals.queuedMs, 'switchboard.talked_ms': totals.talkedMs },
        'switchboard.held_ms': totals.heldMs
      }
    )
    this.#trail.end(at)
    this.#spans.endAllBut(CALL, at)
    this.#spans.end(CALL, at, {}, result === 'failed' ? (error ?? reason) : undefined)
  }

  /** The consultation that it is part of, if any; else what else is given, or where the caller is. */
  #parentOf(during: CallId | undefined, other?: string): string {
    const consultation = during === undefined ? undefined : this.#spans.idOf(`consultation ${during}`)
    return consultation ?? other ?? this.now
  }

  #startedWith({ door, dialed, caller, callerName, language, by }: Of<'call.started'>): Attributes {
    return {
      ...{ 'switchboard.door': door, 'switchboard.language': language, 'switchboard.agent': by },
      // Of a call to us it is our own number.
      'switchboard.dialed': door === 'trunk' ? dialed : this.#shown(dialed),
      ...{ 'switchboard.caller': this.#shown(caller), 'switchboard.caller_name': this.#shown(callerName) }
    }
  }

  #shown(person: string): string | undefined {
    return this.#showsPersons ? person : undefined
  }
}

function queuedWith({ queue, priority, position, resumes }: Of<'call.queued'>): Attributes {
  return {
    ...{ 'switchboard.queue': queue, 'switchboard.priority': priority },
    ...{ 'switchboard.position': position, 'switchboard.resumes': resumes }
  }
}

function noted({ type: name, at }: CallEvent): { readonly name: string; readonly at: number } {
  return { name, at }
}
