import { join } from 'node:path'
import type { Config } from '../config/load-config.ts'
import type { Role } from '../domain/agent.ts'
import { urlOf } from './local-parts.ts'

/** What is printed when everything is ready: where it is, how to sign in, what to do first. Pure. */
export function announce(config: Config, demoPassword: string, seconds: number): string {
  const { environment, demo } = config
  const console = urlOf(environment.HTTP_ADDRESS)
  const { host, port } = environment.SIP_ADDRESS
  const rows = [
    ['Console', `${console}/`],
    ['API', `${console}/docs`],
    ['CTI', `${console.replace('http', 'ws')}/cti/v1`],
    ['SIP', `${host}:${port}`],
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
