import { EventFeed } from '../domain/event-feed.ts'
import type { Channel, IncomingCall, PhoneStatus, TelephonyListener, TelephonyStatus } from '../domain/ports/telephony.ts'

/**
 * Stands between Asterisk and the calls room while the two are being built: Asterisk may hand over a call before there is anybody to take it.
 * What comes early is kept and handed on, in order, when the door opens.
 */
export class Reception implements TelephonyListener {
  /** News of the connection, for calls that wait for it. */
  readonly connection = new EventFeed<TelephonyStatus>()
  #behind: TelephonyListener | undefined
  readonly #early: ((listener: TelephonyListener) => void)[] = []

  open(listener: TelephonyListener): void {
    this.#behind = listener
    for (const handOn of this.#early.splice(0)) handOn(listener)
  }

  onIncoming(call: IncomingCall): void {
    this.#pass((listener) => listener.onIncoming(call))
  }

  onPhoneStatus(user: string, status: PhoneStatus): void {
    this.#pass((listener) => listener.onPhoneStatus(user, status))
  }

  onStray(channel: Channel, role: 'caller' | 'leg'): void {
    this.#pass((listener) => listener.onStray(channel, role))
  }

  onStatus(status: TelephonyStatus): void {
    this.connection.publish(status)
    this.#pass((listener) => listener.onStatus(status))
  }

  #pass(handOn: (listener: TelephonyListener) => void): void {
    if (this.#behind === undefined) this.#early.push(handOn)
    else handOn(this.#behind)
  }
}
