import type { BridgeId, ChannelId } from '../domain/ids.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { Strain } from '../domain/overload.ts'
import type {
  BridgeKind,
  Channel,
  HeldRecordings,
  LeftInAsterisk,
  NewLeg,
  NewSnoop,
  PhoneAccount,
  PhoneStatus,
  TakenUp,
  Telephony,
  TelephonyStatus
} from '../domain/ports/telephony.ts'
import type { AriChannel } from './ari-channel.ts'
import type { Connection } from './connection.ts'
import type { ControlPlane } from './control-plane.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { AriRecordings } from './held-recordings.ts'
import type { HttpLane } from './http-lane.ts'
import type { Lanes } from './lanes.ts'
import type { Phones } from './phones.ts'
import { takeUp } from './take-up.ts'

export interface Parts {
  readonly app: string
  readonly lanes: Lanes
  readonly http: HttpLane
  readonly control: ControlPlane
  readonly dispatcher: Dispatcher
  readonly phones: Phones
  readonly recordings: AriRecordings
  readonly connection: Connection
  readonly bridges: Set<BridgeId>
  readonly mayTransfer: () => boolean
  readonly close: () => Promise<void>
}

/**
 * `dtmf_events` keeps digits visible between two parties; named before `mixing` it is lost (bridge_create_common in res_stasis.c). A bridge that
 * may be a simple one changes its technology with every third party who comes or goes, and now and then one of those who stay hears nothing
 * any more (seen on 22.10.1, about once in 30). `video_sfu` is how ARI asks for one that always mixes; there need be no video in it.
 */
const bridgeTypes = { talk: 'mixing,dtmf_events', conference: 'mixing,dtmf_events,video_sfu' } as const

/** Our Asterisk. */
export class AsteriskTelephony implements Telephony {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  get recordings(): HeldRecordings {
    return this.#parts.recordings
  }

  channel(id: ChannelId): Channel {
    return this.#parts.dispatcher.channel(id)
  }

