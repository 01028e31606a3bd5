import { phonePasswords } from '../../assembly/phone-passwords.ts'
import { phonesOf } from '../../assembly/phones.ts'
import { loadConfig } from '../../config/load-config.ts'
import { AppError } from '../../domain/errors.ts'
import type { Api } from '../../remote/api.ts'
import { fetchPhoneCredentials } from '../../remote/phones.ts'

/** The password of a phone of the configuration, from this machine's PHONE_SECRET and centre's file; no server is asked. */
export function phonePassword(device: string): string {
  const { environment, centre, demo } = loadConfig()
  if (demo) throw new AppError('DEMO_PASSWORDS', 'client', 'With demo: true all phones have DEMO_PASSWORD')
  const secret = environment.PHONE_SECRET
  if (secret === undefined)
    throw new AppError('PHONE_SECRET_UNSET', 'client', 'Set PHONE_SECRET, as it is set for the server: openssl rand -base64 32')
  const phone = phonesOf(centre, phonePasswords({ secret })).find(({ user }) => user === device)
  if (phone === undefined)
    throw new AppError('PHONE_UNKNOWN', 'client', 'The configuration has no such phone', { details: { device } })
  return `${phone.password}\n`
}

/** What a running server says that a phone registers with: as JSON, or in lines. */
export async function remotePhoneCredentials(api: Api, device: string, json = false): Promise<string> {
  const given = await fetchPhoneCredentials(api, device)
  if (json) return `${JSON.stringify(given, undefined, 2)}\n`
  const until = given.lasting ? '' : 'until the next start of the server: PHONE_SECRET is not set\n'
  return `username ${given.username}\npassword ${given.password}\n${until}`
}
