import type { Signal } from '../../domain/abort.ts'
import type { CallbackAnswer, CallbackRequest } from '../../domain/callback.ts'
import type {
  Attend,
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
import type { AgentId } from '../../domain/ids.ts'
import type { Clip } from '../../domain/ports/prompts.ts'
import type { ConversationEnd } from '../call/conversation-end.ts'
import type { LiveCall } from '../call/live-call.ts'
import type { CallsOffice } from '../call/office.ts'
import { inAnotherQueue, routingOf } from '../call/queue-place.ts'
import { reserveAgent, untilPickedUp } from '../call/reserve-agent.ts'
import { playClips } from '../line/play-clips.ts'
import { converse } from './converse.ts'
import { recordMessage } from './record-message.ts'
import { Silence } from './silence.ts'
import { transferOut } from './transfer-out.ts'
import { waitInQueue } from './wait-in-queue.ts'

/** A real caller on a real channel, as flows see them. */
export class CallerOnPhone implements Caller {
  readonly #call: LiveCall
  readonly #office: CallsOffice
  readonly #silence: Silence

  constructor(call: LiveCall, office: CallsOffice) {
    this.#call = call
    this.#office = office
    this.#silence = new Silence(call, office)
    this.#silence.begin()
  }

  /** The flows are over; the channel is free for what comes then. */
  async close(): Promise<void> {
    await this.#silence.end()
  }

  get facts(): CallFacts {
    const { callId, contactId, dialed, device, incoming, startedAt, story } = this.#call
    return {
      callId,
      contactId,
      dialed,
      callerNumber: device,
      callerName: incoming.callerName,
      startedAt,
      customer: story.customer,
      tags: story.tags,
      ...(this.#call.interrupted === undefined ? {} : { interrupted: this.#call.interrupted }),
      ...(this.#call.goesOnAt === undefined ? {} : { goesOnAt: this.#call.goesOnAt }),
      ...(story.languageKnown ? { language: story.language } : {})
    }
  }

  onDigit(listener: (digit: string) => void): Disposable {
    return this.#call.keys.read(listener)
  }

  async play(clips: readonly Clip[], signal: Signal): Promise<void> {
    await this.#insteadOfSilence(() => playClips(this.#call, clips, this.#office, signal))
  }

  async queue(request: QueueRequest, signal: Signal): Promise<QueueExit> {
    return await this.#insteadOfSilence(() => waitInQueue(this.#call, this.#office, request, signal))
  }

  async transfer(request: TransferRequest, signal: Signal): Promise<TransferExit> {
    return await this.#insteadOfSilence(() => this.#transfer(request, signal))
  }

  async record(request: RecordRequest, signal: Signal): Promise<RecordExit> {
    return await this.#insteadOfSilence(() => recordMessage(this.#call, this.#office, request, signal))
  }

  async recordCall(order: RecordCallOrder): Promise<void> {
    const { recorder } = this.#call
    if (order === 'never') return await recorder.refuse()
    const result = await recorder.order(order, 'flow')
    if (!result.ok)
      this.#office.log.info(
        { callId: this.#call.callId, order, problem: result.code },
        'A flow could not change the recording of its call'
      )
  }

  async offTheRecord<Value>(work: () => Promise<Value>): Promise<Value> {
    return await this.#call.recorder.offTheRecord(work)
  }

  async bookCallback({ number, queue, at, withinMs }: CallbackRequest): Promise<CallbackAnswer> {
    const { callId, contactId, device, dialed, lastPlace, story } = this.#call
    const name = queue ?? lastPlace?.queue
    if (name === undefined) return { exit: 'refused', why: 'no-queue' }
    const place = lastPlace?.queue === name ? lastPlace : undefined
    return await this.#office.callbacks.add({
      ...{ number: number ?? device, queue: name, contactId, dialed, at, withinMs },
      priority: place?.priority ?? 'normal',
      skills: place?.skills ?? {},
      enqueuedAt: place?.enqueuedAt,
      ...(lastPlace !== undefined && { routing: place === undefined ? inAnotherQueue(routingOf(lastPlace)) : routingOf(place) }),
      language: story.language,
      data: story.attachedData(this.#office.clock.now()),
      bookedBy: 'flow',
      bookedIn: callId
    })
  }

  /** The step that the call was at is through: what was left of it is of no use any more. */
  #leftOver(): void {
    this.#call.leftOver?.take()
    this.#call.leftOver = undefined
  }

  async #insteadOfSilence<Value>(work: () => Promise<Value>): Promise<Value> {
    await this.#silence.end()
    try {
      return await work()
    } finally {
      this.#leftOver()
      this.#silence.begin()
    }
  }

  async #transfer(request: TransferRequest, signal: Signal): Promise<TransferExit> {
    const { to, timeoutMs, attend } = request
    const left = this.#call.leftOver
    if (left?.talk !== undefined)
      return await this.#follow(await converse(this.#call, this.#office, left, signal), attend, signal)
    // An agent had sent them on to a queue.
    if (left?.stay?.since !== undefined) return await this.#toQueue(left.stay, attend, signal)
    switch (to.kind) {
      case 'sip':
        return { exit: await transferOut(this.#call, this.#office, to.uri, timeoutMs, signal) }
      case 'agent':
        return await this.#toAgent(to.agentId as AgentId, timeoutMs, attend, signal)
      case 'queue':
        return await this.#toQueue(to, attend, signal)
      case 'number':
        return { exit: 'transferred', number: to.number }
    }
  }

  async #toAgent(agentId: AgentId, timeoutMs: number, attend: Attend | undefined, signal: Signal): Promise<TransferExit> {
    const ring = reserveAgent(this.#call, this.#office, agentId, timeoutMs)
    if (ring === undefined) return { exit: 'busy' }
    const picked = await untilPickedUp(this.#call, this.#office, ring, signal)
    if (picked.type === 'deflected') return await this.#follow(await picked.go(signal), attend, signal)
    if (picked.type === 'ended')
      return { exit: picked.result === 'rejected' ? 'busy' : picked.result === 'unreachable' ? 'unreachable' : 'no_answer' }

    return await this.#follow(await converse(this.#call, this.#office, picked, signal), attend, signal)
  }

  async #follow(end: ConversationEnd, attend: Attend | undefined, signal: Signal): Promise<TransferExit> {
    this.#call.enter('flow')
    if (end.kind === 'queue') return await this.#toQueue(end, attend, signal)
    if (end.kind === 'number') return { exit: 'transferred', number: end.number }
    return { exit: end.kind === 'over' ? 'completed' : 'unreachable' }
  }

  async #toQueue(
    { queue, enqueuedAt }: Pick<QueueRequest, 'queue' | 'enqueuedAt'>,
    attend: Attend | undefined,
    signal: Signal
  ): Promise<TransferExit> {
    const company = { ...(attend !== undefined && { attend }), ...(enqueuedAt !== undefined && { enqueuedAt }) }
    const request = { queue, skills: {}, priority: 'normal', leaveIfNoAgents: false, ...company } as const
    const end = await waitInQueue(this.#call, this.#office, request, signal)
    return end.exit === 'transferred' ? end : { exit: queueExits[end.exit] }
  }
}

/** How a stay in a queue reads to a `transfer` step. */
const queueExits = {
  answered: 'completed',
  timeout: 'no_answer',
  full: 'busy',
  no_agents: 'unreachable',
  closed: 'unreachable',
  withdrawn: 'no_answer',
  left: 'no_answer',
  callback: 'no_answer'
} as const satisfies Record<Exclude<QueueExit['exit'], 'transferred'>, TransferExit['exit']>
