import { Abort, Either, type Signal } from '../../domain/abort.ts'
import type { AgentId, ChannelId, DeviceId } from '../../domain/ids.ts'
import type { KeptSupervision } from '../../domain/kept-call.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { DeskProblem, DeskResult } from '../../domain/ports/desk.ts'
import type { Channel } from '../../domain/ports/telephony.ts'
import type { SupervisionMode, Supervisor } from '../../domain/supervision.ts'
import { within } from '../../domain/within.ts'
import { done, refuse } from '../call/desk-result.ts'
import type { LiveCall } from '../call/live-call.ts'
import type { CallsOffice } from '../call/office.ts'
import { answerByItself } from '../call/ringing.ts'
import { TalkBridge } from '../line/bridge.ts'
import { Leg } from '../line/leg.ts'
import { ringPhone } from '../line/ring-phone.ts'

/** How long the supervisor's phone rings that does not answer by itself. */
const RING_MS = 15_000

/** Q.850: normal clearing. */
const NORMAL_CLEARING = 16

/** Whom it is about. */
export interface Supervised {
  readonly agentId: AgentId
  readonly channelId: ChannelId
}

type Result = 'left' | 'talk-over' | 'unreached' | 'fault'

/**
 * One supervisor in one talk. Their leg and a snoop on the agent's channel are joined in a bridge beside the talk's: they hear the agent and
 * whoever the agent hears, wherever the agent's channel is moved, and what they say goes to the agent's ear alone.
 *
 *   silent ──unmute──▶ whisper ──join the talk──▶ active     (back: muted before they leave it)
 *
 * It ends with the supervisor's leg, or, unless they are a party of the talk, with the agent's.
 */
export class Supervision {
  readonly call: LiveCall
  readonly supervisor: Supervisor
  readonly #office: CallsOffice
  readonly #supervised: Supervised
  readonly #over = new Abort()
  #mode: SupervisionMode = 'silent'
  #leg: Leg | undefined
  #beside: TalkBridge | undefined
  #snoop: Leg | undefined
  #isAgentGone = false
  #change: Promise<DeskResult> = Promise.resolve(done)

  constructor(call: LiveCall, office: CallsOffice, supervisor: Supervisor, supervised: Supervised) {
    this.call = call
    this.#office = office
    this.supervisor = supervisor
    this.#supervised = supervised
  }

  /** It has ended, and what is left of it is being cleared away. */
  get isOver(): boolean {
    return this.#over.signal.aborted
  }

  /** Rings the supervisor, lets them listen, and resolves when they do no more and nothing is left of it. */
  async run(mode: SupervisionMode): Promise<void> {
    await this.#untilOver(async (signal) => {
      const leg = await this.#ring(signal)
      if (leg === undefined) return this.#end('unreached')
      this.#hasLeg(leg)
      if (!(await this.#listen(leg, signal))) return this.#end('talk-over')
      this.#tell('silent')
      if (mode !== 'silent') await this.become(mode)
    })
  }

