import type { BridgeId, ChannelId } from '../domain/ids.ts'
import { expectOrGone, type Outcome } from '../domain/outcome.ts'
import { type Line, whenConnected } from './when-connected.ts'

/** A bridge of Asterisk for one conversation; destroyed with `close`, since Asterisk keeps bridges until it shuts down. */
export class TalkBridge {
  readonly id: BridgeId
  readonly #line: Line

  private constructor(id: BridgeId, line: Line) {
    this.id = id
    this.#line = line
  }

  static async open(id: string, line: Line, signal: AbortSignal): Promise<TalkBridge> {
    const bridge = new TalkBridge(`sb-${id}` as BridgeId, line)
    expectOrGone(await whenConnected(line, () => line.telephony.createBridge(bridge.id), signal), 'create bridge')
    return bridge
  }

  /** False when one of them has gone. */
  async add(channels: readonly ChannelId[], signal: AbortSignal): Promise<boolean> {
    return expectOrGone(
      await whenConnected(this.#line, () => this.#line.telephony.addToBridge(this.id, channels), signal),
      'add to bridge'
    )
  }

  async remove(channel: ChannelId): Promise<Outcome> {
    return await this.#line.telephony.removeFromBridge(this.id, [channel])
  }

  async close(): Promise<void> {
    await this.#line.telephony.destroyBridge(this.id)
  }
}
