import type { Centre } from '../domain/centre.ts'
import type { Log } from '../domain/log.ts'
import type { PhoneAccount, Telephony } from '../domain/ports/telephony.ts'

/** The two phones of an agent or supervisor: one on the desk (SIP), one in the browser (WebRTC). Both have their password. */
export function phonesOf({ agents, phones = new Map() }: Centre, password: string): PhoneAccount[] {
  const owners = [...agents.values(), ...[...phones].map(([id, { name }]) => ({ id, name }))]
  return owners.flatMap(({ id, name }) => {
    const phone = { password, displayName: name, context: 'from-agents', callerNumber: id } as const
    return [
      { ...phone, user: id, kind: 'sip' },
      { ...phone, user: `${id}-web`, kind: 'webrtc' }
    ] as const
  })
}

/** Makes the phones known to Asterisk; an agent whose phone is refused is named in the log and nobody else is affected. */
export async function provisionPhones(phones: readonly PhoneAccount[], telephony: Telephony, log: Log): Promise<void> {
  let made = 0
  for (const phone of phones) {
    const outcome = await telephony.putPhone(phone)
    if (outcome.ok) made++
    else log.error({ user: phone.user, outcome }, 'A phone could not be made known to Asterisk')
  }
  log.info({ phones: made }, 'Phones are known to Asterisk')
}
