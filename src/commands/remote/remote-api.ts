import { readCertificate } from '../../config/certificate.ts'
import { readEnvironment, readVariables, type Variables } from '../../config/environment.ts'
import { serverUrl } from '../../config/server-url.ts'
import { Api } from '../../remote/api.ts'
import { askPassword } from '../people/ask-password.ts'
import { toldLanguage } from '../told-language.ts'

export interface RemoteOptions {
  /** Unset: where HTTP_ADDRESS says that the server listens. */
  readonly server?: string
  /** Of what is wrong; unset: by the locale. */
  readonly language?: string
}

/** The API of the server that `--server` or the environment names; who signs in is told by the environment, the password also at the terminal. */
export function remoteApi({ server, language }: RemoteOptions, variables: Variables = readVariables()): Api {
  const environment = readEnvironment(variables)
  const { SWITCHBOARD_TOKEN, SWITCHBOARD_USER, SWITCHBOARD_PASSWORD } = environment
  return new Api({
    server: server ?? serverUrl(environment),
    // A server of ours that wants to see certificates is shown its own.
    certificate: environment.HTTP_CLIENT_AUTHORITIES === undefined ? undefined : readCertificate(environment),
    token: SWITCHBOARD_TOKEN,
    username: SWITCHBOARD_USER,
    language: toldLanguage(language, variables),
    password: async () =>
      SWITCHBOARD_PASSWORD ?? (process.stdin.isTTY ? await askPassword(`Password of ${SWITCHBOARD_USER}: `) : undefined)
  })
}
