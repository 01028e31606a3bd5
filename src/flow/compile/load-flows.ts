import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FlowSource } from './compile-context.ts'

/** The flow files of a folder and the folders in it, in order of their names. Tests beside them (`*.test.yaml`) are none. */
export async function loadFlows(folder: string): Promise<readonly FlowSource[]> {
  const names = await readdir(folder, { recursive: true })
  const files = names.filter((name) => /\.ya?ml$/.test(name) && !/\.test\.ya?ml$/.test(name)).sort()
  return await Promise.all(
    files.map(async (name) => {
      const file = join(folder, name)
      return { file, text: await readFile(file, 'utf8') }
    })
  )
}

/** Whether they are the same files with the same texts. */
export function sameSources(one: readonly FlowSource[], other: readonly FlowSource[] | undefined): boolean {
  return (
    one.length === other?.length &&
    one.every(({ file, text }, index) => file === other[index]?.file && text === other[index]?.text)
  )
}
