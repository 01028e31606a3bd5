import { readFileSync } from 'node:fs'

/** Whether a process of that id exists. */
export function isAlive(pid: number): boolean {
  if (pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // ESRCH is the answer "no"; EPERM means it exists and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Tells a process from a later one that was given the same id: the id and the moment it was started. Undefined when it has gone. */
export function identityOf(pid: number): string | undefined {
  try {
    // proc(5): the second field may hold blanks and brackets; field 22, `starttime`, is the twentieth behind it.
    const behindName = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return behindName[0] === 'Z' ? undefined : `${pid} ${behindName[19]}`
  } catch {
    // No such file: no such process.
    return undefined
  }
}
