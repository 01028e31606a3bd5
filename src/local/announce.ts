import { join } from 'node:path'
import type { Config } from '../config/load-config.ts'
import { serverUrl } from '../config/server-url.ts'
import type { Role } from '../domain/agent.ts'

/** What is printed when everything is ready: where it is, how to sign in, what to do first. Pure. */
export function announce(config: Config, demoPassword: string, seconds: number): string {
  const { environment, demo } = config
  const console = serverUrl(environment)
  const { host, port } = environment.SIP_ADDRESS
  const rows = [
    ['Console', `${console}/`],
    ['API', `${console}/docs`],
    ['CTI', `${console.replace('http', 'ws')}/cti/v1`],
    ['SIP', `${host}:${port}`],
    ...(environment.SIP_TLS_ADDRESS
      ? [['SIP, TLS', `${environment.SIP_TLS_ADDRESS.host}:${environment.SIP_TLS_ADDRESS.port}`]]
      : []),
    ['Logs', join(environment.DATA_DIR, 'log')]
  ]
  const logins = [
    ['Agents', loginsOf(config, 'agent')],
    ['Supervisors', loginsOf(config, 'supervisor')],
    ['Administrator', loginsOf(config, 'admin')],
    ['Password', `${demoPassword}  (of all of them, and of the agents' phones)`]
  ]
  return [
    '',
    `Switchboard is ready after ${seconds.toFixed(1)} s.`,
    '',
    ...rows.map(line),
    ...(demo ? ['', ...logins.map(line)] : []),
    '',
    `call 95588 from any SIP phone, or press Call at ${console}/`,
    'Ctrl-C stops everything that was started here.',
    ''
  ].join('\n')
}

function line([name = '', value = '']: readonly string[]): string {
  return `  ${name.padEnd(14)}${value}`
}

function loginsOf({ users }: Config, role: Role): string {
  const names = users.filter((user) => user.role === role).map(({ username }) => username)
  return names.length > 4 ? `${names[0]} … ${names.at(-1)}` : names.join(', ')
}
