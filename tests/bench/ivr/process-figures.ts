import { readdir, readFile } from 'node:fs/promises'

/**
 * CPU time of a process and all below it, in milliseconds: user and system, of all threads, and of children that have ended.
 * The kernel counts in ticks of 10 ms (proc(5): fields 14 to 17 of stat).
 */
export async function cpuMs(pid: number): Promise<number> {
  const all = await processes()
  const ticks = (of: number): number => {
    const own = all.get(of)
    if (own === undefined) return 0
    const below = [...all].filter(([, { parent }]) => parent === of).map(([child]) => ticks(child))
    return own.ticks + below.reduce((sum, one) => sum + one, 0)
  }
  return ticks(pid) * 10
}

/** Memory that a process holds just now, in kB. */
export async function residentKb(pid: number): Promise<number> {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1])
}

async function processes(): Promise<ReadonlyMap<number, { readonly parent: number; readonly ticks: number }>> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const rows = await Promise.all(
    pids.map(async (pid) => {
      // One that has ended meanwhile.
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
      // The name of the program, in brackets, may hold anything.
      const fields =
        stat
          ?.slice(stat.lastIndexOf(')') + 2)
          .split(' ')
          .map(Number) ?? []
      const ticks = [11, 12, 13, 14].reduce((sum, field) => sum + (fields[field] ?? 0), 0)
      return [Number(pid), { parent: fields[1] ?? 0, ticks }] as const
    })
  )
  return new Map(rows)
}
