import { randomUUID } from 'node:crypto'
import { chmod, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'

/** Writes a file so that whoever reads it sees the old text or the new one, whole. A link stays one, and who may read the file stays the same. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const { file, mode } = await placeOf(path)
  const beside = `${file}.${randomUUID()}.new`
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

/** Where the text is, and the file's permissions; without them: there is no such file yet. */
async function placeOf(path: string): Promise<{ readonly file: string; readonly mode?: number }> {
  try {
    const file = await realpath(path)
    return { file, mode: (await stat(file)).mode & 0o777 }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { file: path }
    throw error
  }
}
