import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { endProgram } from '../../helpers/end-program.ts'

/** Within this time a program that is told to stop has written what it has to write, such as its profile. */
const STOPS_WITHIN_MS = 15_000

/** A program that is measured, as a process of its own. */
export interface Program {
  readonly pid: number
  /** Fails when it has ended by itself. */
  check(): void
  stop(): Promise<void>
}

/** Starts Node on a script. What it says goes into a file. */
export function startNode(
  args: readonly string[],
  { logFile, env = {} }: { readonly logFile: string; readonly env?: Readonly<Record<string, string>> }
): Program {
  // It dies with us, also when we are killed.
  const child: ChildProcess = spawn('setpriv', ['--pdeathsig', 'KILL', process.execPath, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production', ...env }
  })
  const log = createWriteStream(logFile)
  child.stdout?.pipe(log)
  child.stderr?.pipe(log)
  return {
    pid: child.pid ?? 0,
    check() {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`${args.find((arg) => !arg.startsWith('-'))} has ended: ${readFileSync(logFile, 'utf8').slice(-2000)}`)
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await Promise.race([ended, sleep(STOPS_WITHIN_MS, undefined, { ref: false })])
      await endProgram(child)
    }
  }
}
