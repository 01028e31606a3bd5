import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fixedParts } from '../flow/fixed-parts.ts'
import type { Flow } from '../flow/flow.ts'

/** Recording, as flows write it with or without its language → what changes when its file does. */
export type RecordingMarks = ReadonlyMap<string, string>

/** The recordings of a folder of flows as they are now. */
export async function markRecordings(flows: string): Promise<RecordingMarks> {
  const folder = join(flows, 'audio')
  const marks = new Map<string, string>()
  for (const name of await namesIn(folder)) {
    const found = await stat(join(folder, name)).catch(() => undefined) // Removed since it was listed: as if it had never been.
    if (found?.isFile() !== true) continue
    const { size, mtimeMs } = found
    const recording = name.replace(/\.[^./]+$/, '')
    marks.set(recording, `${marks.get(recording) ?? ''} ${name} ${size} ${mtimeMs}`)
  }
  return marks
}

/** The flows that say something of which there is another recording now. */
export function flowsThatSay(flows: readonly Flow[], before: RecordingMarks, now: RecordingMarks): readonly Flow[] {
  const changed = new Set([...now].filter(([name, mark]) => before.get(name) !== mark).map(([name]) => name))
  for (const name of before.keys()) if (!now.has(name)) changed.add(name)
  if (changed.size === 0) return []
  return flows.filter((flow) =>
    [...fixedParts(flow)].some(([language, parts]) =>
      parts.some((part) => part.kind === 'audio' && (changed.has(`${language}/${part.name}`) || changed.has(part.name)))
    )
  )
}

/** Whether nothing has changed between the two. */
export function sameMarks(one: RecordingMarks, other: RecordingMarks): boolean {
  return one.size === other.size && [...one].every(([name, mark]) => other.get(name) === mark)
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder, { recursive: true })).sort()
  } catch (error) {
    // A folder that is not there holds nothing; what else keeps it from being read is told by the prompts that are made of it.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return []
    throw error
  }
}
