import type { Signal } from '../../domain/abort.ts'
import type { LiveCall } from '../call/live-call.ts'
import type { CallsOffice } from '../call/office.ts'
import { TalkBridge } from '../line/bridge.ts'
import type { Plan, Trouble } from './seating.ts'

/** The bridge of a talk. With a third party, or a snoop on one of them, all go to one that stays as it is whoever comes and goes; see BridgeKind. */
export class TalkBridges {
  readonly #call: LiveCall
  readonly #office: CallsOffice
  readonly #signal: Signal
  #bridge: TalkBridge
  /** Somebody snoops on one of them. */
  #isMixed = false
  /** Once there was a third party, or a snoop. */
  #conference: TalkBridge | undefined
  #moving: Promise<Trouble | undefined> | undefined

  constructor(bridge: TalkBridge, call: LiveCall, office: CallsOffice, signal: Signal) {
    this.#bridge = bridge
    this.#call = call
    this.#office = office
    this.#signal = signal
  }

  get current(): TalkBridge {
    return this.#bridge
  }

  get isConference(): boolean {
    return this.#bridge.kind === 'conference'
  }

  /** From now on all are mixed. */
  mix(): void {
    this.#isMixed = true
  }

  /** Asterisk has it no more. */
  makeAnew(): void {
    this.#moving = this.#while(() => this.#make(this.#bridge))
  }

  /** Changes to the other bridge when that plan asks for it. Rejects with the signal's reason. */
  fit(plan: () => Plan): Promise<Trouble | undefined> {
    this.#moving ??= this.#while(() => this.#moveToConference(plan()))
    return this.#moving
  }

  /** Resolves when nothing is being made; the bridge that the talk began with is not closed here. */
  async close(others: () => Promise<void>): Promise<void> {
    await this.#moving?.catch(() => undefined) // Its reason is that the talk is over.
    await others()
    await this.#conference?.close()
  }

  async #moveToConference(plan: Plan): Promise<Trouble | undefined> {
    const together = [...plan.values()].filter((seat) => 'bridge' in seat && seat.bridge === this.#bridge)
    if (this.isConference || (together.length < 3 && !this.#isMixed)) return undefined
    this.#conference ??= new TalkBridge(this.#office.newId(), 'conference', this.#office)
    const trouble = await this.#make(this.#conference)
    if (trouble !== undefined) return trouble
    this.#bridge = this.#conference
    // No fact tells it.
    this.#call.keep()
    return undefined
  }

  async #make(bridge: TalkBridge): Promise<Trouble | undefined> {
    const made = await bridge.make(this.#signal)
    if (made.ok) return undefined
    return made.problem === 'unavailable' ? 'unavailable' : 'refused'
  }

  #while(work: () => Promise<Trouble | undefined>): Promise<Trouble | undefined> {
    return work().finally(() => {
      this.#moving = undefined
    })
  }
}
