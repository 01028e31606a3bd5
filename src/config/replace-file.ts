import { randomUUID } from 'node:crypto'
import { chmod, lstat, rename, rm, writeFile } from 'node:fs/promises'

/**
 * Writes a file so that whoever reads it sees the old text or the new one, whole; a full disk leaves the old one. Who may read it stays the same,
 * unless `wanted` says it; a link is replaced, not followed.
 */
export async function replaceFile(file: string, text: string, wanted?: number): Promise<void> {
  const beside = `${file}.${randomUUID()}.new`
  const mode = wanted ?? (await modeOf(file))
  try {
    await writeFile(beside, text, { flag: 'wx', ...(mode !== undefined && { mode }) })
    // The mask of the process has taken from the mode.
    if (mode !== undefined) await chmod(beside, mode)
    await rename(beside, file)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}

/** Undefined: there is no such file yet. */
async function modeOf(file: string): Promise<number | undefined> {
  try {
    const found = await lstat(file)
    return found.isFile() ? found.mode & 0o777 : undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
