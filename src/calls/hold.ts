import type { DeviceId } from '../domain/ids.ts'
import type { DeskProblem, DeskResult } from '../domain/ports/desk.ts'
import type { TalkBridge } from './bridge.ts'
import type { LiveCall } from './live-call.ts'
import type { CallsOffice } from './office.ts'

const done: DeskResult = { ok: true, value: undefined }
const refuse = (code: DeskProblem): DeskResult => ({ ok: false, code })

/** Hold during one talk. By the desk: the caller leaves the bridge for music, the agent stays in it alone. By the phone: Asterisk plays the music. */
export class Hold {
  readonly #call: LiveCall
  readonly #office: CallsOffice
  readonly #bridge: TalkBridge
  readonly #device: DeviceId
  #state: 'talking' | 'changing' | 'held' = 'talking'
  #change: Promise<DeskResult> = Promise.resolve(done)
  #phoneHolds = false
  /** Since when the caller is held, by either. */
  #since: number | undefined

  constructor(call: LiveCall, office: CallsOffice, bridge: TalkBridge, device: DeviceId) {
    this.#call = call
    this.#office = office
    this.#bridge = bridge
    this.#device = device
  }

  /** Whether the desk holds the caller, or is about to. */
  get isOn(): boolean {
    return this.#state !== 'talking'
  }

  begin(): Promise<DeskResult> {
    if (this.#state !== 'talking') return Promise.resolve(refuse('ALREADY_HELD'))
    this.#change = this.#takeOut()
    return this.#change
  }

  retrieve(): Promise<DeskResult> {
    if (this.#state !== 'held') return Promise.resolve(refuse('NOT_HELD'))
    this.#change = this.#takeBack()
    return this.#change
  }

  /** Hold pressed on the phone itself: we only tell the desk. */
  byPhone(news: 'held' | 'unheld'): void {
    const holds = news === 'held'
    if (holds === this.#phoneHolds) return
    this.#phoneHolds = holds
    this.#count()
    this.#call.publish({ type: holds ? 'call.held' : 'call.retrieved', device: this.#device, by: 'phone' })
  }

  /** The talk is over: a change under way is waited for, the caller's music stopped and the time booked. */
  async end(): Promise<void> {
    await this.#change
    const held = this.#state === 'held'
    this.#state = 'talking'
    this.#phoneHolds = false
    this.#count()
    if (held && !this.#call.signal.aborted) await this.#call.channel.stopMusic()
  }

  async #takeOut(): Promise<DeskResult> {
    this.#state = 'changing'
    const { channel } = this.#call
    const removed = await this.#bridge.remove(channel.id)
    if (!removed.ok) {
      this.#state = 'talking'
      return refuse(removed.problem === 'unavailable' ? 'ASTERISK_UNAVAILABLE' : 'NOT_TALKING')
    }
    await channel.startMusic(this.#music)
    this.#state = 'held'
    this.#count()
    this.#call.publish({ type: 'call.held', device: this.#device, by: 'desk' })
    return done
  }

  async #takeBack(): Promise<DeskResult> {
    this.#state = 'changing'
    const { channel } = this.#call
    await channel.stopMusic()
    const joined = await this.#office.telephony.addToBridge(this.#bridge.id, [channel.id])
    if (!joined.ok) {
      // Still held, so there is to be music; where the caller has gone, this says so and nothing more.
      await channel.startMusic(this.#music)
      this.#state = 'held'
      return refuse(joined.problem === 'unavailable' ? 'ASTERISK_UNAVAILABLE' : 'NOT_TALKING')
    }
    this.#state = 'talking'
    this.#count()
    this.#call.publish({ type: 'call.retrieved', device: this.#device, by: 'desk' })
    return done
  }

  get #music(): string {
    return [...this.#office.centre.queues.values()][0]?.music ?? 'default'
  }

  /** Books the time once, when neither holds any more. */
  #count(): void {
    const now = this.#office.clock.now()
    const held = this.#state === 'held' || this.#phoneHolds
    if (held) this.#since ??= now
    else if (this.#since !== undefined) {
      this.#call.totals.heldMs += now - this.#since
      this.#since = undefined
    }
  }
}
