import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Whether the audio folder of some flows holds a recording, in the language or in none in particular. */
export function recordingsOf(flows: string): (name: string, language: string) => boolean {
  const recordings = new Set(namesIn(join(flows, 'audio')))
  return (name, language) => recordings.has(`${language}/${name}`) || recordings.has(name)
}

/** Names of recordings without their endings, as flows write them. */
function namesIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => name.replace(/\.[^./]+$/, ''))
}
