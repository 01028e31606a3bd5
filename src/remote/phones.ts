import type { Api } from './api.ts'

export interface PhoneCredentials {
  readonly device: string
  readonly username: string
  readonly password: string
  /** Whether the password is the same after the server's next start. */
  readonly lasting: boolean
}

/** What a phone registers with; for administrators. */
export function fetchPhoneCredentials(api: Api, device: string): Promise<PhoneCredentials> {
  return api.get(`/api/v1/phones/${encodeURIComponent(device)}/credentials`)
}
