import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { LineLog } from './line-log.ts'
import type { PidFiles } from './pid-files.ts'
import { withoutCores } from './without-cores.ts'

export interface ChildOptions {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** All it prints goes here. */
  readonly logFile: string
  readonly pidFiles: PidFiles
  /** What of a printed line the person at the terminal should see; undefined for nothing. */
  readonly problemIn: (line: string) => string | undefined
  readonly say: (text: string) => void
}

/** One program that we started. */
export interface Child {
  readonly pid: number
  /** Resolves with how it ended, e.g. `ended with code 1`. */
  readonly ended: Promise<string>
  /** TERM, and KILL when that does not help in time. Resolves when it has gone. */
  stop(patienceMs: number): Promise<void>
}

/** Starts a program in a process group of its own, so that Ctrl-C reaches only us and the order of stopping stays ours. */
export function startChild({ name, command, args, env, logFile, pidFiles, problemIn, say }: ChildOptions): Child {
  const log = new LineLog(logFile, say)
  const child = spawn(...withoutCores(command, args), { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const forget = child.pid === undefined ? () => {} : pidFiles.note(name, child.pid)
  const ended = untilEnded(child).finally(forget)
  readLines(child, (line) => {
    log.write(line)
    const problem = problemIn(line)
    if (problem !== undefined) say(`${name}: ${problem}`)
  })
  const isThere = () => child.exitCode === null && child.signalCode === null && child.pid !== undefined

  return {
    pid: child.pid ?? 0,
    ended,
    async stop(patienceMs) {
      if (isThere()) child.kill('SIGTERM')
      const late = setTimeout(() => isThere() && child.kill('SIGKILL'), patienceMs)
      await ended
      clearTimeout(late)
    }
  }
}

function untilEnded(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`))
    child.once('exit', (code, signal) => resolve(signal === null ? `ended with code ${code}` : `was ended by ${signal}`))
  })
}

function readLines({ stdout, stderr }: ChildProcess, onLine: (line: string) => void): void {
  for (const stream of [stdout, stderr]) if (stream !== null) createInterface({ input: stream }).on('line', onLine)
}
