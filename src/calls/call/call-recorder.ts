import type { AgentId, RecordingId } from '../../domain/ids.ts'
import type { KeptCall, KeptRecording } from '../../domain/kept-call.ts'
import type { DeskResult, RecordOrder } from '../../domain/ports/desk.ts'
import type { RecordedBy, RecordingCause } from '../../domain/recording.ts'
import type { CallFact } from './call-fact.ts'
import { done, refuse } from './desk-result.ts'
import type { CallsOffice } from './office.ts'
import type { RecordedCall } from './recorded-call.ts'
import { RecordingUnderWay } from './recording-under-way.ts'

/**
 * Recording one call: whether, by whom and how long. It hangs on the caller's channel, so transfers, conferences and holds are in it. Orders are
 * carried out one after the other, beside the call: nothing of a call waits for its recording, but a secret that is about to be asked for.
 */
export class CallRecorder {
  readonly #call: RecordedCall
  readonly #office: CallsOffice
  #now: RecordingUnderWay | undefined
  #isBeginning = false
  /** To the end of the call, and not only of this talk: a flow has begun it. */
  #untilEnd = false
  /** The caller does not want it. */
  #refused = false
  #secrets = 0
  #talking = false
  /** The queue of the talk. */
  #queue: string | undefined
  readonly #agents = new Set<AgentId>()
  #turn: Promise<unknown> = Promise.resolve()

  constructor(call: RecordedCall, office: CallsOffice) {
    this.#call = call
    this.#office = office
  }

