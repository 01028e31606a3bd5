import { Abort } from '../../domain/abort.ts'
import type { AgentId, DeviceId } from '../../domain/ids.ts'
import type { WaitingCaller } from '../../domain/waiting-caller.ts'
import type { CallsOffice } from '../call/office.ts'
import { type Party, partyOf } from '../call/party.ts'
import { dropRing, reserveAgent } from '../call/reserve-agent.ts'
import { type OutsideCaller, ringOutside } from '../call/ring-outside.ts'
import type { Alerting, RungFor } from '../call/rung-for.ts'
import type { ToldOf } from '../offers/offer-book.ts'

/** One phone that is rung so that somebody joins a talk, or is consulted. */
export interface PartyRing {
  /** Set when somebody of a queue is wanted. */
  readonly line?: PlaceInLine
  readonly device: DeviceId
  readonly agentId: AgentId | undefined
  alerting(): Alerting | undefined
  /** Who picked up; undefined when nobody did, or nobody waits any more. Asked once. */
  pickedUp(): Promise<Party | undefined>
  /** Nobody waits for them any more: stops ringing. Who picks up in this moment is let go. Told twice, it counts once. */
  drop(): Promise<void>
}

/** The wait in a queue for one of its agents. */
export interface PlaceInLine {
  /** How it stands; undefined once somebody has picked up, or nobody waits any more. */
  now(): WaitingCaller | undefined
  /** Ends the wait. Told twice, it counts once. */
  withdraw(): void
}

/** On whose behalf it rings, and in which call that is told. */
export type Ringer = RungFor & { told?(): ToldOf }

/** Q.850: normal clearing, when it was us who gave up. */
const NORMAL_CLEARING = 16

/** Reserves an agent and rings them; undefined when they cannot take a call now. */
export function ringAgent(ringer: Ringer, office: CallsOffice, agentId: AgentId, ringMs: number): PartyRing | undefined {
  const ring = reserveAgent(ringer, office, agentId, ringMs)
  if (ring === undefined) return undefined
  const over = new Abort()
  let taken = false
  const drop = async () => {
    if (taken) return
    taken = true
    over.abort(new Error('Nobody waits for the agent any more'))
    await dropRing(office, ring)
  }
  return {
    device: agentId as string as DeviceId,
    agentId,
    alerting: () => ringer.alerting,
    async pickedUp() {
      try {
        const news = await ring.decided.first(over.signal)
        if (news.type === 'fault') throw news.error
        if (taken || news.type === 'ended') return undefined
        taken = true
        ring.ringing.takeOver()
        ring.decided[Symbol.dispose]()
        return partyOf(news, office)
      } catch (error) {
        if (over.signal.aborted) return undefined
        throw error
      } finally {
        await drop()
      }
    },
    drop
  }
}

/** A number as people see it, the address it is dialled by, and what is shown there; unset as for an address. */
export interface NumberOutside {
  readonly number: string
  readonly address: string
  readonly endpoint: string
  readonly callerId: string
}

/** Calls a SIP address or a number outside. */
export function ringSomebodyOutside(
  ringer: Ringer,
  office: CallsOffice,
  whom: string | NumberOutside,
  ringMs: number
): PartyRing {
  const device = (typeof whom === 'string' ? whom : whom.number) as DeviceId
  const uri = typeof whom === 'string' ? whom : whom.address
  const by = typeof whom === 'string' ? ringer : shownAs(ringer, whom)
  const over = new Abort()
  const ended = (cause: number) => ringer.publish({ type: 'leg.ended', device, cause })
  return {
    device,
    agentId: undefined,
    alerting: () => undefined,
    async pickedUp() {
      try {
        ringer.publish({ type: 'leg.dialed', device })
        const result = await ringOutside(uri, by, office, ringMs, over.signal)
        if (result.kind !== 'answered') {
          ended(result.cause)
          return undefined
        }
        if (!over.signal.aborted) return { device, leg: result.leg, onLetGo: () => undefined }
        ended(await result.leg.end())
        return undefined
      } catch (error) {
        ended(NORMAL_CLEARING)
        if (over.signal.aborted) return undefined
        throw error
      }
    },
    async drop() {
      over.abort(new Error('Nobody waits for the far end any more'))
    }
  }
}

/** The network takes calls only from a number that is the centre's. */
function shownAs(ringer: Ringer, { endpoint, callerId }: NumberOutside): OutsideCaller {
  const { callId, originator } = ringer
  const publish = ringer.publish.bind(ringer)
  return { callId, device: callerId as DeviceId, shownName: '', originator, publish, endpoint }
}
