import type { AgentId, DeviceId } from '../../domain/ids.ts'
import type { ConversationEnd } from './conversation-end.ts'

/** An agent who was offered the caller has sent them on. */
export interface Deflected {
  readonly type: 'deflected'
  readonly by: AgentId
  readonly to: DeviceId
  /** Takes the caller there. */
  go(signal: AbortSignal): Promise<ConversationEnd>
  /** Instead, when the caller has gone: nobody there waits for them any more. */
  drop(): Promise<void>
}

/** A caller's stay in a queue, as supervisors and agents can end it. */
export class StayControl {
  readonly queue: string
  /** Resolves when somebody withdraws the caller, or an agent deflects them; else never. */
  readonly ended: Promise<'withdrawn' | Deflected>
  #by = ''
  #deflected: Deflected | undefined
  #end: (how: 'withdrawn' | Deflected) => void = () => {}

  constructor(queue: string) {
    this.queue = queue
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  /** Who withdrew the caller; the first counts. */
  get by(): string {
    return this.#by
  }

  get deflected(): Deflected | undefined {
    return this.#deflected
  }

  withdraw(by: string): void {
    this.#by ||= by
    this.#end('withdrawn')
  }

  /** The caller has left their place already. */
  deflect(deflected: Deflected): void {
    this.#deflected = deflected
    this.#end(deflected)
  }
}
