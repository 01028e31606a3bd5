import type { CallTable } from '../calls/call-table.ts'
import type { Distribution } from '../calls/offers/distribution.ts'
import { clearStray } from '../calls/strays.ts'
import type { Centre } from '../domain/centre.ts'
import type { Publish } from '../domain/event-bus.ts'
import type { AgentId, DeviceId } from '../domain/ids.ts'
import type { Log } from '../domain/log.ts'
import type { Telephony, TelephonyListener } from '../domain/ports/telephony.ts'
import type { AgentPhones } from './agent-phones.ts'

interface Told {
  readonly centre: Centre
  readonly telephony: Telephony
  readonly calls: Pick<CallTable, 'take'>
  readonly phones: Pick<AgentPhones, 'provision'>
  readonly recordings: { look(): void }
  readonly distribution: Distribution
  /** Resolves when the calls of an earlier process have their places again. */
  readonly goOn: () => Promise<void>
  readonly publish: Publish
  readonly log: Log
}

/** Who is told what of the news from Asterisk. */
export function telephonyListener(told: Told): TelephonyListener {
  const { centre, telephony, calls, phones, recordings, distribution, goOn, publish, log } = told
  return {
    onIncoming: (incoming) => calls.take(incoming),
    onStray: (channel, role) =>
      void clearStray(channel, role, log).catch((err) => log.error({ err }, 'A channel left behind could not be cleared')),
    onStatus: ({ connected }) => {
      if (!connected) {
        distribution.pause()
        return
      }
      void goOn().then(() => {
        if (!telephony.status().connected) return
        distribution.resume()
        // Callers first: phones that an earlier process made are there, and it takes some computing.
        phones.provision()
        recordings.look()
      })
    },
    onPhoneStatus: (user, status) => {
      const agentId = user.replace(/-web$/, '') as AgentId
      if (!centre.agents.has(agentId)) return
      publish({ type: 'phone.changed', device: user as string as DeviceId, agentId, inService: status === 'in-service' })
    }
  }
}
