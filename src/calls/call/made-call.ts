import type { AgentId } from '../../domain/ids.ts'
import type { Termination } from '../../domain/termination.ts'
import type { LiveCall } from './live-call.ts'
import type { CallsOffice } from './office.ts'

/** Where calls that we make are held, so that nobody has to know the whole table. */
export interface CallKeeper {
  adopt(call: LiveCall): Disposable
}

/** A call that we make: told and held from `begin` on, and ended once. */
export class MadeCall {
  readonly #call: LiveCall
  readonly #calls: CallKeeper
  #adopted: Disposable | undefined

  constructor(call: LiveCall, calls: CallKeeper) {
    this.#call = call
    this.#calls = calls
  }

  /** There is a call from now on; told twice, it counts once. `by`: the agent who wants it. */
  begin(by?: AgentId): void {
    if (this.#adopted !== undefined) return
    const call = this.#call
    this.#adopted = this.#calls.adopt(call)
    call.begin(by)
    if (call.story.customer !== undefined) call.publish({ type: 'call.identified', customer: call.story.customer })
  }

  end(termination: Termination, office: CallsOffice): void {
    const call = this.#call
    call.channel.release()
    if (this.#adopted === undefined) return
    const verdict = call.cause === undefined ? termination : { ...termination, cause: call.cause }
    const answered = call.answeredAt === undefined ? {} : { answeredAt: call.answeredAt }
    call.publish({ type: 'call.ended', termination: verdict, startedAt: call.startedAt, ...answered, totals: { ...call.totals } })
    office.liveStore.calls.delete(call.callId)
    office.log.info({ callId: call.callId, termination: verdict, totals: call.totals }, 'Call ended')
    this.#adopted[Symbol.dispose]()
  }
}
