import { linearOf, tone } from './mu-law.ts'
import { wavOf } from './wav-of.ts'

/** A WAV file as Asterisk's format `wav` writes it: a tone of so many milliseconds, silence around it. */
export function telephoneWav({ before = 0, toneMs = 0, after = 0, hertz = 700, sizes = true } = {}): Buffer {
  const samples = Buffer.alloc((before + toneMs + after) * 16)
  for (const [n, byte] of tone(hertz, toneMs).entries()) samples.writeInt16LE(linearOf[byte] as number, (before * 8 + n) * 2)
  return wavOf(samples, { sizes })
}
