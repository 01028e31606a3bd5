import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { tone } from './mu-law.ts'

/** Writes a clip that hums a tone; returns its name without the ending, as Asterisk wants it. */
export async function toneFile(folder: string, hertz: number, ms: number): Promise<string> {
  const file = join(folder, `tone-${hertz}-${ms}`)
  await writeFile(`${file}.ulaw`, tone(hertz, ms))
  return file
}
