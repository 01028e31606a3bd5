import { cp, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readArchive } from './archive-reader.ts'

/** Unpacks what an archive holds below some of its folders. */
export async function unpack(path: string, folders: readonly string[], into: string): Promise<void> {
  for await (const { path: file, content } of readArchive(path)) {
    if (!folders.some((folder) => file.startsWith(`${folder}/`))) continue
    const target = join(into, file)
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    const handle = await open(target, 'wx', 0o600)
    try {
      for await (const chunk of content()) await handle.writeFile(chunk)
      await handle.sync()
    } finally {
      await handle.close()
    }
  }
}

/** Moves all that is in a folder into another one, also to another disk; a folder that is not there holds nothing. */
export async function moveAll(from: string, to: string): Promise<number> {
  const names = await readdir(from).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  if (names.length > 0) await mkdir(to, { recursive: true, mode: 0o700 })
  for (const name of names) {
    const [source, target] = [join(from, name), join(to, name)]
    try {
      await rename(source, target)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
      await cp(source, target, { recursive: true, errorOnExist: true, force: false })
      await rm(source, { recursive: true })
    }
  }
  return names.length
}
