import { execFile } from 'node:child_process'
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const SIZE_MB = 64

/**
 * The disk of the server's data, which can be full: a small one of its own in memory where this machine lets us mount it (ENOSPC); elsewhere
 * the process is forbidden to make files longer (RLIMIT_FSIZE: EFBIG).
 */
export class DataDisk {
  readonly folder: string
  #mounted = false
  #limited = 0

  constructor(folder: string) {
    this.folder = folder
  }

  get kind(): 'ENOSPC' | 'EFBIG' {
    return this.#mounted ? 'ENOSPC' : 'EFBIG'
  }

  async open(): Promise<void> {
    await mkdir(this.folder, { recursive: true })
    try {
      await run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MB}m,mode=0700`, 'switchboard-chaos', this.folder])
      this.#mounted = true
    } catch {
      // Not root, or a container that may not mount: the limit of the process serves as well.
    }
  }

  async fill(pid: number): Promise<void> {
    if (!this.#mounted) {
      await run('prlimit', [`--pid=${pid}`, '--fsize=1:'])
      this.#limited = pid
      return
    }
    const { bavail, bsize } = await statfs(this.folder)
    try {
      await writeFile(join(this.folder, 'filler'), Buffer.alloc(bavail * bsize))
    } catch (error) {
      // Somebody else has written meanwhile: it is full.
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    }
  }

  async free(): Promise<void> {
    if (this.#mounted) await rm(join(this.folder, 'filler'), { force: true })
    // The process may have ended meanwhile.
    else if (this.#limited > 0) await run('prlimit', [`--pid=${this.#limited}`, '--fsize=unlimited:']).catch(() => undefined)
    this.#limited = 0
  }

  async close(): Promise<void> {
    if (this.#mounted) await run('umount', ['-l', this.folder])
  }
}
