import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** Throws when the built server is not there, or is not that of these sources: it would be tested for them. */
export async function expectFreshBuild(): Promise<void> {
  const built = await modified(here('build/serve/main.js')).catch(() => 0)
  const names = await readdir(here('src'), { recursive: true })
  const sources = names.filter((name) => name.endsWith('.ts') && !name.startsWith('console/'))
  const newest = Math.max(...(await Promise.all(sources.map((name) => modified(join(here('src'), name))))))
  if (newest > built) throw new Error('There is no build of these sources: `npm run build:server` first')
}

async function modified(path: string): Promise<number> {
  return (await stat(path)).mtimeMs
}
