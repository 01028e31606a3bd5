import type { Centre } from '../domain/centre.ts'
import type { Log } from '../domain/log.ts'
import type { PhoneAccount, Telephony } from '../domain/ports/telephony.ts'
import type { PhonePasswords } from './phone-passwords.ts'

/** The two phones of an agent or supervisor: one on the desk (SIP), one in the browser (WebRTC). Each has its password. */
export function phonesOf({ agents, phones = new Map() }: Centre, passwords: Pick<PhonePasswords, 'of'>): PhoneAccount[] {
  const owners = [...agents.values(), ...[...phones].map(([id, phone]) => ({ id, ...phone }))]
  return owners.flatMap(({ id, name, phonePasswordVersion: version = 1 }) => {
    const account = (user: string, kind: PhoneAccount['kind']): PhoneAccount => ({
      ...{ user, kind, password: passwords.of(user, version) },
      ...{ displayName: name, context: 'from-agents', callerNumber: id }
    })
    return [account(id, 'sip'), account(`${id}-web`, 'webrtc')]
  })
}

/** Makes the phones known to Asterisk; an agent whose phone is refused is named in the log and nobody else is affected. Answers who that is, by SIP user. */
export async function provisionPhones(
  phones: readonly PhoneAccount[],
  telephony: Telephony,
  log: Log
): Promise<ReadonlySet<string>> {
  const refused = new Set<string>()
  let made = 0
  for (const phone of phones) {
    const outcome = await telephony.putPhone(phone)
    if (outcome.ok) made++
    else if (outcome.problem === 'unavailable')
      log.warn({ user: phone.user }, 'A phone is made known as soon as Asterisk answers')
    else {
      refused.add(phone.user)
      log.error({ user: phone.user, outcome }, 'A phone could not be made known to Asterisk; it is tried again')
    }
  }
  log.info({ phones: made }, 'Phones are known to Asterisk')
  return refused
}
