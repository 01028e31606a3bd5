import type { Log } from '../domain/log.ts'
import type { ShedAnswer } from '../domain/overload.ts'
import { AsteriskProbe } from './asterisk-probe.ts'
import { type Answer, asteriskAway, decide, type EdgeRefusal, edgeRefusals } from './decide.ts'
import type { Drachtio, SipRequest, SipResponse } from './drachtio.ts'
import { DrachtioLink, type LinkStatus } from './drachtio-link.ts'
import type { SessionEars } from './session.ts'

export interface EdgeOptions {
  /** drachtio's admin port. */
  readonly address: { readonly host: string; readonly port: number }
  readonly secret: string
  /** PEM of those whose certificate that port must show for its host. Unset: it is plain. */
  readonly authorities?: string | undefined
  /** Where Asterisk takes SIP, `host:port`. */
  readonly asterisk: string
  /** Whether a live flow serves the number. */
  admits(number: string): boolean
  /** Whether calls are taken at all. */
  takesCalls(): boolean
  /** What becomes of a caller of that number, beside so many who are on their way from here; undefined is to be served. */
  turnsAway(number: string, coming: number): ShedAnswer | undefined
  readonly log: Log
}

export interface EdgeStatus extends LinkStatus {
  /** Calls sent on to Asterisk, and calls refused here by why, since the start. */
  readonly forwarded: number
  readonly refused: Readonly<Record<EdgeRefusal, number>>
}

export interface SipEdge {
  status(): EdgeStatus
  /** Takes no more calls. Those in progress go on: drachtio routes what belongs to them without us. */
  close(): Promise<void>
}

/** What drachtio asks us about. It answers the rest of what is outside a dialog by itself: 481, and nothing to a REFER. */
const METHODS = ['invite', 'options', 'register', 'subscribe', 'notify', 'message', 'publish', 'info']

const LIMITS = { answerMs: 3000, silentMs: 10_000, retryFirstMs: 250, retryMostMs: 10_000 }

/** A call let in counts by itself until it is answered, but no longer: by then Asterisk has handed it to us, and it counts as in progress. */
const SETTLING_MS = 500

/** The least time between two complaints that there is no room. */
const COMPLAIN_MS = 10_000

/**
 * Opens the SIP edge: drachtio in front of Asterisk lets in calls for the numbers of live flows, while there is room.
 * Resolves after the first attempt to reach drachtio; it is tried for ever.
 */
export async function openSipEdge(options: EdgeOptions): Promise<SipEdge> {
  const edge = new Edge(options)
  await edge.start()
  return edge
}

class Edge implements SipEdge {
  readonly #options: EdgeOptions
  readonly #link: DrachtioLink
  readonly #probe: AsteriskProbe
  /** Calls let in that Asterisk has not answered yet. */
  readonly #letIn = new Set<{ readonly at: number }>()
  /** Calls that wait for Asterisk's sign of life. */
  #waiting = 0
  #asteriskAnswers = true
  #complainedAt = Number.NEGATIVE_INFINITY
  #closing = false
  #forwarded = 0
  readonly #refused = Object.fromEntries(edgeRefusals.map((why) => [why, 0])) as Record<EdgeRefusal, number>

  constructor(options: EdgeOptions) {
    this.#options = options
    this.#probe = new AsteriskProbe(options.asterisk)
    const { address, secret, authorities, log } = options
    const onRequest: SessionEars['onRequest'] = (drachtio, request, response) => {
      try {
        this.#take(drachtio, request, response)
      } catch (err) {
        // Left alone, drachtio-srf would print it past our log.
        log.error({ err, method: request.method }, 'A SIP request could not be handled')
        response.send(500, { headers: {} })
      }
    }
    this.#link = new DrachtioLink({ ...LIMITS, ...address, secret, authorities, methods: METHODS, onRequest, log })
  }

  start(): Promise<void> {
    return this.#link.start()
  }

  status(): EdgeStatus {
    return { ...this.#link.status, forwarded: this.#forwarded, refused: { ...this.#refused } }
  }

  async close(): Promise<void> {
    this.#closing = true
    await this.#link.close()
  }

  #take(drachtio: Drachtio, request: SipRequest, response: SipResponse): void {
    const { admits } = this.#options
    const coming = this.#coming()
    const takesCalls = () => !this.#closing && this.#options.takesCalls()
    const turnsAway = (number: string) => this.#options.turnsAway(number, coming)
    // The tag is a parameter of the header, after the address (RFC 3261 §20.39).
    const inDialog = /;\s*tag=/i.test((request.get('to') ?? '').replace(/^.*>/, ''))
    const decision = decide({ method: request.method, uri: request.uri, inDialog }, { admits, takesCalls, turnsAway })
    if (decision.act === 'answer') {
      if (decision.refusal === 'overload') this.#complain(coming)
      this.#answer(decision, request, response)
    }
    if (decision.act !== 'forward') return
    this.#forward(drachtio, request, response, decision.number).catch((err) =>
      this.#options.log.warn({ err }, 'A call could not be forwarded to Asterisk')
    )
  }

  #answer(answer: Answer, request: SipRequest, response: SipResponse): void {
    const { status, headers, refusal } = answer
    if (refusal !== undefined) this.#refused[refusal]++
    this.#options.log.debug({ method: request.method, uri: request.uri, status }, 'The SIP edge answers by itself')
    response.send(status, { headers: { ...headers } })
  }

  async #forward(drachtio: Drachtio, request: SipRequest, response: SipResponse, number: string): Promise<void> {
    const { asterisk, log } = this.#options
    let cancelled = false
    request.on('cancel', () => {
      cancelled = true
    })
    const answers = await this.#asterisk(drachtio)
    // drachtio has answered 487 by then, and would forward the call all the same.
    if (cancelled) return
    if (!answers) {
      this.#answer(asteriskAway, request, response)
      return
    }

    this.#forwarded++
    const letIn = { at: performance.now() }
    this.#letIn.add(letIn)
    // Without Record-Route the BYE of a caller who ignores Route ends here, with 481.
    const route = { recordRoute: true, followRedirects: false, forking: 'sequential', provisionalTimeout: '2s' } as const
    drachtio.proxyRequest(request, `sip:${number}@${asterisk}`, route, (error, result) => {
      this.#letIn.delete(letIn)
      if (typeof error === 'string' || error instanceof Error) log.warn({ problem: error }, 'drachtio could not forward a call')
      else if (result?.finalStatus === undefined) this.#probe.doubt()
    })
  }

  async #asterisk(drachtio: Drachtio): Promise<boolean> {
    this.#waiting++
    try {
      const answers = await this.#probe.answers(drachtio)
      this.#note(answers)
      return answers
    } finally {
      this.#waiting--
    }
  }

  #coming(): number {
    for (const letIn of this.#letIn) if (performance.now() - letIn.at > SETTLING_MS) this.#letIn.delete(letIn)
    return this.#waiting + this.#letIn.size
  }

  #complain(coming: number): void {
    if (performance.now() - this.#complainedAt < COMPLAIN_MS) return
    this.#complainedAt = performance.now()
    this.#options.log.warn({ coming }, 'The SIP edge refuses calls: there is no room')
  }

  #note(answers: boolean): void {
    if (answers === this.#asteriskAnswers) return
    this.#asteriskAnswers = answers
    const { asterisk, log } = this.#options
    if (answers) log.info({ asterisk }, 'Asterisk answers the SIP edge again')
    else log.warn({ asterisk }, 'Asterisk does not answer the SIP edge: calls are refused')
  }
}
