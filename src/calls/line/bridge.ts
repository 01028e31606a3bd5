import type { Signal } from '../../domain/abort.ts'
import type { BridgeId, ChannelId } from '../../domain/ids.ts'
import { expectOrGone, type Outcome } from '../../domain/outcome.ts'
import type { BridgeKind } from '../../domain/ports/telephony.ts'
import { type Line, whenConnected } from './when-connected.ts'

/** A bridge of Asterisk for one conversation; destroyed with `close`, since Asterisk keeps bridges until it shuts down. */
export class TalkBridge {
  readonly id: BridgeId
  readonly kind: BridgeKind
  readonly #line: Line

  /** Not yet made; `id`: of ours, or of one that an earlier process left. */
  constructor(id: string, kind: BridgeKind, line: Line) {
    this.id = (id.startsWith('sb-') ? id : `sb-${id}`) as BridgeId
    this.kind = kind
    this.#line = line
  }

  static async open(id: string, kind: BridgeKind, line: Line, signal: Signal): Promise<TalkBridge> {
    const bridge = new TalkBridge(id, kind, line)
    expectOrGone(await bridge.make(signal), 'create bridge')
    return bridge
  }

  /** May be called again after it has failed. */
  async make(signal: Signal): Promise<Outcome> {
    const made = await whenConnected(this.#line, () => this.#line.telephony.createBridge(this.id, this.kind), signal)
    // The id is ours alone: who has it already is the bridge of a command that was carried out and not answered (409 in res/ari/resource_bridges.c).
    return !made.ok && made.problem === 'conflict' ? { ok: true, value: undefined } : made
  }

  /** False when one of them has gone. */
  async add(channels: readonly ChannelId[], signal: Signal): Promise<boolean> {
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
