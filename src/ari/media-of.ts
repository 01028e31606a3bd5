import { basename, dirname, join } from 'node:path'

export interface Media {
  readonly media: readonly string[]
  readonly lang?: string
}

/**
 * What Asterisk plays for these files, absolute and without their endings. It looks for `/a/b/file` as `/a/b/<language>/file` first, then with each shorter form of
 * the language, and last where it was said to be, each time with all endings it knows (`fileexists_core` in main/file.c): 140 looks at the disk a prompt with
 * `en_US_f_Allison`. So the last folder is told as the language: the first look finds it, and nothing that lies beside it in the folder of a
 * language is taken for it.
 */
export function mediaOf(files: readonly string[]): Media {
  const folder = dirname(files[0] ?? '')
  const above = dirname(folder)
  if (above === folder) return { media: files.map(soundOf) }
  // One language holds for all of a playback. What lies elsewhere is found at the second look, where it was said to be.
  const inFolder = (file: string) => dirname(file) === folder
  return { media: files.map((file) => soundOf(inFolder(file) ? join(above, basename(file)) : file)), lang: basename(folder) }
}

function soundOf(file: string): string {
  return `sound:${file}`
}