  /** As an earlier process left it; `taken` resolves when what was left in Asterisk is ours. Who has left meanwhile is told so by their leg. */
  async goOn({ mode, leg, snoop, bridgeId }: KeptSupervision, taken: Promise<unknown>): Promise<void> {
    const { telephony, clock } = this.#office
    this.#mode = mode
    this.#hasLeg(new Leg(telephony.channel(leg), clock))
    this.#hasSnoop(new Leg(telephony.channel(snoop), clock))
    this.#beside = new TalkBridge(bridgeId, 'talk', this.#office)
    await this.#untilOver(async () => {
      await taken
      if (!this.isOver) this.#tell(mode)
    })
  }

  /** As the next process needs it; undefined before they listen. */
  kept(): KeptSupervision | undefined {
    const { agentId, channelId: agentChannel } = this.#supervised
    if (this.isOver || this.#leg === undefined || this.#snoop === undefined || this.#beside === undefined) return undefined
    const channels = { agentChannel, leg: this.#leg.channel.id, snoop: this.#snoop.channel.id, bridgeId: this.#beside.id }
    return { supervisor: this.supervisor, mode: this.#mode, agentId, ...channels }
  }

  async #untilOver(work: (signal: Signal) => Promise<void>): Promise<void> {
    const { signal } = this.#over
    const callerLeft = () => this.#end('talk-over')
    this.call.signal.addEventListener('abort', callerLeft, { once: true })
    this.call.supervisions.add(this)
    // Their leg is the first to tell; the snoop on it follows.
    using _agent = onLeft(this.#office.telephony.channel(this.#supervised.channelId), () => this.#agentLeft())
    try {
      await work(signal)
      await aborted(signal)
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      this.call.signal.removeEventListener('abort', callerLeft)
      this.#end('fault')
      this.call.supervisions.delete(this)
      await this.#close()
    }
  }

  // By their events, and not by `left`: the talk asks that of a leg that is a party of it.
  #hasLeg(leg: Leg): void {
    this.#leg = leg
    onLeft(leg.channel, () => this.#end('left'))
  }

  #hasSnoop(snoop: Leg): void {
    this.#snoop = snoop
    onLeft(snoop.channel, () => this.#agentLeft())
  }

  /** The supervisor wants no more of it; also while their phone rings. */
  stop(): void {
    this.#end('left')
  }

  /** Changes how they take part; one change after the other. Before they have picked up, it is too early. */
  become(mode: SupervisionMode): Promise<DeskResult> {
    const before = this.#change
    this.#change = before.then(() => this.#become(mode))
    return this.#change
  }

  async #become(mode: SupervisionMode): Promise<DeskResult> {
    if (this.#leg === undefined || this.#beside === undefined || this.#over.signal.aborted) return refuse('NOT_TALKING')
    if (mode === this.#mode) return done
    const changed = await this.#move(this.#leg, this.#beside, mode)
    if (!changed.ok) return changed
    if (this.#over.signal.aborted) return refuse('NOT_TALKING')
    this.#tell(mode)
    return done
  }

  async #move(leg: Leg, beside: TalkBridge, mode: SupervisionMode): Promise<DeskResult> {
    const { channel } = leg
    if (mode === 'active') return await this.#join(leg)
    if (this.#isAgentGone) return refuse('NOT_TALKING')
    // Nobody is to hear them any more before anything else is done.
    if (mode === 'silent') {
      const muted = await channel.mute()
      if (!muted.ok) return refuse(problemOf(muted))
    }
    if (this.#mode === 'active') {
      const released = await this.#leave(channel.id, beside)
      if (!released.ok) {
        // They stay the party that they were, and are heard.
        await channel.unmute()
        return released
      }
    }
    if (mode === 'silent') return done
    const unmuted = await channel.unmute()
    return unmuted.ok ? done : refuse(problemOf(unmuted))
  }

  async #join(leg: Leg): Promise<DeskResult> {
    const { talk } = this.call
    if (talk === undefined) return refuse('NOT_TALKING')
    const device = this.#device
    const joined = await talk.join({ device, leg, onLetGo: () => this.#end('left', 'active') })
    if (!joined.ok) return joined
    const unmuted = await leg.channel.unmute()
    if (!unmuted.ok) {
      await talk.release(device)
      return refuse(problemOf(unmuted))
    }
    this.call.publish({ type: 'call.conferenced', by: device, device })
    return done
  }

  async #leave(channelId: ChannelId, beside: TalkBridge): Promise<DeskResult> {
    const { talk } = this.call
    const released = talk === undefined ? refuse('NOT_TALKING') : await talk.release(this.#device)
    if (!released.ok) return released
    this.call.publish({ type: 'leg.ended', device: this.#device, cause: NORMAL_CLEARING })
    const joined = await this.#office.telephony.addToBridge(beside.id, [channelId])
    if (joined.ok) return done
    // Neither in the talk nor beside it: they are let go, rather than left in silence.
    this.#mode = 'silent'
    this.#end('fault')
    return refuse(problemOf(joined))
  }

  async #ring(signal: Signal): Promise<Leg | undefined> {
    const { phone } = this.supervisor
    const { agentId } = this.#supervised
    const either = (limit: Signal) => new Either(signal, limit)
    const rung = await within(RING_MS, this.#office.clock, (limit) =>
      ringPhone(
        {
          endpoint: `PJSIP/${phone}`,
          variables: answerByItself,
          callerNumber: agentId,
          callerName: this.#office.distribution.profileOf(agentId)?.name ?? '',
          timeoutMs: RING_MS
        },
        this.#office,
        { ringing: () => undefined, hangupReason: () => 'normal' },
        either(limit)
      )
    )
    return rung?.kind === 'answered' ? rung.leg : undefined
  }

  /** False when the agent has left meanwhile. */
  async #listen({ channel }: Leg, signal: Signal): Promise<boolean> {
    const { telephony, newId, clock } = this.#office
    const muted = await channel.mute()
    if (!muted.ok) return false
    await this.call.talk?.mix()
    this.#beside = await TalkBridge.open(newId(), 'talk', this.#office, signal)
    const snoop = new Leg(telephony.channel(`sb-${newId()}` as ChannelId), clock)
    this.#hasSnoop(snoop)
    const made = await telephony.createSnoop({ channelId: snoop.channel.id, target: this.#supervised.channelId })
    return made.ok && (await this.#beside.add([channel.id, snoop.channel.id], signal))
  }

  /** A party of the talk stays when the agent goes, and has nobody to listen to any more. */
  #agentLeft(): void {
    this.#isAgentGone = true
    if (this.#mode !== 'active') this.#end('talk-over')
  }

  /** The first reason counts. `whose`: the talk has let go of them, as the party that they were. */
  #end(result: Result, whose?: 'active'): void {
    if (this.#over.signal.aborted || (whose !== undefined && this.#mode !== whose)) return
    this.#over.abort(new Error('The supervision is over'))
    this.call.publish({ type: 'supervision.ended', result, ...this.#who })
  }

  async #close(): Promise<void> {
    // A change under way is waited for, so that nothing of it is left.
    await this.#change.catch(() => undefined)
    const { talk } = this.call
    // While they are a party, their leg is the talk's to end.
    if (this.#mode === 'active' && talk !== undefined) await talk.clear(this.#device)
    else await this.#leg?.end()
    await this.#snoop?.end()
    await this.#beside?.close()
  }

  #tell(mode: SupervisionMode): void {
    this.#mode = mode
    this.call.publish({ type: 'supervision.changed', mode, ...this.#who })
  }

  get #who() {
    const { agentId } = this.#supervised
    const isTold = this.#office.centre.supervision?.tellAgents ?? false
    return { supervisor: this.supervisor.username, device: this.#device, agentId, isTold }
  }

  get #device(): DeviceId {
    return this.supervisor.phone.replace(/-web$/, '') as DeviceId
  }
}

function onLeft(channel: Channel, listener: () => void): Disposable {
  return channel.events.on(({ type }) => {
    if (type === 'left' || type === 'destroyed') listener()
  })
}

function aborted(signal: Signal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

function problemOf(outcome: Outcome): DeskProblem {
  return !outcome.ok && outcome.problem === 'unavailable' ? 'ASTERISK_UNAVAILABLE' : 'NOT_TALKING'
}
