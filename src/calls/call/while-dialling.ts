import type { Answered } from './ringing.ts'
import type { TalkControl } from './talk-control.ts'

const refuse = async () => ({ ok: false, code: 'NOT_TALKING' }) as const

/** What the desk may do while the other phone rings: the agent may hang up. */
export function whileDialling({ offer, device, leg }: Answered): TalkControl {
  return {
    bridgeId: undefined,
    // Whoever joins them asks the recorder before.
    mix: async () => undefined,
    parties: () => [{ device, channelId: leg.channel.id, present: false, agentId: offer.agentId }],
    kept: () => undefined,
    consultation: () => undefined,
    alerting: () => undefined,
    inLine: () => [],
    hold: refuse,
    retrieve: refuse,
    transfer: refuse,
    consult: refuse,
    async consultByPhone(_agentId, _to, own) {
      await own.hangup('rejected')
      own.release()
    },
    alternate: refuse,
    reconnect: refuse,
    transferConsulted: refuse,
    conference: refuse,
    join: refuse,
    sendDigits: refuse,
    release: refuse,
    async clear(who) {
      if (who !== device) return { ok: false, code: 'NOT_ON_THIS_CALL' }
      await leg.channel.hangup()
      return { ok: true, value: undefined }
    }
  }
}
