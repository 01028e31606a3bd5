import { loadConfig } from '../config/load-config.ts'
import { asteriskSettings } from './asterisk-settings.ts'
import { renderAsterisk } from './render-asterisk.ts'

const triplets: Readonly<Record<string, string>> = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }

/** Writes the configuration for an Asterisk of Debian's package that runs elsewhere with the same DATA_DIR. Returns the folder. */
export async function writeAsteriskConfig(): Promise<string> {
  const settings = asteriskSettings(loadConfig(), '/')
  const layout = {
    moduleDir: `/usr/lib/${triplets[process.arch] ?? `${process.arch}-linux-gnu`}/asterisk/modules`,
    assetDir: '/usr/share/asterisk',
    soundsLanguage: 'en_US_f_Allison'
  }
  await renderAsterisk({ ...settings, layout })
  return settings.etcDir
}