  async createLeg(leg: NewLeg): Promise<Outcome> {
    // Registered before the command leaves: StasisStart may come before its answer.
    const channel = this.#parts.dispatcher.channel(leg.channelId)
    channel.presence.requested(performance.now())
    // Asterisk subscribes the application to what it creates, until its end (ari_channels_handle_create in resource_channels.c).
    channel.watched()
    const body = {
      endpoint: leg.endpoint,
      app: this.#parts.app,
      appArgs: 'leg',
      channelId: leg.channelId,
      originator: leg.originator,
      variables: {
        // What the phone shows as the caller is the leg's connected line, not its caller id.
        'CONNECTEDLINE(name,i)': leg.callerName,
        'CONNECTEDLINE(num,i)': leg.callerNumber,
        // Only for legs that are rung for nobody on the line yet: they hear ringing while the other party is called (indications.conf).
        // On trunks Asterisk declines transfers anyway (pjsip.conf).
        ...(this.#parts.mayTransfer() && { 'PJSIP_TRANSFER_HANDLING()': 'ari-only' }),
        ...(leg.originator === undefined && { 'CHANNEL(tonezone)': 'calling' }),
        ...leg.variables
      }
    }
    return await this.#make(channel, 'channels/create', body)
  }

  async createSnoop({ channelId, target, only }: NewSnoop): Promise<Outcome> {
    const channel = this.#parts.dispatcher.channel(channelId)
    channel.presence.requested(performance.now())
    // `out` is what the target hears, so whoever they talk to hears nothing of it (res_stasis_snoop.c).
    const way = only === undefined ? { spy: 'both', whisper: 'out' } : { spy: only === 'said' ? 'in' : 'out', whisper: 'none' }
    const body = { ...way, app: this.#parts.app, appArgs: 'leg' }
    const made = await this.#make(channel, `channels/${encodeURIComponent(target)}/snoop/${encodeURIComponent(channelId)}`, body)
    // It is in our application as nobody's leg: without a subscription of its own its end would not be told.
    if (made.ok) this.#parts.dispatcher.watch(channel)
    return made
  }

  async #make(channel: AriChannel, uri: string, body: Readonly<Record<string, unknown>>): Promise<Outcome> {
    const outcome = await this.#parts.lanes.send({ method: 'POST', uri, body, channels: [channel.id] })
    if (!outcome.ok) {
      if (outcome.problem !== 'unavailable') channel.presence.neverMade()
      return outcome
    }
    channel.presence.present()
    // Given up while it was being made: that hangup may have come too early.
    if (channel.unwanted)
      await this.#parts.lanes.send({ method: 'DELETE', uri: `channels/${encodeURIComponent(channel.id)}`, urgent: true })
    // Asterisk answers before the channel is in our application; until then it refuses all commands (409).
    await channel.presence.settled
    return outcome
  }

  async takeUp(left: LeftInAsterisk): Promise<Outcome<TakenUp>> {
    return await takeUp(left, this.#parts)
  }

  async createBridge(id: BridgeId, kind: BridgeKind): Promise<Outcome> {
    this.#parts.bridges.add(id)
    const body = { bridgeId: id, type: bridgeTypes[kind], name: this.#parts.app }
    const outcome = await this.#parts.lanes.send({ method: 'POST', uri: 'bridges', body })
    if (!outcome.ok) this.#parts.bridges.delete(id)
    return outcome
  }

  addToBridge(id: BridgeId, channels: readonly ChannelId[]): Promise<Outcome> {
    return this.#bridge(id, 'addChannel', channels)
  }

  removeFromBridge(id: BridgeId, channels: readonly ChannelId[]): Promise<Outcome> {
    return this.#bridge(id, 'removeChannel', channels)
  }

  destroyBridge(id: BridgeId): Promise<Outcome> {
    this.#parts.bridges.delete(id)
    return this.#parts.lanes.send({ method: 'DELETE', uri: `bridges/${encodeURIComponent(id)}` })
  }

  /** Has Asterisk read its certificate for SIP again; connections that are open stay. Rejects when it is not there. */
  reloadCertificate(): Promise<void> {
    return this.#parts.control.reloadModule('res_pjsip.so')
  }

  putPhone(account: PhoneAccount): Promise<Outcome> {
    return this.#parts.phones.put(account)
  }

  removePhone(user: string): Promise<Outcome> {
    return this.#parts.phones.remove(user)
  }

  ringWhileAway(users: readonly string[]): Promise<Outcome> {
    // The dialplan looks at this variable (`away` in extensions.conf).
    const group = encodeURIComponent(users.map((user) => `PJSIP/${user}`).join('&'))
    return this.#parts.lanes.send({ method: 'POST', uri: `asterisk/variable?variable=EMERGENCY_GROUP&value=${group}` })
  }

  phoneStatus(user: string): PhoneStatus {
    return this.#parts.phones.status(user)
  }

  status(): TelephonyStatus {
    return this.#parts.connection.status
  }

  /** Lets go of Asterisk; the channels stay as they are. */
  close(): Promise<void> {
    return this.#parts.close()
  }

  /** How held up we were at the worst since this was last asked: our event loop, and the commands to Asterisk, which takes longer when it is busy. */
  takeStrain(): Strain {
    return this.#parts.lanes.takeStrain()
  }

  /** What is held just now: the leak guard's question. */
  counts(): {
    readonly channels: number
    readonly bridges: number
    readonly pendingRequests: number
    readonly playbacks: number
  } {
    const { dispatcher, bridges, lanes } = this.#parts
    const playbacks = dispatcher.channels.reduce((sum, channel) => sum + channel.playbackIds.length, 0)
    return { channels: dispatcher.size, bridges: bridges.size, pendingRequests: lanes.pending, playbacks }
  }

  #bridge(id: BridgeId, action: string, channels: readonly ChannelId[]): Promise<Outcome> {
    const { lanes, dispatcher } = this.#parts
    const playing = channels.some((channel) => dispatcher.holds(channel) && dispatcher.channel(channel).playing)
    const uri = `bridges/${encodeURIComponent(id)}/${action}?channel=${channels.map(encodeURIComponent).join(',')}`
    return lanes.send({ method: 'POST', uri, channels, mayWait: playing })
  }
}
