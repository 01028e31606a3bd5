import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** What `switchboard up` needs to know of a machine. */
export interface Machine {
  readonly platform: string
  readonly nodeVersion: string
  readonly isDebian: boolean
  readonly isRoot: boolean
  hasCommand(name: string): boolean
}

const NODE_NEEDED = [20, 19] as const
/** Command → Debian package. */
const commandsNeeded = { 'espeak-ng': 'espeak-ng', sox: 'sox' } as const
const CONTAINERS = 'DEMO_PASSWORD=… docker compose -f docker/compose.yaml up'

/** Why this machine cannot run everything, a sentence each that says what to do. Pure. */
export function findMachineProblems(machine: Machine): string[] {
  const problems: string[] = []
  const [major = 0, minor = 0] = machine.nodeVersion.split('.').map(Number)
  if (major < NODE_NEEDED[0] || (major === NODE_NEEDED[0] && minor < NODE_NEEDED[1])) {
    problems.push(
      `Node ${NODE_NEEDED.join('.')} or newer is needed and this is ${machine.nodeVersion}: install it from https://nodejs.org`
    )
  }
  if (machine.platform !== 'linux') {
    return [...problems, `All on one machine works on Linux only; here use containers: ${CONTAINERS}`]
  }
  const missing = Object.entries(commandsNeeded).filter(([command]) => !machine.hasCommand(command))
  if (missing.length > 0)
    problems.push(
      `${missing.map(([command]) => command).join(' and ')} missing: ${remedy(
        machine,
        missing.map(([, name]) => name)
      )}`
    )
  return problems
}

function remedy({ isDebian, isRoot }: Machine, packages: readonly string[]): string {
  if (!isDebian) return `install them with the package manager of this system, or use containers: ${CONTAINERS}`
  return `${isRoot ? 'run' : 'run as root:'} apt-get install -y ${packages.join(' ')}`
}

/** This machine. `path` is the search path for commands. */
export function thisMachine(path: string): Machine {
  return {
    platform: process.platform,
    nodeVersion: process.versions.node,
    isDebian: existsSync('/etc/debian_version'),
    isRoot: process.getuid?.() === 0,
    hasCommand: (name) => path.split(delimiter).some((folder) => isExecutable(join(folder, name)))
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    // Not there, or not for us.
    return false
  }
}