  /** As an earlier process left it. */
  restore({ recording, phase, talk }: KeptCall): void {
    this.#talking = phase === 'talking'
    for (const { agentId, queue } of (this.#talking && talk?.parties) || []) {
      if (agentId !== undefined) this.#agents.add(agentId)
      this.#queue ??= queue
    }
    if (recording === undefined) return
    this.#untilEnd = recording.untilEnd
    this.#follows(RecordingUnderWay.left(recording, this.#call, this.#office))
  }

  /** The recording that is under way, as the next process needs it. */
  kept(): KeptRecording | undefined {
    return this.#now && { ...this.#now.kept(), untilEnd: this.#untilEnd }
  }

  /** Whether a talk is recorded, of that queue if it is of one, as far as that is known before it begins. */
  expects(queue?: string): boolean {
    return this.#now !== undefined || this.#isBeginning || (!this.#refused && this.#ruleOf(queue) === 'always')
  }

  /** What a desk or a flow wants. */
  order(order: RecordOrder, by: RecordedBy): Promise<DeskResult> {
    return this.#inTurn(async () => {
      switch (order) {
        case 'start':
          return await this.#start(by)
        case 'stop':
          if (this.#now === undefined) return refuse('NOT_RECORDING')
          if (this.#now.startedBy === 'rule' && this.#agents.has(by as AgentId)) return refuse('RECORDING_NOT_ALLOWED')
          await this.#stop('stopped', by)
          return done
        case 'pause':
        case 'resume':
          return this.#now === undefined ? refuse('NOT_RECORDING') : await this.#now.pause('desk', order === 'pause', by)
        default:
          return order satisfies never
      }
    })
  }

  /** The caller does not want it: what goes on is ended, and neither rule nor desk begins one, until a flow does. */
  async refuse(): Promise<void> {
    await this.#inTurn(async () => {
      this.#refused = true
      await this.#stop('refused', 'flow')
      this.#call.publish({ type: 'recording.refused', by: 'flow' })
    })
  }

  /** Silence is recorded while that goes on: a secret is asked for. */
  async offTheRecord<Value>(work: () => Promise<Value>): Promise<Value> {
    await this.#secret(1)
    try {
      return await work()
    } finally {
      await this.#secret(-1)
    }
  }

  /** A fact about the call: agents come into the talk, and the rule of their queue holds from then on. */
  saw(fact: CallFact): void {
    if (fact.type === 'call.queued') this.talkOver()
    const agentId = this.#whoJoins(fact)
    if (agentId === undefined) return
    const queue = fact.type === 'call.established' ? fact.queue : undefined
    this.#talking = true
    this.#later(async () => {
      this.#queue = queue ?? this.#queue
      this.#agents.add(agentId)
      await this.#now?.joinedBy(agentId)
      if (fact.type === 'call.established') await this.#follow()
    })
  }

  /** The caller is with nobody any more. */
  talkOver(): void {
    if (!this.#talking) return
    this.#talking = false
    this.#later(async () => {
      this.#agents.clear()
      this.#queue = undefined
      if (!this.#untilEnd) await this.#stop('talk-over')
    })
  }

  /** The call is over: resolves when Asterisk has closed the files, or does not say so in time. */
  async close(): Promise<void> {
    await this.#inTurn(() => this.#stop('talk-over'))
  }

  /** What the queue's rule asks for. */
  async #follow(): Promise<void> {
    const rule = this.#rule
    if (rule === 'never') await this.#stop('refused', 'rule')
    if (rule === 'never' || this.#refused) this.#call.publish({ type: 'recording.refused', by: this.#refused ? 'flow' : 'rule' })
    else if (rule === 'always' && this.#now === undefined) await this.#start('rule')
  }

  get #rule() {
    return this.#ruleOf(this.#queue)
  }

  #ruleOf(queue: string | undefined) {
    return queue === undefined ? undefined : this.#office.centre.queues.get(queue)?.record
  }

  async #start(by: RecordedBy): Promise<DeskResult> {
    if (this.#now !== undefined) return refuse('ALREADY_RECORDING')
    if (this.#rule === 'never' || (this.#refused && by !== 'flow')) return refuse('RECORDING_NOT_ALLOWED')
    if (this.#call.signal.aborted) return refuse('CALL_UNKNOWN')
    this.#refused = false
    this.#untilEnd = by === 'flow'
    const begun = await this.#begin(by)
    if (typeof begun === 'string') return refuse(begun)
    this.#follows(begun)
    if (this.#secrets > 0) await begun.pause('secret', true, 'secret')
    return done
  }

  #follows(recording: RecordingUnderWay): void {
    this.#now = recording
    void recording.broken.then(() =>
      this.#later(async () => {
        if (this.#now === recording) await this.#stop('failed')
      })
    )
  }

  async #begin(by: RecordedBy) {
    this.#isBeginning = true
    try {
      await this.#call.talk?.mix()
      return await RecordingUnderWay.begin(this.#expected(by), this.#call, this.#office)
    } finally {
      this.#isBeginning = false
    }
  }

  async #stop(cause: RecordingCause, by?: RecordedBy): Promise<void> {
    const ending = this.#now
    this.#now = undefined
    await ending?.end(cause, by)
  }

  async #secret(more: 1 | -1): Promise<void> {
    const before = this.#secrets
    this.#secrets += more
    const isSecret = this.#secrets > 0
    if (isSecret === before > 0) return
    await this.#inTurn(async () => {
      await this.#now?.pause('secret', this.#secrets > 0, 'secret')
    })
  }

  #expected(by: RecordedBy) {
    const { callId, contactId, device, incoming, story } = this.#call
    const { customer } = story
    return {
      id: this.#office.newId() as RecordingId,
      kind: 'talk' as const,
      ...{ callId, contactId, caller: device, callerName: incoming.callerName },
      ...(customer !== undefined && { customer: { id: customer.id, name: customer.name } }),
      queue: this.#queue ?? '',
      flow: '',
      createdAt: this.#office.clock.now(),
      talk: { agents: [...this.#agents], startedBy: by, pauses: [] }
    }
  }

  #whoJoins(fact: CallFact): AgentId | undefined {
    if (fact.type === 'call.established' || fact.type === 'call.conferenced') return fact.agentId
    if (fact.type !== 'call.transferred') return undefined
    const to = String(fact.to) as AgentId
    return this.#office.centre.agents.has(to) ? to : undefined
  }

  /** What nobody waits for; a fault of it is in the log. */
  #later(work: () => Promise<void>): void {
    void this.#inTurn(work).catch(() => undefined)
  }

  #inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const mine = this.#turn.then(work)
    this.#turn = mine.catch((err: unknown) =>
      this.#office.log.error({ err, callId: this.#call.callId }, 'Recording a call failed; the call goes on')
    )
    return mine
  }
}
