import { execFile } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'
import type { Contestant } from './contestants.ts'

const run = promisify(execFile)

/**
 * Gives the applications the last processor, and Asterisk the others (taskset(1)). An application wakes for some microseconds at a time: where
 * Asterisk runs in between, its code and data are out of the processor's caches each time.
 */
export async function pin(asteriskPid: number, contestants: readonly Contestant[]): Promise<void> {
  const last = availableParallelism() - 1
  if (last < 1) throw new Error('--pin: there is one processor only')
  await pinTo(`0-${last - 1}`, asteriskPid)
  for (const { pid } of contestants) if (pid !== undefined) await pinTo(String(last), pid)
}

async function pinTo(processors: string, pid: number): Promise<void> {
  await run('taskset', ['--all-tasks', '--cpu-list', '--pid', processors, String(pid)])
}
