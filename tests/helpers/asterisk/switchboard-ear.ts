import type {
  Channel,
  ChannelEvent,
  IncomingCall,
  PhoneStatus,
  TelephonyListener,
  TelephonyStatus
} from '../../../src/domain/ports/telephony.ts'
import { until } from '../until.ts'

/** A telephony listener that writes everything down. */
export class SwitchboardEar implements TelephonyListener {
  readonly calls: (IncomingCall & { readonly heard: ChannelEvent[] })[] = []
  readonly strays: { readonly channel: Channel; readonly role: string }[] = []
  readonly phones: { readonly user: string; readonly status: PhoneStatus }[] = []
  readonly statuses: TelephonyStatus[] = []

  onIncoming(call: IncomingCall): void {
    this.calls.push({ ...call, heard: heardFrom(call.channel) })
  }

  onPhoneStatus(user: string, status: PhoneStatus): void {
    this.phones.push({ user, status })
  }

  onStray(channel: Channel, role: 'caller' | 'leg'): void {
    this.strays.push({ channel, role })
  }

  onStatus(status: TelephonyStatus): void {
    this.statuses.push(status)
  }

  /** The next call that comes in. */
  async nextCall(count = this.calls.length): Promise<IncomingCall & { readonly heard: ChannelEvent[] }> {
    return until(() => this.calls[count], { what: 'a call comes in' })
  }
}

/** Everything a channel tells from now on. */
export function heardFrom(channel: Channel): ChannelEvent[] {
  const heard: ChannelEvent[] = []
  channel.events.on((event) => void heard.push(event))
  return heard
}

/** Resolves with the first event of that type. */
export async function heard<Type extends ChannelEvent['type']>(
  list: readonly ChannelEvent[],
  type: Type,
  ms = 5000
): Promise<Extract<ChannelEvent, { type: Type }>> {
  const found = await until(() => list.find((event) => event.type === type), {
    ms,
    what: () => `${type} is heard (so far: ${list.map((event) => event.type)})`
  })
  return found as Extract<ChannelEvent, { type: Type }>
}
