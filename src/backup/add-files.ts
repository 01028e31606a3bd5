import { open, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../domain/errors.ts'
import type { ArchiveWriter } from './archive-writer.ts'

const CHUNK = 256 * 1024

/** Files of a folder and those below it, in order, hidden ones too; none of a folder that is not there. */
export async function filesBelow(folder: string): Promise<readonly string[]> {
  const found: string[] = []
  const look = async (below: string) => {
    for (const name of (await readdir(join(folder, below))).sort()) {
      const path = below === '' ? name : `${below}/${name}`
      const is = await stat(join(folder, path))
      if (is.isDirectory()) await look(path)
      else if (is.isFile()) found.push(path)
    }
  }
  try {
    await look('')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT' && found.length === 0) return []
    throw new AppError('BACKUP_FOLDER_UNREADABLE', 'server', 'A folder cannot be read', { details: { folder }, cause })
  }
  return found
}

/** Small files, which people may be changing: each as it is at one moment. */
export async function addFolder(archive: ArchiveWriter, folder: string, under: string): Promise<number> {
  const files = await filesBelow(folder)
  for (const file of files) await archive.add(`${under}/${file}`, await readFile(join(folder, file)))
  return files.length
}

/** Large files that never change, as they are; answers those that are gone. */
export async function addRecordings(
  archive: ArchiveWriter,
  folder: string,
  under: string,
  files: readonly string[]
): Promise<readonly string[]> {
  const gone: string[] = []
  for (const file of files) {
    const handle = await open(join(folder, file)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    if (handle === undefined) {
      gone.push(file)
      continue
    }
    try {
      const { size } = await handle.stat()
      const stream = handle.createReadStream({ autoClose: false, highWaterMark: CHUNK })
      await archive.addStream(`${under}/${file}`, size, stream as AsyncIterable<Buffer>)
    } finally {
      await handle.close()
    }
  }
  return gone
}
