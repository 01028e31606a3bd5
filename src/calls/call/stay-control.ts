import type { Signal } from '../../domain/abort.ts'
import type { AgentId, DeviceId } from '../../domain/ids.ts'
import type { ConversationEnd } from './conversation-end.ts'

/** An agent who was offered the caller has sent them on. */
export interface Deflected {
  readonly type: 'deflected'
  readonly by: AgentId
  readonly to: DeviceId
  /** Takes the caller there. */
  go(signal: Signal): Promise<ConversationEnd>
  /** Instead, when the caller has gone: nobody there waits for them any more. */
  drop(): Promise<void>
}

/** A caller for whom a phone rings, or may ring, as its agent can send them on. */
export class Deflectable {
  /** Resolves when one does; else never. */
  readonly sentOn: Promise<Deflected>
  #deflected: Deflected | undefined
  #sendOn: (deflected: Deflected) => void = () => {}

  constructor() {
    this.sentOn = new Promise((resolve) => {
      this.#sendOn = resolve
    })
  }

  get deflected(): Deflected | undefined {
    return this.#deflected
  }

  /** Nobody is rung for the caller any more. */
  deflect(deflected: Deflected): void {
    this.#deflected = deflected
    this.#sendOn(deflected)
  }
}

/** A caller's stay in a queue, as supervisors and agents can end it. */
export class StayControl extends Deflectable {
  readonly queue: string
  /** Resolves when somebody withdraws the caller; else never. */
  readonly withdrawn: Promise<'withdrawn'>
  #by = ''
  #withdraw: (how: 'withdrawn') => void = () => {}

  constructor(queue: string) {
    super()
    this.queue = queue
    this.withdrawn = new Promise((resolve) => {
      this.#withdraw = resolve
    })
  }

  /** Who withdrew the caller; the first counts. */
  get by(): string {
    return this.#by
  }

  withdraw(by: string): void {
    this.#by ||= by
    this.#withdraw('withdrawn')
  }
}
