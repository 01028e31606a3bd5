import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { join, sep } from 'node:path'

/** Whether the audio folder of some flows holds a recording, in the language or in none in particular. */
export function recordingsOf(flows: string): (name: string, language: string) => boolean {
  const recordings = new Set(namesIn(join(flows, 'audio')))
  return (name, language) => recordings.has(`${language}/${name}`) || recordings.has(name)
}

/** Names of recordings without their endings, as flows write them. What is a link out of the folder is none of them. */
function namesIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  const root = `${realpathSync(folder)}${sep}`
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => existsSync(join(folder, name)) && realpathSync(join(folder, name)).startsWith(root))
    .map((name) => name.replace(/\.[^./]+$/, ''))
}
