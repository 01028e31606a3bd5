import type { DeskResult } from '../domain/ports/desk.ts'
import type { TalkControl } from './live-call.ts'
import type { Answered } from './ringing.ts'

/** What the desk may do while the other phone rings: the agent may hang up. */
export function whileDialling({ offer, device, leg }: Answered): TalkControl {
  const notTalking: DeskResult = { ok: false, code: 'NOT_TALKING' }
  return {
    agentId: offer.agentId,
    device,
    hold: async () => notTalking,
    retrieve: async () => notTalking,
    transfer: () => notTalking,
    sendDigits: async () => notTalking,
    async clear() {
      await leg.channel.hangup()
      return { ok: true, value: undefined }
    }
  }
}
