import { readFileSync } from 'node:fs'

/** Tells a process from a later one that was given the same id: the id and the moment it was started. Undefined when it has ended. */
export function identityOf(pid: number): string | undefined {
  try {
    // proc(5): the second field may hold blanks and brackets; field 22, `starttime`, is the twentieth behind it.
    const behindName = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    // A zombie has ended; only its parent has not asked yet.
    return behindName[0] === 'Z' ? undefined : `${pid} ${behindName[19]}`
  } catch {
    // No such file: no such process.
    return undefined
  }
}

/** Whether a process of that id runs. */
export function isAlive(pid: number): boolean {
  return identityOf(pid) !== undefined
}
