import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { readEnvironment, readVariables, type Variables } from '../config/environment.ts'
import { Api } from '../remote/api.ts'
import { toldLanguage } from './told-language.ts'

export interface RemoteOptions {
  /** Unset: where HTTP_ADDRESS says that the server listens. */
  readonly server?: string
  /** Of what is wrong; unset: by the locale. */
  readonly language?: string
}

/** The API of the server that `--server` or the environment names; who signs in is told by the environment, the password also at the terminal. */
export function remoteApi({ server, language }: RemoteOptions, variables: Variables = readVariables()): Api {
  const { HTTP_ADDRESS: address, SWITCHBOARD_TOKEN, SWITCHBOARD_USER, SWITCHBOARD_PASSWORD } = readEnvironment(variables)
  // A server that listens everywhere is reached on this machine.
  const host = ['0.0.0.0', '::'].includes(address.host) ? '127.0.0.1' : address.host
  return new Api({
    server: server ?? `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    token: SWITCHBOARD_TOKEN,
    username: SWITCHBOARD_USER,
    language: toldLanguage(language, variables),
    password: async () => SWITCHBOARD_PASSWORD ?? (process.stdin.isTTY ? await askPassword(SWITCHBOARD_USER) : undefined)
  })
}

/** What is typed is not shown. */
async function askPassword(username: string): Promise<string> {
  process.stderr.write(`Password of ${username}: `)
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  try {
    return await terminal.question('')
  } finally {
    terminal.close()
    process.stderr.write('\n')
  }
}
