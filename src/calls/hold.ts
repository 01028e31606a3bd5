import type { DeviceId } from '../domain/ids.ts'
import type { DeskProblem, DeskResult } from '../domain/ports/desk.ts'
import type { TalkBridge } from './bridge.ts'
import type { LiveCall } from './live-call.ts'
import type { CallsOffice } from './office.ts'

/** Hold by the desk: the caller leaves the bridge for music, the agent stays in it alone. */
export interface Hold {
  begin(): Promise<DeskResult>
  retrieve(): Promise<DeskResult>
  /** The talk is over: settles the books; the caller's music is stopped. */
  end(): Promise<void>
}

const done: DeskResult = { ok: true, value: undefined }
const refuse = (code: DeskProblem): DeskResult => ({ ok: false, code })

export function holdMusic(call: LiveCall, office: CallsOffice, bridge: TalkBridge, device: DeviceId): Hold {
  const music = [...office.centre.queues.values()][0]?.music ?? 'default'
  let state: 'talking' | 'changing' | 'held' = 'talking'
  let since = 0

  return {
    async begin() {
      if (state !== 'talking') return refuse('ALREADY_HELD')
      state = 'changing'
      const removed = await bridge.remove(call.channel.id)
      if (!removed.ok) {
        state = 'talking'
        return refuse(removed.problem === 'unavailable' ? 'ASTERISK_UNAVAILABLE' : 'NOT_TALKING')
      }
      state = 'held'
      since = office.clock.now()
      await call.channel.startMusic(music)
      call.publish({ type: 'call.held', device, by: 'desk' })
      return done
    },
    async retrieve() {
      if (state !== 'held') return refuse('NOT_HELD')
      state = 'changing'
      await call.channel.stopMusic()
      const joined = await office.telephony.addToBridge(bridge.id, [call.channel.id])
      if (!joined.ok) {
        state = 'held'
        return refuse(joined.problem === 'unavailable' ? 'ASTERISK_UNAVAILABLE' : 'NOT_TALKING')
      }
      state = 'talking'
      call.totals.heldMs += office.clock.now() - since
      call.publish({ type: 'call.retrieved', device, by: 'desk' })
      return done
    },
    async end() {
      if (state !== 'held') return
      call.totals.heldMs += office.clock.now() - since
      if (!call.signal.aborted) await call.channel.stopMusic()
    }
  }
}
