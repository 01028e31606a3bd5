import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openPrompts } from '../../../src/speech/open-prompts.ts'
import { telephoneWav } from '../../helpers/phones/telephone-wav.ts'
import { quietLog } from '../../helpers/quiet-log.ts'

/** The two prompts hum different tones, so that a single packet tells which of them is heard. */
export const menuHz = 440
export const nextHz = 1000

/** Longer than any call waits for its key: held calls are in the menu as long as this. */
const MENU_MS = 150_000
const NEXT_MS = 1000

/** Writes the recordings that the flow names. */
export async function writeRecordings(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'menu.wav'), telephoneWav({ toneMs: MENU_MS, hertz: menuHz }))
  await writeFile(join(folder, 'next.wav'), telephoneWav({ toneMs: NEXT_MS, hertz: nextHz }))
}

/** The very files that Switchboard plays, made by its own speech room; without their endings, as Asterisk names them. */
export async function promptFiles(dataDir: string, audioDirectory: string): Promise<{ menu: string; next: string }> {
  const prompts = await openPrompts({ directory: join(dataDir, 'prompts'), audioDirectory, log: quietLog() })
  const file = async (name: string) => {
    const [clip] = await prompts.render([{ kind: 'audio', name }], 'en', AbortSignal.timeout(20_000))
    if (clip === undefined) throw new Error(`There is no clip of ${name}`)
    return clip.file
  }
  try {
    return { menu: await file('menu'), next: await file('next') }
  } finally {
    await prompts.close()
  }
}
